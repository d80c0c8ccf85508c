"""`footnote doctor`: is everything as it should be, and if not, which command mends it?

The machine first, then the models, then each collection down to the last byte. `fix` mends what
can be mended without asking: nothing that can be read or restored is ever given up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

from ingest import machine
from ingest.discover import is_folder_there, may_be_there
from ingest.embedder import Late, Once
from ingest.mend import Mended, mend
from ingest.records import Check
from ingest.writable import copied, is_read_only
from rag.errors import CollectionBusy, CollectionError, FootnoteError, StorageError
from rag.index import generations
from rag.index.collection import Collection
from rag.index.examine import CHECKS, Finding, examine, unexamined
from rag.index.listing import folders, name_of
from rag.index.manifest import Manifest, check_fit, in_force, key_of, own_folder
from rag.settings import Settings
from rag.types import DocumentInfo
from rag.wording import count

Listener = Callable[[str], None]

FIX = "footnote doctor --fix"


@dataclass(frozen=True, slots=True)
class _Examined:
    """A collection folder, what is wrong there, and whether its lock could be had."""

    folder: Path
    name: str
    findings: list[Finding]
    busy: bool = False


def diagnose(
    settings: Settings | None = None,
    *,
    index_root: str | None = None,
    collection: str | None = None,
    fix: bool = False,
    password: str | None = None,
    progress: Listener | None = None,
) -> list[Check]:
    """Every check with its outcome; `collection` names the only one to look at.

    Without `settings`, those of the file and the environment are checked, too.

    With `fix` what is found is mended, and checked again.

    Raises:
        CollectionNotFound: `collection` is none; says which there are.
    """
    tell = progress or (lambda what: None)
    tell("settings and machine")
    settings, checks = machine.settings_check(settings, index_root)
    checks += machine.checks(settings, fix)
    embedder = Once(settings)
    tell("models")
    checks += machine.model_checks(settings, fix)
    root = settings.root
    try:
        found = _folders(root)
    except StorageError as error:
        return [
            *checks,
            Check("collections", "failed", str(error), f"chmod u+rwx {quote(str(root))}"),
        ]
    if collection is not None and not (root / key_of(collection)).is_dir():
        Collection.open(root, collection)  # says which there are
    for folder in found:
        name = name_of(folder)
        if collection in (None, name):
            tell(f"collection {name}")
            checks += _collection_checks(root, folder, settings, embedder, fix, password)
    return [_in_a_copy(check, root) for check in checks] if is_read_only(root) else checks


def _in_a_copy(check: Check, root: Path) -> Check:
    """A check whose remedy writes, of an index root that can't be written: a copy can be."""
    if not check.remedy.startswith((FIX, "footnote ingest")):
        return check
    there = "; ".join(f"{one} --index-root DIR" for one in check.remedy.split("; "))
    return replace(check, remedy=f"{copied(root)}; {there}")


def _folders(root: Path) -> list[Path]:
    """Folders that hold a collection, or what is left of one; or that can't be read."""
    return [folder for folder in folders(root) if _may_hold_one(folder)]


def _may_hold_one(folder: Path) -> bool:
    try:
        return (folder / "CURRENT").exists() or bool(generations.stored(folder))
    except OSError:
        return True


def _collection_checks(
    root: Path,
    folder: Path,
    settings: Settings,
    embedder: Late,
    fix: bool,
    password: str | None,
) -> Iterator[Check]:
    found = _examine(root, folder)
    if found.busy:
        what = "a writer is at work on it; what is published was not examined."
        remedy = f"footnote doctor --collection {quote(found.name)}"
        yield Check("lock", "warning", what, remedy, found.name)
        return
    mended = Mended()
    if fix and found.findings:
        try:
            mended = mend(
                root,
                folder,
                found.name,
                found.findings,
                embedder=embedder,
                settings=settings,
                password=password,
            )
        except FootnoteError as error:
            yield Check("mending", "failed", str(error), FIX, found.name)
        before, found = found.findings, _examine(root, mended.folder or folder)
        left = {(finding.check, finding.what) for finding in found.findings}
        for finding in before:
            if (finding.check, finding.what) not in left:
                yield Check(finding.check, "mended", finding.what, "", found.name)
    yield from _said(found, mended)
    yield from _against_the_world(found, settings, embedder)


def _examine(root: Path, folder: Path) -> _Examined:
    name = name_of(folder)
    with ExitStack() as held:
        try:
            held.enter_context(generations.lock(root, folder.name, name))
        except CollectionBusy:
            return _Examined(folder, name, [], busy=True)
        except StorageError:
            pass  # read-only: nobody can be writing
        return _Examined(folder, name, examine(folder))


