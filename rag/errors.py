"""Everything that Footnote raises on purpose.

    FootnoteError                 exit code
    ├── UsageError                2   the call itself is wrong
    ├── CollectionError           3   a collection can't be used
    │   ├── CollectionNotFound    3
    │   ├── CollectionBusy        4   another writer holds it
    │   ├── CollectionMismatch    5   made with another embedder or format
    │   └── CollectionDamaged     6
    ├── DocumentError             7   a file can't be read or is not there
    │   ├── DocumentNotFound      7
    │   ├── UnsupportedDocument   7
    │   └── EncryptedDocument     7
    ├── ModelError                8   a model is missing, damaged or does not fit
    ├── ServerError               9   a remote model does not answer
    └── StorageError             10   disk full, folder not writable

Exit code 1 says that a batch was carried out but some of its files failed. Each message says what
was wrong, with which file or value, and what to do about it.
"""

from __future__ import annotations

from typing import ClassVar


class FootnoteError(Exception):
    """Base of all errors that a caller may want to catch. `exit_code` is the process's."""

    exit_code: ClassVar[int] = 1


class UsageError(FootnoteError):
    """A question is empty, a value out of range, an option unknown."""

    exit_code = 2


class CollectionError(FootnoteError):
    """A collection can't be used."""

    exit_code = 3


class CollectionNotFound(CollectionError):
    """No collection has that name under the index root."""


class CollectionBusy(CollectionError):
    """Another writer holds the collection, in this process or in another."""

    exit_code = 4


class CollectionMismatch(CollectionError):
    """The collection was made with another embedder or another format of the index."""

    exit_code = 5


class CollectionDamaged(CollectionError):
    """A stored file is missing or does not match its checksum."""

    exit_code = 6


class DocumentError(FootnoteError):
    """A file can't be read."""

    exit_code = 7


class DocumentNotFound(DocumentError):
    """No document has that id or file name."""


class UnsupportedDocument(DocumentError):
    """No parser reads this kind of file."""


class EncryptedDocument(DocumentError):
    """The file is encrypted and no password that was given opens it."""


class ModelError(FootnoteError):
    """A model is missing, damaged or does not fit what is asked of it."""

    exit_code = 8


class ServerError(FootnoteError):
    """A remote model does not answer, or answers with an error."""

    exit_code = 9


class StorageError(FootnoteError):
    """The disk is full, or a folder can't be written."""

    exit_code = 10
