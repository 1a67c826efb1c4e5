"""The command and the Prefect flow that run the pipeline over a folder."""
