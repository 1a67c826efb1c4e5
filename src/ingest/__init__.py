"""Turn raw news and policy documents into Parquet tables that an analyst can trust."""

from ingest.pipeline import process

__all__ = ["process"]
