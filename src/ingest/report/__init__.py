"""What a person looks at: a static site over one snapshot, which opens from disk and fetches nothing."""

from ingest.report.site import refresh, report_of, write_reader, write_report

__all__ = ["refresh", "report_of", "write_reader", "write_report"]
