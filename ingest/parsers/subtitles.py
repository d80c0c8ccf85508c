"""SRT and VTT: what is said, in paragraphs of about half a minute, each with its time."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, require_text
from ingest.parsers.plain import parse_text
from rag.types import Parsed

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})"
_CUE = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*$", re.MULTILINE)
_SPEAKER = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
_TAG = re.compile(r"<[^<>\n]{1,60}>|\{\\[^{}\n]{1,60}\}")
_PARAGRAPH = 30.0  # seconds of speech that make a paragraph
_PAUSE = 4.0  # seconds of silence that end one
# Who speaks, before what is said: "Chair (Mrs. Pascoe): ", "SPEAKER 1: "; or that another does.
_TURN = re.compile(
    r"(?P<who>[^\W\d_a-zß-ÿ][\w'’.-]{0,30}(?: [^\W_a-zß-ÿ][\w'’.-]{0,30}){0,3}"
    r"(?: ?\([^()\n]{1,40}\))?):\s+"
    r"|>>+\s*"
)
_ENDS = (".", "!", "?", "…", "。", "！", "？", '"', "”")


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """Subtitles without tags and numbers; "[0:12:34]" before each paragraph, and a paragraph for
    each turn of a speaker who is named. `password` is not used.

    Raises:
        DocumentError: nothing is said in it.
    """
    text, warnings = decode(path.read_bytes())
    builder = Builder()
    builder.warnings.extend(warnings)
    cues = _cues(builder.cleaner.clean(text))
    if not cues and not text.lstrip("\ufeff").startswith("WEBVTT"):
        return parse_text(path)  # times that nobody can read
    for begun, said in _paragraphs(cues):
        builder.add("paragraph", f"[{_clock(begun)}] {said}")
    parsed = builder.parsed(path.stem)
    require_text(path, parsed.text, "Save the subtitles again as SRT.")
    return parsed


def _paragraphs(cues: Sequence[tuple[float, float, str]]) -> Iterator[tuple[float, str]]:
    """When each paragraph begins, and what is said in it."""
    said: list[str] = []
    begun = last = 0.0
    speaker = heard = ""
    for start, end, line in cues:
        long = start - begun > _PARAGRAPH and said and said[-1].endswith(_ENDS)
        turn = _TURN.match(line)
        again = line == heard  # rolling captions repeat their last line
        goes_on = again or not turn or (bool(speaker) and turn["who"] == speaker)
        if turn:
            speaker = turn["who"] or ""
        if said and (
            long or not goes_on or start - last > _PAUSE or start - begun > 2 * _PARAGRAPH
        ):
            yield begun, " ".join(said)
            said = []
        if not said:
            begun = start
            said.append(line)
        elif not again:  # meetings name the speaker in every line
            said += filter(None, [line[turn.end() :] if turn else line])
        heard, last = line, end
    if said:
        yield begun, " ".join(said)


def _cues(text: str) -> list[tuple[float, float, str]]:
    """Start and end in seconds, and what is said."""
    found = []
    marks = [*_CUE.finditer(text)]
    for index, mark in enumerate(marks):
        end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        body = text[mark.end() : end].strip("\n").partition("\n\n")[0]
        body = _SPEAKER.sub(r"\1: ", body)
        line = " ".join(html.unescape(_TAG.sub("", body)).split())
        if line:
            found.append((_seconds(mark.groups()[:4]), _seconds(mark.groups()[4:]), line))
    return found


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
