"""ZIP archives: one document with the files inside it as sections."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path, PurePosixPath

from ingest.parsers.build import Builder
from ingest.parsers.clean import require_text
from ingest.parsers.members import OverBudget, add_member, budget
from ingest.parsers.package import LIMITS, Limits, open_zip
from rag.errors import UnsupportedDocument
from rag.types import Parsed

_LARGEST = 256 * 1024 * 1024  # bytes of one member, which is unpacked in memory
_UTF8 = 0x800  # flag of a member whose name is UTF-8
_PAGES = ("cp437", "cp850", "cp932")  # of two that fit alike the first
_SAMPLE = 64 * 1024  # bytes of names by which their code page is told
_LATIN = re.compile("[À-ÖØ-öø-ſƒ]")
_JAPANESE = re.compile("[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uff10-\uff5a\uff66-\uff9f]")
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
        members = archive.infolist()
        for info, name in zip(members, _names(members), strict=True):
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


def _names(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Names as their maker meant them: old programs write their own code page, not UTF-8."""
    names = [info.filename for info in members]
    old: dict[int, bytes] = {}
    for index, info in enumerate(members):
        if info.flag_bits & _UTF8:
            continue
        try:
            raw = info.filename.encode("cp437")
        except UnicodeEncodeError:
            continue
        try:
            names[index] = raw.decode("utf-8")
        except UnicodeDecodeError:
            old[index] = raw
    encoding = _code_page(b"\n".join(old.values())[:_SAMPLE])
    for index, raw in old.items():
        names[index] = raw.decode(encoding, "replace")
    return names


def _code_page(names: bytes) -> str:
    """In which code page the names of an archive, all by one program, look most like names."""
    strange = {page: _strange(names.decode(page, "replace")) for page in _PAGES}
    return min(_PAGES, key=strange.__getitem__)


def _strange(names: str) -> int:
    """How many characters of names are no letters, or stand beside letters that they don't go with.

    Read as Japanese, a letter with an accent and the one behind it are a kanji amid Latin letters;
    read as Latin, Japanese has capitals with accents behind small letters.
    """
    count = 0
    for before, this in pairwise(f"\n{names}"):
        count += not (this.isascii() or _LATIN.match(this) or _JAPANESE.match(this))
        if _JAPANESE.match(this):
            count += before.isascii() and before.isalpha()
        elif _JAPANESE.match(before):
            count += this.isascii() and this.isalpha()
        elif not this.isascii():
            count += before.islower() and this.isupper()
    return count


def _is_noise(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part in _NOT_TEXT for part in parts) or not parts or parts[-1].startswith("._")
