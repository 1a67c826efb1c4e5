"""What can go wrong, in three kinds.

Doubt about one document rejects that document (`DocumentError`); doubt about
configuration (`ConfigError`) or about the curated folder (`StoreError`) stops the run.
"""

import errno

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_REJECTS = range(4)
EXIT_CODES = {
    EXIT_OK: "all well; documents that a run refused are counted in a warning line",
    EXIT_FAILED: "it could not be done: a folder, store or server cannot be read, written or reached, or a "
    "run was stopped; the tables are as they were, unless the last line says otherwise",
    EXIT_USAGE: "it was asked for wrongly: an option, a file of yours, an extra that is not installed, or a "
    "document, entity or snapshot that is not there; nothing was written",
    EXIT_REJECTS: "`ingest run --strict` only: the run went well, and at least one item stands refused",
}
"""What the exit code of every command says."""


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
    """What was asked for is wrong, or a user file or a word list; nothing has been written.

    An option, or the name of what is not there: a table, a document, an entity, a snapshot.

    >>> import ingest
    >>> try:
    ...     ingest.process(b"Ferries run.", "brief.txt", ingest.Settings(authority_path="no.csv"))
    ... except ingest.ConfigError as error:
    ...     print(error)
    --authority: cannot read no.csv: No such file or directory; name a readable file
    """


class LandingError(IngestError):
    """The documents cannot be reached, or all of them are gone at once; nothing has been published."""


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


def exit_code(error: IngestError) -> int:
    """The exit code of a command that ends with an error."""
    return EXIT_USAGE if isinstance(error, ConfigError) else EXIT_FAILED


def os_detail(error: OSError) -> str:
    """What the operating system said, without the path of this machine."""
    return f"{error.strerror} ({errno.errorcode.get(error.errno or 0, error.errno)})"
