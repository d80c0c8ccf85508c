"""The words of a language, with how often each is met."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from importlib.resources import files

from rag.text import stop_words


@cache
def dictionary(code: str) -> str:
    """The words of a language with how often each was met, sorted, a line each.

    A line break is first and last. One string and no mapping: it is asked seldom, and 160,000 words
    then take 3 MB instead of 17.
    """
    # Read as pyspellchecker stores it: making a SpellChecker of it takes twice as long.
    stored = files("spellchecker") / "resources" / f"{code}.json.gz"
    met: dict[str, int] = json.loads(gzip.decompress(stored.read_bytes()))
    rare = min(met.values())
    every = {**dict.fromkeys(stop_words(code), rare), **met}
    lines = (f"{word} {every[word]}" for word in sorted(every) if word.isalpha())
    return "\n".join(["", *lines, ""])


def is_known(word: str, code: str) -> bool:
    """Has the dictionary of a language a word, in small letters?"""
    return f"\n{word} " in dictionary(code)


def frequency(word: str, code: str) -> int:
    """How often a word was met in the texts that the dictionary was made from; 1 for others."""
    lines = dictionary(code)
    at = lines.find(f"\n{word} ") + 1
    return int(lines[at : lines.index("\n", at)].split(" ")[1]) if at else 1


def matching(word: re.Pattern[str], letter: str, code: str) -> list[str]:
    """The words of a dictionary that begin with a letter and match, sorted.

    `word` has to begin with a line break, to take in nothing behind the word, and to group it.
    """
    lines = dictionary(code)
    first, last = lines.find(f"\n{letter}"), lines.rfind(f"\n{letter}")
    return word.findall(lines, first, lines.index("\n", last + 1)) if first >= 0 else []
