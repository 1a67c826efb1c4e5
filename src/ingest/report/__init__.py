"""What a person looks at: a static site over one snapshot, which opens from disk and fetches nothing."""

from ingest.report.site import refresh, write_reader, write_report

__all__ = ["refresh", "write_reader", "write_report"]
