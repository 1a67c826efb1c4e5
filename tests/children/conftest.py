"""What lies here is run by child processes of the tests; there is nothing to collect."""

collect_ignore_glob = ["*.py"]
