"""Any order of adding, changing, moving, removing, publishing and reopening equals a dict."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rag.index import merging
from rag.index.collection import Collection, Writer, rollback
from rag.text import terms
from tests.rag.index.toys import EMBEDDER, contents, document, put, vector_of, words_of

KEYS = st.sampled_from([f"{i:02x}" * 4 for i in range(6)])
LINES = st.text(st.sampled_from("abc xyß検\ud800"), max_size=12)
TEXTS = st.lists(LINES, max_size=5).map("\n".join)


class Index(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.published: dict[str, str] | None = None
        self.before: dict[str, str] | None = None
        self.pending: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.writer = self.opened()
        self.small = merging._SMALL
        merging._SMALL = 6  # so that tiers are reached

    def opened(self) -> Writer:
        self.base = self.published  # all that one writer publishes is undone together
        return Writer(self.root, "c", embedder=EMBEDDER).__enter__()

    def teardown(self) -> None:
        merging._SMALL = self.small
        self.writer.__exit__(None, None, None)
        shutil.rmtree(self.root)

    @rule(key=KEYS, text=TEXTS)
    def add(self, key: str, text: str) -> None:
        put(self.writer, document(key, text))
        self.pending[key] = text

    @rule(key=KEYS)
    def remove(self, key: str) -> None:
        if key in self.pending:
            self.writer.remove(key)
            del self.pending[key]

    @rule(keys=st.sets(KEYS))
    def move(self, keys: set[str]) -> None:
        infos = [info for key in sorted(keys) if (info := self.writer.get(key))]
        self.writer.relocate([replace(info, path=info.path + "x") for info in infos])
        for info in infos:
            found = self.writer.find(info.path + "x")
            assert found is not None
            assert found.id == info.id

    @rule(compact=st.booleans())
    def publish(self, compact: bool) -> None:
        had = self.writer.changed
        self.writer.publish(compact=compact)
        self.published = dict(self.pending)
        if had or compact:
            self.before = self.base

    @rule()
    def discard(self) -> None:
        self.writer.__exit__(None, None, None)
        self.writer = self.opened()
        self.pending = dict(self.published or {})

    @precondition(lambda self: self.before is not None)
    @rule()
    def roll_back(self) -> None:
        self.writer.__exit__(None, None, None)
        rollback(self.root, "c")
        self.published, self.before = self.before, self.published
        self.writer = self.opened()
        self.pending = dict(self.published or {})

    @invariant()
    def writer_agrees(self) -> None:
        infos = self.writer.all()
        assert {info.id for info in infos} == set(self.pending)
        assert self.writer.counts == (len(self.pending), sum(info.chunks for info in infos))
        lines = [line for text in self.pending.values() for line in text.split("\n") if line]
        known = self.writer.known(lines)
        assert all(np.array_equal(known[line].vector, vector_of(line)) for line in lines)
        assert all(known[line].words.tolist() == words_of(line).tolist() for line in lines)

    @invariant()
    def reader_agrees(self) -> None:
        if self.published is None:
            return
        with Collection.open(self.root, "c", fingerprint=EMBEDDER) as opened:
            assert contents(opened) == self.published
            rows, scores = opened.lexical(terms("ab xy"), 50)
            table = opened.matches(terms("ab xy")).table(rows)
            assert np.array_equal(table.sum(axis=0), scores)
            assert (scores > 0).all()


TestIndex = Index.TestCase
TestIndex.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
