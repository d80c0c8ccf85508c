"""ZIP archives: one document with the files inside it as sections."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ingest.parsers.build import Builder
from ingest.parsers.clean import require_text
from ingest.parsers.members import OverBudget, add_member, budget
from ingest.parsers.package import LIMITS, Limits, open_zip
from rag.errors import UnsupportedDocument
from rag.types import Parsed

_LARGEST = 256 * 1024 * 1024  # bytes of one member, which is unpacked in memory
_UTF8 = 0x800  # flag of a member whose name is UTF-8
_NOT_TEXT = frozenset(["__MACOSX", ".git", ".svn", "__pycache__", "node_modules"])


def parse(path: Path, *, password: str | None = None, limits: Limits = LIMITS) -> Parsed:
    """The files of a ZIP archive that can be read, each under its name; nothing is written.

    Raises:
        EncryptedDocument: it has encrypted members and no password was given.
        UnsupportedDocument: nothing in it can be read.
        DocumentError: it is damaged, or unpacks to more than `limits`.
    """
    builder = Builder()
    read: list[str] = []
    with open_zip(path, "zip archive", limits=limits, password=password) as archive, budget():
        for info in archive.infolist():
            name = _name(info)
            if info.is_dir() or _is_noise(name):
                continue
            data = _unpacked(archive, info, password)
            if isinstance(data, str):
                builder.warnings.append(f"{name}: {data}")
                continue
            try:
                if add_member(builder, name, data, level=1, password=password):
                    read.append(name)
            except OverBudget as error:
                builder.warnings.append(str(error))
                break
    if not read:
        why = "; ".join(builder.warnings[:3]) or "it is empty"
        why = why.rpartition("can be read (")[2].rstrip(").")  # of archives in each other, the last
        raise UnsupportedDocument(f"{path.name}: nothing in this zip archive can be read ({why}).")
    parsed = builder.parsed(path.stem, {"files": str(len(read))})
    require_text(path, parsed.text, "Add its files one by one to see why.")
    return parsed


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, password: str | None) -> bytes | str:
    """The bytes of a member, or why there are none."""
    if info.file_size > _LARGEST:
        return f"larger than {_LARGEST >> 20} MiB, left out"
    try:
        return archive.read(info, pwd=password.encode() if password else None)
    except RuntimeError:
        return "the password doesn't open it"
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        return "damaged, or packed in a way that can't be read"


def _name(info: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: old programs write their own code page, not UTF-8."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_noise(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part in _NOT_TEXT for part in parts) or not parts or parts[-1].startswith("._")
