"""Export: the tables in the forms of other programs, from one snapshot."""

from ingest.export.formats import FORMATS, export

__all__ = ["FORMATS", "export"]
