"""JSON, JSON lines, Jupyter notebooks and XML: records as lines "name: value"."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, require_text
from ingest.parsers.elements import add_elements
from ingest.parsers.grid import Grid
from ingest.parsers.messages import add_messages, messages_of
from ingest.parsers.package import local, xml
from rag.errors import DocumentError
from rag.types import Parsed

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST = 256 * 1024 * 1024  # bytes, since the whole is held in memory
_DEEPEST = 40  # objects in objects that are shown by their names
_LONG = 400  # characters of a value that stands alone, not in a table
_ADD = "Add a file with text in it."
_FEEDS = frozenset(["rss", "feed", "RDF"])
_BODIES = ("encoded", "content", "description", "summary")  # of an article, the best first
_TITLES = ("title", "name", "id", "question", "heading", "subject")


def parse_json(path: Path, *, password: str | None = None) -> Parsed:
    """A JSON file, or one with a value on each line. Lists of flat records become tables, chats
    what was said.

    Raises:
        DocumentError: it is larger than 256 MiB, or there is nothing in it.
    """
    text, warnings = _text(path)
    builder = Builder()
    builder.warnings.extend(warnings)
    try:
        values = [json.loads(text)]
    except (json.JSONDecodeError, RecursionError):
        values, bad = _lines(text)
        if not values:
            builder.warnings.append("it is no JSON; it was read as text")
            for paragraph in text.split("\n\n"):
                builder.add("code", paragraph)
        elif bad:
            builder.warnings.append(f"{bad} lines are no JSON and were left out")
    messages, rest = messages_of(values[0] if len(values) == 1 else values)
    if messages:
        add_messages(builder, messages)
        about = values[0] if isinstance(values[0], Mapping) and len(values) == 1 else {}
        values = [{**about, "messages": rest or None}]
    if _is_table(values):
        values = [values]
    for value in values if len(values) != 1 else _outer(values[0]):
        _value(builder, value)
    parsed = builder.parsed(path.stem)
    require_text(path, parsed.text, _ADD)
    return parsed


def parse_notebook(path: Path, *, password: str | None = None) -> Parsed:
    """The cells of a Jupyter notebook: Markdown, code, and what the code printed.

    Raises:
        DocumentError: it is no notebook, or there is nothing in it.
    """
    from ingest.parsers.markdown import build

    text, warnings = _text(path)
    builder = Builder()
    builder.warnings.extend(warnings)
    try:
        cells = json.loads(text)["cells"]
        for cell in cells:
            source = _joined(cell.get("source"))
            if cell.get("cell_type") == "markdown":
                build(builder.cleaner.clean(source), builder)
            else:
                builder.add("code", source)
            for output in cell.get("outputs") or ():
                shown = output.get("text") or (output.get("data") or {}).get("text/plain")
                builder.add("code", _joined(shown))
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError, RecursionError):
        return parse_json(path)
    parsed = builder.parsed(None)
    require_text(path, parsed.text, _ADD)
    return parsed


def parse_xml(path: Path, *, password: str | None = None) -> Parsed:
    """Feeds as articles; other XML as lines "element: text". No entity is resolved.

    Raises:
        DocumentError: it is larger than 256 MiB, declares entities, or there is no text in it.
    """
    if path.stat().st_size > _LARGEST:
        raise _too_large(path)
    try:
        root = xml(path.read_bytes())
    except ValueError as error:
        raise DocumentError(f"{path.name}: XML that can't be read: {error}.") from None
    builder = Builder()
    title = path.stem
    if local(root) in _FEEDS:
        title = _feed(builder, root) or title
    else:
        add_elements(builder, root)
    parsed = builder.parsed(title)
    require_text(path, parsed.text, _ADD)
    return parsed


def _text(path: Path) -> tuple[str, tuple[str, ...]]:
    if path.stat().st_size > _LARGEST:
        raise _too_large(path)
    return decode(path.read_bytes())


def _too_large(path: Path) -> DocumentError:
    return DocumentError(f"{path.name}: larger than {_LARGEST >> 20} MiB. Split it first.")


def _joined(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _lines(text: str) -> tuple[list[Any], int]:
    """Values of the lines that are JSON, and how many others there are."""
    values, bad = [], 0
    for line in text.split("\n"):
        if line.strip():
            try:
                values.append(json.loads(line))
            except (json.JSONDecodeError, RecursionError):
                bad += 1
    return (values, bad) if len(values) > bad else ([], bad)


def _outer(value: Any) -> list[Any]:
    """The elements of a list of objects that are no table; else the value itself."""
    is_list = isinstance(value, list) and any(isinstance(item, dict) for item in value)
    return value if is_list and not _is_table(value) else [value]


def _is_table(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(isinstance(row, dict) and row for row in value)
        and all(_is_flat(cell) for row in value for cell in row.values())
        and len({name for row in value for name in row}) <= 2 * min(map(len, value)) + 2
    )


def _is_flat(value: Any) -> bool:
    return not isinstance(value, dict | list) and len(str(value)) <= _LONG


def _value(builder: Builder, value: Any) -> None:
    """One value: a table, or its names with what they stand for."""
    if _is_table(value):
        names = list(dict.fromkeys(name for row in value for name in row))
        builder_rows = ([_scalar(row.get(name)) for name in names] for row in value)
        Grid(builder).table([list(map(str, names)), *builder_rows])
        return
    short: list[str] = []
    for name, found in _leaves(value, "", 0):
        if isinstance(found, list):
            builder.add("list", "\n".join(short))
            short = []
            builder.add("caption", name)
            _value(builder, found)
        elif len(found) > _LONG:
            builder.add("list", "\n".join(short))
            short = []
            builder.add("paragraph", f"{name}: {found}" if name else found)
        else:
            short.append(f"{name}: {found}" if name else found)
    # A line that ends no sentence would run into the next: each is an item.
    builder.add("list", "\n".join(f"- {line}" for line in short) if len(short) > 1 else short[0]
                if short else "")  # fmt: skip


def _leaves(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Names, joined by dots, with their values as text; tables as they are."""
    if _is_table(value):
        yield path, value
    elif isinstance(value, Mapping) and depth < _DEEPEST:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        if all(_is_flat(item) for item in value):
            yield path, ", ".join(map(_scalar, value))
        else:
            for index, inner in enumerate(value, 1):
                yield from _leaves(inner, f"{path} {index}".strip(), depth + 1)
    elif value is not None:
        yield path, _scalar(value) if not isinstance(value, dict | list) else json.dumps(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else " ".join(str(value).split())


def _feed(builder: Builder, root: _Element) -> str:
    """The articles of RSS and Atom; the feed's title."""
    from ingest.parsers.web import build_fragment

    title = ""
    for element in root.iter():
        if local(element) == "title" and not title:
            title = " ".join("".join(element.itertext()).split())
        if local(element) not in ("item", "entry"):
            continue
        parts = {local(child): "".join(child.itertext()) for child in element}
        children = {local(child): child for child in element}
        builder.add("heading", parts.get("title", ""), 1)
        about = [parts.get(name, "") for name in ("pubDate", "published", "updated", "creator")]
        builder.add("paragraph", ", ".join(" ".join(text.split()) for text in about if text))
        bodies = (_body(children[name]) for name in _BODIES if name in children)
        build_fragment(next(filter(None, bodies), ""), builder)
    return title


def _body(element: _Element) -> str:
    """HTML of an article: what an element says, or the elements of XHTML inside it."""
    from lxml import etree

    if not len(element):
        return element.text or ""
    if not "".join(element.itertext()).strip():
        return ""
    for inner in element.iterdescendants():
        if name := local(inner):
            inner.tag = name  # HTML knows no prefixes
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