def _said(found: _Examined, mended: Mended) -> Iterator[Check]:
    unseen = unexamined(found.findings)
    for name, meaning in CHECKS.items():
        here = [finding for finding in found.findings if finding.check == name]
        for finding in here:
            yield Check(
                name, "failed" if finding.serious else "warning", finding.what, FIX, found.name
            )
        if not here and name not in unseen:
            yield Check(name, "ok", meaning, "", found.name)
    if mended.restored:
        what = f"{_counted(mended.restored, 'was', 'were')} restored from what was whole."
        yield Check("restored", "mended", what, "", found.name)
    for path, why in mended.lost:
        remedy = f"footnote ingest add {quote(path)} --collection {quote(found.name)}"
        yield Check(
            "restored", "failed", f"{path} could not be restored: {why}", remedy, found.name
        )
    if mended.untold:
        they = "it was" if mended.untold == 1 else "they were"
        what = f"{mended.untold:,} more could not be restored: nothing tells which {they}."
        yield Check("restored", "failed", what, _again(found), found.name)


def _again(found: _Examined) -> str:
    """The command that takes in again what is lost: of the folders in step, if there are any."""
    manifest = in_force(found.folder)
    commands = [f"sync {quote(folder)}" for folder in manifest.folders] or ["add PATH"]
    return "; ".join(f"footnote ingest {one} --collection {quote(found.name)}" for one in commands)


def _counted(number: int, one: str, several: str) -> str:
    return f"{count(number, 'document')} {one if number == 1 else several}"


def _taking_in(infos: Sequence[DocumentInfo], folders: Sequence[str]) -> str:
    """What reads the files of documents again: all those of a folder in step, else the first."""
    there = [info for info in infos if may_be_there(Path(info.path))] or list(infos)
    for folder in folders:
        if any(Path(info.path).is_relative_to(folder) for info in there):
            return f"sync {quote(folder)}"
    return f"add {quote(there[0].path)}"


# --- what a collection needs beside itself ------------------------------------------------------


def _against_the_world(found: _Examined, settings: Settings, embedder: Late) -> Iterator[Check]:
    try:
        manifest = in_force(found.folder)
    except (FootnoteError, OSError):
        return
    yield _embedder_fit(manifest, embedder)
    try:
        with Collection.open(settings.root, manifest.collection) as opened:
            yield from _sources(opened)
    except CollectionError:
        return  # said already


def _embedder_fit(manifest: Manifest, embedder: Late) -> Check:
    name = manifest.collection
    made_with = str(manifest.embedder.get("name", ""))
    try:
        check_fit(manifest, embedder().fingerprint())
    except CollectionError as error:
        place = f"/…/{made_with}" if own_folder(manifest.embedder) else made_with
        remedy = f"FOOTNOTE_EMBEDDER={place} footnote search … --collection {quote(name)}"
        return Check("embedder", "failed", str(error), remedy, name)
    except FootnoteError as error:
        remedy = "footnote models fetch"
        return Check("embedder", "warning", f"not compared: {error}", remedy, name)
    return Check("embedder", "ok", made_with, "", name)


def _sources(opened: Collection) -> Iterator[Check]:
    """Can each original be opened, is the parser today's, are folders in step still there?"""
    from ingest.read import is_current

    infos = opened.documents()
    for kind, wrong, words, fine in (
        (
            "files",
            [info for info in infos if opened.original(info.id) is None],
            ("has", "have", "no original any more that could be opened or read again"),
            "every original can be opened",
        ),
        (
            "parsers",
            [info for info in infos if not is_current(info)],
            ("was", "were", "read by an older parser"),
            "every document was read by the parser that would read it today",
        ),
    ):
        check = Check(kind, "ok", fine, "", opened.name)
        if wrong:
            one, several, rest = words
            such = ": " if len(wrong) == 1 else ", such as "
            told = f"{_counted(len(wrong), one, several)} {rest}{such}{wrong[0].path}."
            # A sync removes what has no file any more: it is no remedy for that.
            folders = opened.manifest.folders if kind == "parsers" else ()
            remedy = (
                f"footnote ingest {_taking_in(wrong, folders)} --collection {quote(opened.name)}"
            )
            check = Check(kind, "warning", told, remedy, opened.name)
        yield check
    gone = [f for f in opened.manifest.folders if not is_folder_there(Path(f))]
    for folder in gone:
        what = f"{folder}, which this collection mirrors, is not there or can't be read."
        remedy = f"footnote ingest sync {quote(folder)} --collection {quote(opened.name)}"
        yield Check("folders", "warning", what, remedy, opened.name)
    if not gone:
        yield Check("folders", "ok", "every folder that is mirrored is there", "", opened.name)
