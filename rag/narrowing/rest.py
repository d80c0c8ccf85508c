"""What is asked of the documents that a question names, without the words that named them.

They are of no use where only these documents are read, and in the way: "Apple" and "latest" are not
in a row of its statement of income, so that half of the question is missing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag import lazy_re
from rag.narrowing.dates import NOUN, REPORT, YEAR_OR_QUARTER
from rag.narrowing.identity import HAN, Name, Names, dates
from rag.patterns.when import DATE, QUARTER, spelled
from rag.text import content_words, stop_words

# A name: "Apple", "Bank of England", "GPT-4".
_PROPER = lazy_re.compile(
    r"(?<![\w.\-])[A-ZÀ-ÖØ-Þ][\w&]*(?:[.\-][\w&]+)*"
    r"(?:\s+(?:(?:of|the|de|von|van|for)\s+)?[A-ZÀ-ÖØ-Þ0-9][\w&.\-]*)*"
)
# "What does a.pdf say about pets?": what it says it of.
_SAYS_ABOUT = lazy_re.compile(
    r"^\W*what (?:does|do|did) .{1,120}?\b(?:say|tell (?:us|me)|report|state|write)\s+"
    r"(?:about|on|regarding)\s+(?P<a>[^?]+?)\W*$",
    re.IGNORECASE,
)
# "In Q2", "of fiscal 2023".
_PART_OF_DATE = lazy_re.compile(
    r"(?:\b(?:in|of|for|from|during)\s+)?\b(?:fiscal\s+|FY\s*)?(q[1-4]|[1-4]q|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_WHEN = (
    rf"(?:{QUARTER}(?:\s+(?:of\s+)?(?:fiscal\s+(?:year\s+)?|fy\s*)?(?:19|20)\d\d)?"
    rf"|(?:19|20)\d\d\s+{QUARTER}|(?:19|20)\d\d)"
)
# ", as reported in the latest quarterly 10-Q filing", "for the third quarter of 2023".
_SOURCE = lazy_re.compile(
    r"(?:,?\s*\b(?:as\s+)?(?:reported|disclosed|stated|shown|given|presented|recorded|revealed"
    r"|detailed|mentioned|noted|published))?"
    r"(?:,?\s+|^\W*)(?:according\s+to|as\s+of|as\s+per|in|for|from|of|during|within|per|under)\s+"
    r"(?:(?:the|its|their|this|that|our|my|a)\s+)?"
    r"(?P<last>(?:latest|(?:most\s+)?recent|newest|current|last)\s+)?"
    rf"(?P<when>{_WHEN}(?:['’]s)?\s*)?(?:(?:quarterly|annual|fiscal)\s+)?"
    rf"(?P<noun>(?:{NOUN}|quarter|period)(?:\s+(?:report|filing|document))?)?(?=[\s,?.;:]|$)",
    re.IGNORECASE,
)

# A name ends here, and so does what it belongs to: no "price of Apple stock".
_ENDS = (
    r"(?=\s*(?:[?.,;:]|$)|\s+(?:in|for|of|at|on|as|from|by|to|during|over|across|and|or|with|is|are"
    r"|was|were|has|have|had|per|according)\b)"
)
# A question that ends in a verb or preposition, since what followed was cut out.
_HANGING = lazy_re.compile(r"\b(?:is|are|was|were|be|do|does|did|in|of|for)\W*$", re.IGNORECASE)


def rest(question: str, chosen: Sequence[Name], of: Names) -> str:
    """`question` as it is asked of `chosen`, in words that they can have; "" where all are.

    The words of a file name are seldom those of its text, nor is "say" a word of it, and a report
    of the third quarter need not say so.
    """
    if not chosen:
        return ""
    told = _without_file(question, chosen) or question
    told = _without_source(_without_owner(without_han(told, chosen), chosen), chosen)
    inside = {name.document for name in chosen}
    for match in reversed(list(_PART_OF_DATE.finditer(told))):
        if not inside.intersection(of.mentions(content_words(match[1], "en"))):
            told = f"{told[: match.start()]} {told[match.end() :]}"
    told = re.sub(r"\s+(?=[?.,])", "", " ".join(told.split())).lstrip(" ,.;:")
    told = told[:1].upper() + told[1:]
    whole = content_words(told, "en") and not _HANGING.search(told)
    return told if told != question and whole else ""


def _without_file(question: str, chosen: Sequence[Name]) -> str:
    about = _SAYS_ABOUT.match(question)
    if about:
        return f"What about {about['a']}?"
    file = chosen[0].file_in(question) if len(chosen) == 1 else None
    if not file:
        return ""
    before = re.sub(r"(?:the\s+(?:file|document)\s+)?[\"“]?$", "", question[: file.start()])
    after = re.sub(r"^[\"”]", "", question[file.end() :])
    return f"{before}the document{after}"


def _without_source(question: str, chosen: Sequence[Name]) -> str:
    """Without the report and its time, where these are those of the documents."""
    for match in reversed(list(_SOURCE.finditer(question))):
        when = dates(spelled(match["when"] or ""))
        of_them = all(when <= name.dates for name in chosen)
        # A year by itself may be any of those that a report speaks of.
        told = len(when) > 1 or match["last"] or (when and match["noun"])
        if told and of_them and (match["noun"] or when):
            question = f"{question[: match.start()]} {question[match.end() :]}"
    return question


def _without_owner(question: str, chosen: Sequence[Name]) -> str:
    """Without the company that all of the documents are reports of: "the" for "Apple's".

    A paper without a date speaks of what it is called by in most of its sentences.
    """
    if not all(name.dates for name in chosen):
        return question
    for said in set(proper(question)):
        opening, _, more = said.partition(" ")
        mention = more if more and opening.lower() in stop_words("en") else said  # "In Apple"
        stems = content_words(mention, "en")
        if not stems or not all(stems <= name.told for name in chosen):
            continue
        name = re.escape(mention)
        question = re.sub(rf"\b{name}['’]s?(?!\w)", "the", question)
        question = re.sub(rf"\s+(?:for|of|at|by|from|in)\s+{name}{_ENDS}", " ", question)
    return question


def han(question: str, known: Sequence[Name]) -> set[str]:
    """Pieces of a Chinese question by which documents are called."""
    if not HAN.search(question):
        return set()
    return {piece for name in known if name.han and (piece := name.han_in(question))}


def without_han(question: str, chosen: Sequence[Name]) -> str:
    """Without what all of the documents are called by: no line of Ada's report has her name.

    What is asked for stays, the number of "张三的电话号码是多少？" in a list of numbers.
    """
    for piece in han(question, chosen):
        if all(name.han_in(question) == piece for name in chosen):
            question = re.sub(
                f"(?<!的){piece}(?![是为為有在多几幾什谁誰哪怎？?]|$)的?", "", question
            )
    return question


def _blank(date: re.Match[str]) -> str:
    """Spaces for a date, but not for a month that may be the name before another: "April Jones"."""
    named = re.match(r"\s+[A-Z]", date.string[date.end() :]) and not any(map(str.isdigit, date[0]))
    return date[0] if named else " " * len(date[0])


def proper(question: str) -> Iterable[str]:
    """Proper names: capitalised words that do not merely open the question, dates left out."""
    ignored = stop_words("en")
    undated = DATE.sub(_blank, YEAR_OR_QUARTER.sub(lambda m: " " * len(m[0]), question))
    for match in _PROPER.finditer(undated):
        name = re.sub(r"['’]s$", "", match[0])
        before = question[: match.start()].rstrip(" \"'“(")
        opens = not before or before[-1] in ".?!:"
        first, _, rest = name.partition(" ")
        owner = question[match.end() : match.end() + 2] in ("'s", "’s")
        if opens and not owner and not first.isupper():
            name = rest  # "Does Amazon" is Amazon
        if len(name) > 1 and name.lower() not in ignored and not REPORT.fullmatch(name):
            yield name
