"""What can go wrong, in three kinds.

Doubt about one document rejects that document (`DocumentError`); doubt about
configuration (`ConfigError`) or about the curated folder (`StoreError`) stops the run.
"""

import errno


class IngestError(Exception):
    """Any error that this package raises on purpose; its message says what to do.

    >>> import ingest
    >>> try:
    ...     ingest.process(b"", "brief.txt")
    ... except ingest.IngestError as error:
    ...     print(error)
    decode: empty: the file has 0 bytes
    """


class DocumentError(IngestError):
    """One document cannot be processed; it becomes a row of `rejects`.

    Attributes:
        stage: Where it happened: `landing`, `decode`, `extract`, `process`.
        reason: A short code in snake_case, such as `undecodable` or `empty`.
        detail: What was wrong and where (byte, line), in words.

    >>> import ingest
    >>> try:
    ...     ingest.process(b"GIF89a...", "chart.txt")
    ... except ingest.DocumentError as error:
    ...     print(error.stage, error.reason, error.detail, sep="; ")
    decode; unsupported_type; the first bytes are those of a GIF image
    """

    def __init__(self, stage: str, reason: str, detail: str) -> None:
        super().__init__(f"{stage}: {reason}: {detail}")
        self.stage = stage
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type["DocumentError"], tuple[str, str, str]]:
        """Pickle by the three arguments: an exception's own way keeps the joined message only."""
        return type(self), (self.stage, self.reason, self.detail)


class ConfigError(IngestError):
    """An option, a word list or a user file is wrong; nothing has been written.

    >>> import ingest
    >>> try:
    ...     ingest.process(b"Ferries run.", "brief.txt", ingest.Settings(authority_path="no.csv"))
    ... except ingest.ConfigError as error:
    ...     print(error)
    --authority: cannot read no.csv: No such file or directory; name a readable file
    """


class LandingError(IngestError):
    """The store that holds the documents cannot be reached; nothing has been published."""


class StoreError(IngestError):
    """The curated folder cannot be read or written as it should; the old snapshot stays current.

    >>> import ingest
    >>> try:
    ...     ingest.open_curated("no/such/folder")
    ... except ingest.StoreError as error:
    ...     print(error)
    no/such/folder holds no tables yet; fill it with `ingest run`
    """


class FolderHeldError(StoreError):
    """Another run holds the curated folder; nothing was done, and nothing is wrong."""


def os_detail(error: OSError) -> str:
    """What the operating system said, without the path of this machine."""
    return f"{error.strerror} ({errno.errorcode.get(error.errno or 0, error.errno)})"
