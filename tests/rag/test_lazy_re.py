from __future__ import annotations

import gc
import pkgutil
import re
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag import lazy_re

PATTERNS = (r"\w+", r"(?P<first>a)|b", r"[^\W\d_]{2,}", r"\s*\|\s*", "é|ß", "")


@given(st.sampled_from(PATTERNS), st.sampled_from([0, re.IGNORECASE]), st.text("aAbB |1éß\n"))
def test_a_pattern_does_what_a_compiled_one_does(pattern: str, flags: int, text: str) -> None:
    late, early = lazy_re.compile(pattern, flags), re.compile(pattern, flags)
    assert late.findall(text) == early.findall(text)
    assert [m.span() for m in late.finditer(text, 1)] == [m.span() for m in early.finditer(text, 1)]
    assert late.split(text) == early.split(text)
    assert late.sub("-", text) == early.sub("-", text)
    assert late.subn("-", text, 1) == early.subn("-", text, 1)
    for one, other in (
        (late.match(text), early.match(text)),
        (late.search(text), early.search(text)),
        (late.fullmatch(text), early.fullmatch(text)),
    ):
        assert (one and one.span()) == (other and other.span())
    assert (late.pattern, late.flags, late.groups) == (early.pattern, early.flags, early.groups)
    assert late.groupindex == early.groupindex


def test_what_is_no_pattern_says_so_at_its_first_use() -> None:
    broken = lazy_re.compile("(")
    with pytest.raises(re.error, match="unterminated"):
        broken.search("a")
    with pytest.raises(AttributeError):
        broken.find("a")  # type: ignore[attr-defined]


def test_every_pattern_of_the_package_is_one() -> None:
    for module in pkgutil.walk_packages(rag.__path__, "rag."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    gc.unfreeze()  # what a service made before has hidden from the collector
    waiting = [one for one in gc.get_objects() if type(one) is lazy_re._Waiting]
    assert len(waiting) > 500
    for one in waiting:
        if one.pattern != "(":  # the broken one, of the test above
            assert isinstance(one.groups, int), one.pattern
