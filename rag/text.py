"""Text: language, sentences with their spans, terms for BM25, content words, numbers, names.

Nothing here treats every text as English: the language comes from its script and its function
words, and decides stemmer and sentence rules. Offsets are code points, ends exclusive.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING, Any

from rag import lazy_re
from rag.dots import goes_on
from rag.folding import folded
from rag.languages import FUNCTION_WORDS
from rag.languages import language as language

if TYPE_CHECKING:
    from Stemmer import Stemmer

Span = tuple[int, int]

# ISO 639-1 code to Snowball algorithm, for the languages whose function words we know.
_STEMMERS = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian",
    "pt": "portuguese", "nl": "dutch", "sv": "swedish", "no": "norwegian", "da": "danish",
    "fi": "finnish", "hu": "hungarian", "ro": "romanian", "tr": "turkish", "ru": "russian",
    "ar": "arabic", "hi": "hindi", "el": "greek",
}  # fmt: skip

# Scripts written without spaces: indexed as overlapping pairs of characters.
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_SPACED = rf"(?:(?![{_UNSPACED}])[^\W_])"
_ACRONYM = r"(?:\b[^\W\d_]\.){2,}"
_WORD = lazy_re.compile(rf"[{_UNSPACED}]+|\d+(?:[.,]\d+)+|{_ACRONYM}|{_SPACED}+(?:[’']{_SPACED}+)?")
# The same where there is nothing but ASCII, as in most English texts: less than half the time.
_ASCII_WORD = lazy_re.compile(r"\d+(?:[.,]\d+)+|(?:\b[a-z]\.){2,}|[a-z\d]+(?:'[a-z\d]+)?", re.ASCII)
_IS_UNSPACED = lazy_re.compile(rf"[{_UNSPACED}]")
_THOUSANDS = lazy_re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_NUMBER = lazy_re.compile(r"\d+(?:[.,]\d+)*")
# What asks, which is no stop word: in Chinese it is written together with what is asked about, and
# "quelle heure" has the hours of "48 heures" in it.
_ASKING = lazy_re.compile(
    r"\bquelle\s+heure\b|\bqu[eé]\s+hora\b|\bche\s+ora\b|请问|請問|[吗嗎呢](?=\W*$)"
    r"|[是要有需]{0,2}(?:(?:由|在)?(?:什[么麼](?:[时時]候|[地]方|意思)?|[谁誰]|哪(?:里|裡|[一]?[个個些年天位])?)"
    r"|多少[钱錢]?|(?<!茶)[几幾](?![内內][亚亞]|何|乎)[点點个個次天年岁歲]?"
    r"|(?<!很)多(?:大(?![学學])|[长長高远遠深久重快])|何[时時处處]|如何|怎[么麼]?[样樣]?|为何)",
    re.IGNORECASE,
)
_LATIN_WORD = lazy_re.compile(r"[^\W\d_]+")


# --- sentences ----------------------------------------------------------------------------------

# A blank line, or a line break before or after a list item or a table row, always ends a sentence.
_LETTER = r"(?:[a-z]|[ivx]{2,5})(?:\)|\.(?![ \t]+(?:[^\W\d_]|Hd|Chr)\.))"  # "z. Hd." marks no item
ITEM = rf"[ \t]*(?:[-*+•‣▪–]|\(?\d{{1,3}}[.)]|\(?{_LETTER})[ \t]+"
# "第三条 租金", but not a line that goes on with one: "根据\n第三条规定", "第3条により".
_CLAUSE = (
    r"[ \t]*第[一二三四五六七八九十百\d]+[条條章节節款]"
    r"(?![规規约約][定]|[所的之及和与與至或中课課、第\u3040-\u309f])"
)
# A line that fills in a label, "Chair: Ada", ends where the next one does so.
FIELD = r"[ \t]*[^\W\d_a-zß-ÿ][^\n:：.!?|]{0,39}(?::[ \t]+|：)\S"
# Two of them begin what is filled in: the lines above, as those of a letterhead, are apart.
_HARD_BREAK = lazy_re.compile(
    rf"\n\s*\n|\n(?={ITEM}|{_CLAUSE})|(?<=\|)[ \t]*\n|\n(?=[^\n|]*[ \t]\|)"
    rf"|\n(?={FIELD}[^\n|]*\n{FIELD})"
)
_ROW = lazy_re.compile(
    rf"[ \t]\|[ \t][^\n]*\n|^{FIELD}[^\n|]*\n(?:(?!{FIELD})[^\n|]+\n){{0,2}}?(?={FIELD})",
    re.MULTILINE,
)
_MARKER = lazy_re.compile(ITEM)
# The mark of a note stands behind the dot of the sentence that it belongs to.
_LEADING = lazy_re.compile(r"\A\s*(?:[⁰¹²³⁴-⁹]+(?:,[⁰¹²³⁴-⁹]+)*(?:\s+|\Z))?")
_LONG = 600  # characters; a longer "sentence" is split where a quotation swallowed several
# What is left together before a figure: "…五万元。2023年…", "… 80 Franken. 2023 betrug …".
_UNPARTED = r"[。！？][」』”’）)]*\s*(?=\d)|(?<=[^\W\d_]{5})\.\s+(?=(?:19|20)\d\d\s[a-z])"
_MISSED = lazy_re.compile(_UNPARTED)
_INNER_END = lazy_re.compile(rf"{_UNPARTED}|[.!?]+[\"'”’)\]]*\s+(?=[A-Z0-9\"“(])")


def sentences(text: str) -> list[Span]:
    """Spans of the sentences of `text`, in order, without surrounding white space.

    Rules by language from Wikimedia's sentencex; list items and table rows stand alone.
    """
    found: list[Span] = []
    position = 0
    code = language(text)
    for start, end in _breaks(text):
        found += _sentences_of_block(text, position, start, code)
        position = end
    return found + _sentences_of_block(text, position, len(text), code)


def _breaks(text: str) -> list[Span]:
    breaks = [match.span() for match in _HARD_BREAK.finditer(text)]
    broken = {at for start, end in breaks for at in range(start, end)}
    ends = (match.end() for match in _ROW.finditer(text))
    return sorted([*breaks, *((end - 1, end) for end in ends if end - 1 not in broken)])


def _sentences_of_block(text: str, start: int, end: int, code: str) -> list[Span]:
    import sentencex

    marker = _MARKER.match(text, start, end)
    position = stop = head = marker.end() if marker else start
    found: list[Span] = []
    if " | " in text[head:end] and end - head <= _LONG:  # "Pos. | Length (m)" is one row
        return _stripped(text, start, end)
    for piece in sentencex.segment(code, text[head:end]):
        stop += len(piece)
        if stop < end and goes_on(text, position, stop, code):
            continue
        found += _trimmed(text, position, stop)
        position = stop
    if position < end:
        found += _trimmed(text, position, end)
    if marker and not found:
        return _stripped(text, start, end)
    if marker:
        found[0] = (marker.start() + len(marker[0]) - len(marker[0].lstrip()), found[0][1])
    return found


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    ends = _INNER_END if end - start > _LONG else _MISSED
    cuts = [start, *(match.end() for match in ends.finditer(text, start, end)), end]
    return [span for a, b in itertools.pairwise(cuts) for span in _stripped(text, a, b)]


def _stripped(text: str, start: int, end: int) -> list[Span]:
    piece = text[start:end]
    left = len(piece) - len(_LEADING.sub("", piece))
    right = len(piece.rstrip())
    return [(start + left, start + right)] if right > left else []


# --- words --------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _stemmer(code: str) -> Stemmer | None:
    import Stemmer

    algorithm = _STEMMERS.get(code)
    return Stemmer.Stemmer(algorithm) if algorithm else None


@cache
def _listed() -> Mapping[str, Any]:
    """What bm25s lists, from that module alone: the whole package takes a third of a second to
    load, most of that for scipy."""
    package = find_spec("bm25s")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("bm25s is not installed")
    return run_path(str(Path(package.origin).with_name("stopwords.py")))


@cache
def stop_words(code: str) -> frozenset[str]:
    """Words that carry no content in a language: those of bm25s where it has them."""
    name = "EN_PLUS" if code == "en" else _STEMMERS.get(code, "").upper()
    listed = _listed().get(f"STOPWORDS_{name}", ())
    return frozenset(listed) | frozenset(FUNCTION_WORDS.get(code, "").split())


def words(text: str) -> list[str]:
    """Lower-cased words in order; scripts without spaces as pairs of characters.

    Compatibility forms and apostrophes are folded (NFKC; "don’t" is "don't"), "1,000" becomes
    "1000", a possessive 's is dropped.
    """
    plain = folded(text).lower().replace("’", "'")
    if plain.isascii():
        return [word if word.isalpha() else _bare(word) for word in _ASCII_WORD.findall(plain)]
    found: list[str] = []
    for word in _WORD.findall(plain):
        if _IS_UNSPACED.match(word):
            found += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        else:
            found.append(_bare(word))
    return found


def _bare(word: str) -> str:
    if word[0].isdigit():
        return word.replace(",", "") if _THOUSANDS.match(word) else word
    return word.replace(".", "").removesuffix("'s")


def length(text: str) -> int:
    """How many words long a text is; in scripts without spaces two characters count as one."""
    if not _IS_UNSPACED.search(text):
        return len(text.split())
    count = 0
    for piece in text.split():
        apart = [len(word) for word in _WORD.findall(piece) if _IS_UNSPACED.match(word)]
        count += sum((n + 1) // 2 for n in apart) or 1
    return count


def terms(text: str, code: str | None = None) -> list[str]:
    """Terms of a text for BM25: words without stop words, stemmed by `code` or its language."""
    return _stemmed(words(text), code or language(text))


def query_terms(question: str, languages: Iterable[str] = ()) -> list[str]:
    """Distinct terms of a question, stemmed in its own language and in each of `languages`.

    A short question often does not tell its language, so it is stemmed in those of the
    collection too; but the stop words of its own are none in any.
    """
    own = language(question)
    found = words(_ASKING.sub(" ", question)) or words(question)
    found = [word for word in found if word not in stop_words(own)] or found
    distinct: dict[str, None] = {}
    for code in dict.fromkeys((own, *languages)):
        distinct.update(dict.fromkeys(_stemmed(found, code)))
    return list(distinct)


def _stemmed(found: Sequence[str], code: str) -> list[str]:
    ignored = stop_words(code)
    kept = [word for word in found if word not in ignored] or list(found)
    stemmer = _stemmer(code)
    return stemmer.stemWords(kept) if stemmer else kept


@lru_cache(maxsize=8192)
def stemmed(word: str, code: str) -> str:
    """One lower-cased word, stemmed in its language."""
    stemmer = _stemmer(code)
    return str(stemmer.stemWord(word)) if stemmer else word


def content_words(text: str, code: str | None = None) -> frozenset[str]:
    """The stemmed words of a text that carry content."""
    code = code or language(text)
    ignored = stop_words(code)
    stemmer = _stemmer(code)
    kept = [word for word in words(text) if word not in ignored]
    return frozenset(stemmer.stemWords(kept) if stemmer else kept)


def numbers(text: str) -> frozenset[str]:
    """The numbers in a text, digits only where "1,000" and "1000" agree; "3." is 3."""
    found = (match.rstrip(".,") for match in _NUMBER.findall(folded(text)))
    return frozenset(n.replace(",", "") if _THOUSANDS.match(n) else n for n in found)


def names(text: str) -> frozenset[str]:
    """Capitalised or all-capital words that do not merely open a sentence, lower-cased.

    An opening word counts when it has a capital inside, as in "USA" or "DeepSeek".
    """
    ignored = stop_words(language(text))
    openings = {start for start, _ in sentences(text)}
    found = set()
    for match in _LATIN_WORD.finditer(text):
        word = match[0]
        if not word[0].isupper() or word.lower() in ignored or len(word) < 2:
            continue
        if match.start() not in openings or any(map(str.isupper, word[1:])):
            found.add(word.lower())
    return frozenset(found)
