"""Settings: defaults, then `footnote.toml`, then the environment, then what the caller says.

`footnote.toml` is read from the working folder, else from the user's configuration folder; the
variable of a setting is its name in capitals behind `FOOTNOTE_` (`FOOTNOTE_GENERATOR`). Settings
stop at the pipelines: everything below takes plain arguments.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from rag.errors import UsageError
from rag.paths import at_home

Effort = Literal["fast", "balanced", "best"]
AnswerMode = Literal["auto", "quote", "write"]
Originals = Literal["copy", "refer"]
Device = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["auto", "float32", "bfloat16"]


def _help(text: str, default: Any, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": text}, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of Footnote. The `help` of each field's metadata is shown to people.

    Raises:
        UsageError: a value has the wrong type or range.
    """

    index_root: str = _help("Folder that holds the collections.", "indexes")
    embedder: str = _help(
        "Embedding model: a known name, a folder or a hub name.", "all-MiniLM-L6-v2"
    )
    reader: str = _help("Span reader: a known name, a folder or a hub name.", "footnote-reader")
    reranker: str = _help(
        "Cross-encoder that reorders passages: a folder or a hub name; empty for none.", ""
    )
    generator: str = _help(
        "Language model: a known name, a folder, a .gguf file or a hub name.",
        "SmolLM2-135M-Instruct",
    )
    server: str = _help(
        "Base URL of an OpenAI-compatible server that writes instead of a local model.", ""
    )
    server_key: str = _help("Key for that server, if it wants one.", "", secret=True)
    vision: str = _help(
        "Model that describes figures when files are added: its name at that server if there is "
        "one, else a folder or a hub name; empty for none.",
        "",
    )
    mode: AnswerMode = _help(
        "auto: quote; write explanations where the generator is able, which the one that ships is "
        "not; quote: only ever quote; write: always write.",
        "auto",
    )
    effort: Effort = _help(
        "fast: fewer passages, each read once, no writing in mode auto; best: twice the passages, "
        "the best one always read twice, and the best of four drafts.",
        "balanced",
    )
    think: bool = _help(
        "Let the language model think step by step before it writes; mode auto then writes.", False
    )
    system_prompt: str = _help("Role and tone of the assistant; empty for the default.", "")
    passages: int = _help("How many passages are read for a question.", 5)
    sentences: int = _help("How many evidence sentences go into the prompt.", 3)
    max_tokens: int = _help("Longest answer to write, in tokens of the generator.", 160)
    threshold: float = _help(
        "Confidence below which the answer is 'not in your documents'; 0 always answers.", 0.3
    )
    dense_weight: float = _help(
        "Weight of embedding similarity against BM25 in the fused score, 0 to 1.", 0.55
    )
    originals: Originals = _help(
        "copy: keep each file in the collection; refer: only remember its path.", "copy"
    )
    keep_generations: int = _help(
        "How many states of a collection are kept, the present one among them, for "
        "`footnote collections rollback`.",
        2,
    )
    chunk_tokens: int = _help("Longest chunk, in tokens of the embedder; 0 for all it reads.", 0)
    hidden_text: bool = _help(
        "Index text that a document hides from its readers (white on white, tiny); marked as such.",
        False,
    )
    device: Device = _help("Where models run.", "auto")
    precision: Precision = _help(
        "Number format of the models; auto is chosen by a timed probe.", "auto"
    )
    offline: bool = _help("Never open a connection to anything but this machine.", False)
    cache: str = _help("Folder for converted and fetched models; empty for the user's cache.", "")

    def __post_init__(self) -> None:
        for f in fields(self):  # a Path for a folder, "0.5" for a number
            object.__setattr__(self, f.name, _typed(f.name, f.default, getattr(self, f.name)))
        _check(self)

    @classmethod
    def load(cls, **overrides: Any) -> Settings:
        """Settings from file, environment and `overrides` (those that are not None).

        Raises:
            UsageError: a name is unknown, or a value has the wrong type or range; says which file
                or variable has it.
        """
        path, settings = settings_file(), cls()
        said = {name: (value, f"{path}: ") for name, value in _from_file(path).items()}
        for name, value in _from_environment(os.environ).items():
            said[name] = value, f"FOOTNOTE_{name.upper()}: "
        said.update({name: (value, "") for name, value in overrides.items() if value is not None})
        for name, (value, source) in said.items():
            try:
                settings = settings.replace(**{name: value})
            except UsageError as error:  # nobody knows by heart what all is set, and where
                raise UsageError(f"{source}{error}") from None
        return settings

    def replace(self, **changes: Any) -> Settings:
        """A copy with some settings changed.

        Raises:
            UsageError: as `load`.
        """
        known = {f.name: f for f in fields(self)}
        for name in changes:
            if name not in known:
                raise UsageError(f"There is no setting {name!r}. Settings: {', '.join(known)}.")
        return replace(self, **changes)

    @property
    def root(self) -> Path:
        """The folder of the collections; "~" is the user's home."""
        return at_home(self.index_root)

    @property
    def cache_folder(self) -> Path | None:
        """The folder of the models that is set; None for the user's cache."""
        return at_home(self.cache) if self.cache else None

    def help(self) -> Mapping[str, str]:
        """What each setting does, by name."""
        return {f.name: f.metadata["help"] for f in fields(self)}


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "mode": get_args(AnswerMode),
    "effort": get_args(Effort),
    "originals": get_args(Originals),
    "device": get_args(Device),
    "precision": get_args(Precision),
}
_SWITCH = {"1": True, "true": True, "yes": True, "on": True} | dict.fromkeys(
    ("0", "false", "no", "off", ""), False
)
_RANGES: Mapping[str, tuple[float, float]] = {
    "passages": (1, 100),
    "sentences": (1, 50),
    "max_tokens": (1, 32_768),
    "threshold": (0, 1),
    "dense_weight": (0, 1),
    "chunk_tokens": (0, 8192),
    "keep_generations": (1, 100),
}


