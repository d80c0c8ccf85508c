"""Splitting what a reasoning model thinks from what it answers, and ending where asked to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rag.types import Reasoning, Token

OPEN, CLOSE = "<think>", "</think>"


class ThinkSplitter:
    """Turns text that arrives in pieces into reasoning and answer.

    Reasoning stands between the marks at the beginning of a reply. Some chat templates write the
    opening mark into the prompt, so that a reply brings only `</think>`: those are announced by
    `thinking=True`. How the text is cut into pieces makes no difference to what comes out, only to
    when. White space around the reasoning is dropped.
    """

    def __init__(self, *, thinking: bool = False) -> None:
        self._state = "think" if thinking else "start"
        self._held = ""
        self._begun = False

    def feed(self, piece: str) -> Iterator[Token | Reasoning]:
        """What is certain after one more piece of text."""
        self._held += piece
        if self._state == "start":
            self._open()
        if self._state == "think":
            yield from self._think()
        if self._state == "answer" and self._held:
            yield from self._emit(Token)

    def finish(self) -> Iterator[Token | Reasoning]:
        """What is left when no more text comes. The splitter is used up."""
        if self._state == "think":
            self._held = self._held.rstrip()
            yield from self._emit(Reasoning)
        elif self._state == "start" and self._held:
            yield Token(self._held)
        self._held = ""

    def _open(self) -> None:
        text = self._held.lstrip()
        if text.startswith(OPEN):
            self._state, self._held = "think", text[len(OPEN) :]
        elif not OPEN.startswith(text):
            self._state, self._begun = "answer", True

    def _think(self) -> Iterator[Token | Reasoning]:
        inside, mark, after = self._held.partition(CLOSE)
        if mark:
            self._held = inside.rstrip()
            yield from self._emit(Reasoning)
            self._state, self._held, self._begun = "answer", after, False
            return
        # White space and the beginning of a mark may turn out not to be part of the reasoning.
        certain = inside[: len(inside) - _overlap(inside, CLOSE)].rstrip()
        self._held, rest = certain, inside[len(certain) :]
        yield from self._emit(Reasoning)
        self._held += rest

    def _emit(self, kind: type[Token] | type[Reasoning]) -> Iterator[Token | Reasoning]:
        text = self._held if self._begun else self._held.lstrip()
        self._held = ""
        if text:
            self._begun = True
            yield kind(text)


class StopCutter:
    """Ends an answer before the first of some strings; reasoning is left alone."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._held = ""
        self.stopped = False

    def cut(self, events: Iterable[Token | Reasoning]) -> Iterator[Token | Reasoning]:
        """Pass events on; of the answer only what can't be the beginning of a stop string."""
        for event in events:
            if isinstance(event, Reasoning):
                yield event
            elif not self.stopped:
                yield from self._feed(event.text)

    def finish(self) -> Iterator[Token | Reasoning]:
        """What was held back, when no more text comes."""
        if self._held and not self.stopped:
            yield Token(self._held)
        self._held = ""

    def _feed(self, piece: str) -> Iterator[Token]:
        text = self._held + piece
        found = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            certain = text[: min(found)]
        else:
            keep = max((_overlap(text, stop) for stop in self._stops), default=0)
            certain = text[: len(text) - keep]
            self._held = text[len(certain) :]
        if certain:
            yield Token(certain)


def _overlap(text: str, mark: str) -> int:
    """The length of the longest end of `text` that begins `mark` without being it."""
    most = min(len(text), len(mark) - 1)
    return next((n for n in range(most, 0, -1) if mark.startswith(text[-n:])), 0)
