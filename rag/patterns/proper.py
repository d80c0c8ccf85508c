"""Which words of a sentence could be names, in scripts with capitals and in those without.

The check may take a common word for a name, which costs a quotation instead of a sentence; it must
not take a name for a common word.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag import lazy_re
from rag.folding import folded
from rag.text import language, names, sentences, stemmed, stop_words

_LETTERS = lazy_re.compile(r"[^\W\d_]+")
# Words that open sentences of answers and are no names; they are in no list of stop words.
_OPENERS = frozenset(
    """according additionally although because besides both consequently conversely currently
    despite due during each either every finally first firstly following furthermore generally given
    hence however here if in initially instead it its later likewise many meanwhile moreover most
    nevertheless no once only originally other otherwise overall rather second secondly several
    similarly since some sometimes specifically still such that the their then there therefore these
    they third this those though thus today together typically ultimately unlike until usually when
    whereas whether while yes answer based information
    außerdem daher deshalb dies diese dieser dieses ferner ja jedoch laut nein obwohl schließlich
    somit zudem zunächst ainsi cependant donc enfin ensuite oui non selon además sin según sí
    finalmente inoltre secondo""".split()
)
# Characters of Chinese and Japanese that carry grammar, not content.
_GRAMMAR = frozenset(
    "的了是在和与與及或也都就而于於由以为為被把将將從从對对中上下个個这這那有不他她它们們之其并並等所"
)  # fmt: skip
_CAPITALS = lazy_re.compile(
    r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u1e00-\u1fff]"
)
_UNSPACED = lazy_re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Naming:
    """Where names are looked up: the runs of letters of a text, as they are and stemmed."""

    letters: frozenset[str]
    stems: frozenset[str]
    characters: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Naming:
        code = language(text)
        letters = frozenset(run.lower() for run in _LETTERS.findall(folded(text)))
        stems = frozenset(stemmed(word, code) for word in letters)
        return cls(letters, stems, frozenset(folded(text)))

    def has(self, name: str) -> bool:
        """Is a name there? It comes lower-case; "=" before it lets its stem do as well."""
        if name.startswith("="):
            bare = name[1:]
            return bare in self.letters or any(
                stemmed(bare, code) in self.stems for code in ("en", "de", "fr", "es")
            )
        if len(name) == 1:
            return name in self.characters
        return name in self.letters


def could_be_names(text: str) -> frozenset[str]:
    """Words of a text that could be names, lower-case.

    Capitalised words; with "=" before it the word that opens a sentence, since its capital says
    nothing; every word of a script that has no capitals, characters where it has no spaces.
    """
    text = folded(text)
    found = set(names(text))
    ignored = stop_words(language(text)) | _OPENERS
    for start, end in sentences(text):
        opening = _LETTERS.search(text, start, end)
        word = opening[0] if opening else ""
        if word[:1].isupper() and word.lower() not in found and word.lower() not in ignored:
            found.add(f"={word.lower()}")
    for match in _LETTERS.finditer(text):
        word = match[0]
        if _UNSPACED.search(word):
            found.update(c for c in word if _UNSPACED.match(c) and c not in _GRAMMAR)
        elif not _CAPITALS.match(word) and word not in ignored and len(word) > 1:
            found.add(f"={word}")
    return frozenset(found)


def is_unspaced(word: str) -> bool:
    """Is a word of a script that is written without spaces?"""
    return _UNSPACED.match(word) is not None