def _check(settings: Settings) -> None:
    for name, choices in _CHOICES.items():
        if getattr(settings, name) not in choices:
            raise UsageError(
                f"Setting {name} is {getattr(settings, name)!r}; use one of {', '.join(choices)}."
            )
    for name, (low, high) in _RANGES.items():
        if not low <= getattr(settings, name) <= high:
            raise UsageError(
                f"Setting {name} is {getattr(settings, name)}; use {low:g} to {high:g}."
            )
    if not settings.index_root.strip():  # Path("") is the working folder, which nobody named
        raise UsageError("Setting index_root is empty; use a folder.")
    if 0 < settings.chunk_tokens < 64:
        raise UsageError(
            f"Setting chunk_tokens is {settings.chunk_tokens}; use 64 or more, or 0 for all that "
            "the embedder reads."
        )


def _typed(name: str, default: Any, value: Any) -> Any:
    kind = type(default)
    try:
        if kind is bool and isinstance(value, str):
            return _SWITCH[value.strip().lower()]
        if kind in (int, float) and isinstance(value, bool):
            raise ValueError
        if kind is int and isinstance(value, float) and not value.is_integer():
            raise ValueError
        if kind is str:
            value = os.fspath(value)
            if not isinstance(value, str):
                raise ValueError
        return kind(value)
    except (KeyError, TypeError, ValueError):
        wanted = "an int" if kind is int else f"a {kind.__name__}"
        raise UsageError(f"Setting {name} is {value!r}; it takes {wanted}.") from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    prefix = "FOOTNOTE_"
    names = {f.name for f in fields(Settings)}
    found = {
        key[len(prefix) :].lower(): value
        for key, value in environment.items()
        if key.startswith(prefix)
    }
    return {name: value for name, value in found.items() if name in names}


def settings_file() -> Path | None:
    """The `footnote.toml` in force, or None."""
    import platformdirs

    try:
        folders = [Path.cwd()]
    except FileNotFoundError:
        raise UsageError(
            "The folder that you are in has been deleted. Change into another one."
        ) from None
    with suppress(RuntimeError):  # a user without a home, as in many a container
        folders.append(Path(platformdirs.user_config_dir("footnote")))
    for folder in folders:
        path = folder / "footnote.toml"
        if path.is_file():
            return path
    return None


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # as Notepad writes it
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}. Mend it or remove it.") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from None
