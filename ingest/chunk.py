"""Cuts a document into chunks that the embedder reads whole.

Along headings first, then blocks, lines and sentences; inside a sentence only when it alone is too
long. Every character that is not white space lies in exactly one chunk, but those of hidden text
in none unless that is asked for. Chunks do not overlap: retrieval merges neighbours.

A table that is too long is cut between rows. A chunk that begins inside a table carries the
header row as its last heading, so that it is embedded with it and shown above it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.prefix import prefix
from ingest.split import Atom, atoms
from rag.errors import UsageError
from rag.patterns import heads
from rag.types import FIGURE, HIDDEN, Block, BlockKind, Chunk, Parsed

CountTokens = Callable[[Sequence[str]], list[int]]

SMALLEST = 64  # tokens; below that the title and headings leave no room for text
_FULL = 0.88  # of the room: a chunk that has that much is closed rather than filled up
_TINY = 0.1  # of the room: less than that is no chunk of its own if it can be avoided
_HEADER = 200  # characters of a table's header row; a longer one is not repeated


@dataclass(frozen=True, slots=True)
class _Unit:
    """A block with the headings above it; `level` is that of a heading, else 0."""

    start: int
    end: int
    kind: BlockKind
    level: int
    path: tuple[str, ...]
    atoms: tuple[Atom, ...] = ()

    @property
    def cost(self) -> int:
        return sum(atom.cost for atom in self.atoms)


@dataclass(slots=True)
class _Group:
    """A chunk in the making: atoms with the units they come from."""

    parts: list[tuple[Atom, _Unit]]

    @property
    def cost(self) -> int:
        return sum(atom.cost for atom, _ in self.parts)

    @property
    def has_text(self) -> bool:
        return any(not unit.level for _, unit in self.parts)


def chunks(
    parsed: Parsed,
    *,
    count_tokens: CountTokens,
    max_tokens: int,
    title: str,
    hidden: bool = False,
) -> list[Chunk]:
    """The chunks of a document in order.

    `count_tokens` gives the tokens of each text, special ones included; it is called with few,
    large batches. The text that `embedded_text` makes of a chunk has at most `max_tokens`. With
    `hidden`, what readers of the document don't see is cut into chunks, too, under a heading that
    says so.

    Raises:
        UsageError: `max_tokens` is below 64.
    """
    if max_tokens < SMALLEST:
        raise UsageError(f"Chunks of {max_tokens} tokens are too small; use {SMALLEST} or more.")
    text = parsed.text
    units = _units(parsed, hidden)
    if not units:
        return []
    room = _room(units, title, count_tokens, max_tokens)
    found = atoms(text, [(unit.start, unit.end) for unit in units], count_tokens, room)
    units = [replace(unit, atoms=tuple(a)) for unit, a in zip(units, found, strict=True)]
    groups = _packed(units, room)
    starts = [page.start for page in parsed.pages]
    numbers = [page.number for page in parsed.pages]
    last = parsed.pages[-1].end if parsed.pages else 0

    def chunk(group: _Group) -> Chunk:
        start, end = group.parts[0][0].start, group.parts[-1][0].end
        page = numbers[bisect_right(starts, start) - 1] if numbers and start < last else None
        return Chunk(start, end, page, _path(group, text))

    return _verified(text, groups, chunk, count_tokens, max_tokens, title)


def embedded_text(title: str, chunk: Chunk, text: str) -> str:
    """Exactly what is embedded for a chunk of the document `text`: "title > headings", the chunk.

    Headings that the chunk itself shows are not repeated; outer headings go first where all are
    too long.
    """
    body = text[chunk.start : chunk.end]
    above = prefix(title, [heading for heading in chunk.headings if heading not in body])
    return f"{above}\n{body}" if above and above not in body else body


# --- units --------------------------------------------------------------------------------------


def _units(parsed: Parsed, hidden: bool) -> list[_Unit]:
    """Blocks, and what lies between them, with the path of headings above each."""
    stack: list[tuple[int, str]] = []
    units = []
    for block in _trimmed(parsed):
        level = block.level if block.kind == "heading" else 0
        if level:
            stack = [(above, text) for above, text in stack if above < level]
            stack.append((level, " ".join(parsed.text[block.start : block.end].split())))
        if block.kind == "hidden":
            if not hidden:
                continue
            stack = [(1, HIDDEN)]
        path = tuple(text for _, text in stack)
        if block.kind == "figure":
            path = (*path, FIGURE)
        units.append(_Unit(block.start, block.end, block.kind, level, path))
    return units


def _trimmed(parsed: Parsed) -> Iterator[Block]:
    """Blocks without white space around them; text outside blocks as paragraphs."""
    position = 0
    for block in (*parsed.blocks, Block(len(parsed.text), len(parsed.text), "paragraph")):
        between = Block(position, block.start, "paragraph")
        position = max(position, block.end)
        for piece in (between, block):
            whole = parsed.text[piece.start : piece.end]
            if whole.strip():
                start = piece.start + len(whole) - len(whole.lstrip())
                yield replace(piece, start=start, end=piece.start + len(whole.rstrip()))


def _room(units: Sequence[_Unit], title: str, count_tokens: CountTokens, max_tokens: int) -> int:
    """Tokens for the text of a chunk beside the longest title and headings of the document."""
    paths = {unit.path for unit in units}
    texts = sorted({prefix(title, path) for path in paths}, key=len)[-200:]
    longest = max(count_tokens(texts))
    return max(max_tokens - longest - 2, max_tokens // 2)


# --- packing ------------------------------------------------------------------------------------


def _packed(units: Sequence[_Unit], room: int) -> list[_Group]:
    """Groups of consecutive atoms: sections apart, small blocks together, long ones evenly cut."""
    groups: list[_Group] = []
    current = _Group([])
    for unit in units:
        if current.parts and _is_apart(current, unit):
            groups.append(current)
            current = _Group([])
        if unit.level:
            current = _at_heading(groups, current, unit, room)
        elif len(unit.atoms) == 1 and current.cost + unit.cost <= room:
            fits = current.cost + unit.cost <= _FULL * room or current.cost < _TINY * room
            if current.has_text and not fits:
                groups.append(current)
                current = _Group([])
        elif len(unit.atoms) == 1 and current.has_text:
            groups.append(current)
            current = _Group([])
        current = _fill(groups, current, unit, room)
    if current.parts:
        groups.append(current)
    return groups


def _is_apart(current: _Group, unit: _Unit) -> bool:
    """Whether a unit must not share a chunk with what comes before: what a model says of figures
    and what is hidden never stand in one passage with what the document says.
    """
    last = current.parts[-1][1].kind
    if unit.kind == "figure" or last == "figure":
        return unit.kind != last and current.has_text
    return unit.kind == "hidden" and last != "hidden"


def _at_heading(groups: list[_Group], current: _Group, unit: _Unit, room: int) -> _Group:
    """Closes the group before a heading; a tiny one goes on, or joins the group before it."""
    if not current.has_text:
        return current  # headings only: they stay with what follows
    tiny = current.cost < _TINY * room
    depth = len(current.parts[-1][1].path)
    if tiny and len(unit.path) >= depth:
        return current
    if tiny and groups and groups[-1].cost + current.cost <= room:
        parent = current.parts[-1][1].path[:-1]
        if groups[-1].parts[-1][1].path[: len(parent)] == parent:
            groups[-1].parts.extend(current.parts)
            return _Group([])
    groups.append(current)
    return _Group([])


def _fill(groups: list[_Group], current: _Group, unit: _Unit, room: int) -> _Group:
    """Adds the atoms of a unit, opening new groups of about equal size where they overflow."""
    if len(unit.atoms) == 1:
        target = float(room)
    else:
        if current.has_text and current.cost > 0.5 * room:
            groups.append(current)
            current = _Group([])
        full = _FULL * room
        pieces = -(-(current.cost + unit.cost) // max(int(full), 1))
        target = min(full, (current.cost + unit.cost) / pieces * 1.1)
    for atom in unit.atoms:
        if (current.has_text and current.cost + atom.cost > target) or (
            current.parts and current.cost + atom.cost > room
        ):
            groups.append(current)
            current = _Group([])
        current.parts.append((atom, unit))
    return current


# --- chunks -------------------------------------------------------------------------------------


def _path(group: _Group, text: str) -> tuple[str, ...]:
    """Headings above all text of a group, and the header row if it begins inside a table."""
    paths = [unit.path for _, unit in group.parts if not unit.level]
    paths = paths or [group.parts[-1][1].path]
    shared = paths[0]
    for path in paths[1:]:
        same = (a == b for a, b in zip(shared, path, strict=False))
        depth = next((i for i, equal in enumerate(same) if not equal), min(len(shared), len(path)))
        shared = shared[:depth]
    atom, unit = group.parts[0]
    # No more of it than may be a header: a copy of all rows before each chunk of a long table would
    # be quadratic.
    top = min(atom.start, unit.start + 4 * _HEADER)
    header = _header(text[unit.start : top]) if unit.kind == "table" else ""
    return (*shared, header) if header else shared


def _header(above: str) -> str:
    """The header of a table that begins with `above`, which lies before a chunk: its first row.

    Rows that tell the times of its columns below it belong to it.
    """
    lines = above.split("\n")
    header = lines[0].strip()
    for line in lines[1:3]:
        if not heads.is_below(lines[0].strip(), line.strip()):
            break
        header = f"{header} / {line.strip()}".strip(" /")
    return header if len(header) <= _HEADER else ""


def _verified(
    text: str,
    groups: list[_Group],
    chunk: Callable[[_Group], Chunk],
    count_tokens: CountTokens,
    max_tokens: int,
    title: str,
) -> list[Chunk]:
    """Chunks of the groups, those halved whose embedded text turns out to be too long."""
    done: dict[int, Chunk] = {}
    while groups:
        made = [chunk(group) for group in groups]
        counts = count_tokens([embedded_text(title, one, text) for one in made])
        halves: list[_Group] = []
        for group, one, count in zip(groups, made, counts, strict=True):
            if count <= max_tokens or one.end - one.start <= 1:
                done[one.start] = one
            else:
                halves += _halved(text, group)
        groups = halves
    return [done[start] for start in sorted(done)]


def _halved(text: str, group: _Group) -> list[_Group]:
    from ingest.split import halves

    parts = group.parts
    if len(parts) == 1:
        atom, unit = parts[0]
        spans = halves(text, atom.start, atom.end)
        return [_Group([(Atom(start, end, atom.cost // 2), unit)]) for start, end in spans]
    return [_Group(parts[: len(parts) // 2]), _Group(parts[len(parts) // 2 :])]
