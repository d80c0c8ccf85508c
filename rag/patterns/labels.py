"""What labels and codes tell of a sentence: "Invoice date: 30 April" is not when it is due, and the
row of E1 says nothing of E2, nor does "Version 2.1" of version 2.2."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rag import lazy_re
from rag.patterns.units import unit_at
from rag.patterns.week import days
from rag.patterns.when import DATE, NUMBER_OF_MONTH, YEAR, in_english, units
from rag.text import stop_words

# "Invoice date: …", "Date of issue | …", "Rechnungsdatum: …"
_LABELLED_DATE = lazy_re.compile(
    r"^\W*(?P<label>(?:[\w’'-]+ ){0,3}dated?(?: of [\w -]{2,30})?|(?:\w+)?datum)\s*[:|]",
    re.IGNORECASE,
)
# A question for another date than the one that a document bears.
_OTHER_DATE = lazy_re.compile(
    r"\b(?:due|deadline|payable|by when|until when|expires?|ends?|next|appointment|fällig|frist)\b",
    re.IGNORECASE,
)
_LETTERED = lazy_re.compile(r"(?<![\w.,:-])\d{1,2}[a-f](?![\w-])")  # 4b
_NEXT = lazy_re.compile(
    r"\b(?:next|nächste[nrs]?|prochaine?|próxim[ao]|prossim[ao])\b", re.IGNORECASE
)
_NEXT_LABEL = lazy_re.compile(rf"^\W*(?:the\s+|die\s+)?{_NEXT.pattern}", re.IGNORECASE)
_AFTER = lazy_re.compile(r"\b(?:after|follow\w*|nach|danach|upcoming|coming)\b", re.IGNORECASE)
# Letters with a number, "E2", "RX-78". A code ends where Chinese characters begin: "显示E2时".
_NO_HAN = r"(?:[^\W\u3040-\u9fff]|[.-])"
_CODE = lazy_re.compile(
    rf"(?<!{_NO_HAN})(?P<kind>[A-Za-z]{{1,5}})-?(?P<number>\d{{1,5}})(?!{_NO_HAN})"
)
_CLASS = lazy_re.compile(r"[（(](\d{1,2})[)）]班")  # 三（2）班
# What makes a range of a number or a letter before it: "-16", "to 16", "bis D".
_TO_LAST = r"(?:\s?(?:-|–|—|to|bis|à)\s?(?P<last>\d{1,4}|(?-i:[A-Z])(?!\w)))?"
# What is told from its like by a number: "version 2.2", "rooms 14 to 16".
_NUMBERED = lazy_re.compile(
    r"(?<!\bper\s)(?<!\bpro\s)\b(?P<kind>version|release|section|chapter|article|paragraph|appendix|room|floor|flat|apartment"
    r"|building|platform|gate|phase|stage|level|lesson|module|week|kw|kalenderwoche|semaine|semana|abschnitt|kapitel|artikel|raum|zimmer"
    r"|wohnung|gleis|chapitre|salle|versión|capítulo|artículo|sala)s?:?\s+"
    rf"(?P<number>\d{{1,4}}(?:\.\d{{1,4}})*){_TO_LAST}(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
# So is any other thing: "order 4471", "freezer B".
_LABELLED = lazy_re.compile(
    r"\b(?P<kind>[^\W\d_]{3,})\s+(?:(?:no|number|nr)\b\.?\s*|#)?"
    rf"(?P<number>\d{{1,6}}|[A-Z]){_TO_LAST}(?![\w%’']|[.,:/-]\d)"
)
# One more behind it: ", 14", "and 16"; no "and 4 tickets".
_AND_MORE = lazy_re.compile(
    r"(?:\s?[,/&]\s?|,?\s(?:and|or|und|oder|et|ou|y)\s)(?P<number>\d{1,4}|[A-Z])\b"
    r"(?!\s+[a-z]{3,}s\b)"
)
# What is counted, "4 tickets"; what is said of one, "week 3 starts", is not.
_COUNTED = lazy_re.compile(
    r"\s+(?!(?:is|was|has|does|gets|needs|opens|closes|starts|begins|ends|costs|takes|lasts|holds)\b)"
    r"[a-z]{3,}s\b"
)
# Words before a number that are no kind of thing: "must 2", "page 3", which tells where it stands.
_NO_KINDS = frozenset(
    """must shall nearly top within plus minus less unless across thus per page pages von für bis
    mit les des los las pour para""".split()
)
_NO_CODES = ("q", "fy", "rmb", "cny", "hkd", "usd", "eur", "chf")  # quarters, years and sums
_SINGULAR = ("ss", "us", "is")  # "class 4", "bus 12", "Haus 14", "Kreis 2"
# What a sentence goes on with: "the form I have to send" has no form I.
_JOINED = lazy_re.compile(r"\s+(?!(?:and|or|to|und|oder|bis|is|has|was)\b)[a-z]")
# Another thing that is only referred to: "see section 4", "subject to clause 2.1".
_REFERRED = lazy_re.compile(
    r"\b(?:subject\s+to|see(?:\s+also)?|as\s+in|under|according\s+to|pursuant\s+to|siehe|gemäß)\s+"
    r"(?:the\s+)?[^\W\d_]+\s+[\d.]+",
    re.IGNORECASE,
)
_MOST = 60  # numbers in a range: "from 1,310 in week 4 to 402 in week 12" is none


def is_of_other_date(question: str, text: str) -> bool:
    """Is it labelled as a date which is not the one that is asked for?"""
    if _NEXT_LABEL.match(text) and any(map(str.isdigit, question)) and DATE.search(question):
        # Of the meeting on a day that a question names, the next one is another.
        of_it = any(one <= other for one in _dates(question) for other in _dates(text))
        return not (of_it or _NEXT.search(question) or _AFTER.search(question))
    label = _LABELLED_DATE.match(text)
    if not label:
        return False
    asked = {word.lower() for word in _OTHER_DATE.findall(question)}
    return bool(asked) and not asked & set(label["label"].lower().split())


def _dates(text: str) -> list[frozenset[str]]:
    return units(in_english(text))


@lru_cache(maxsize=512)  # a question is compared with every sentence
def codes(text: str) -> frozenset[tuple[str, str]]:
    """Codes as their letters and their number, ("e", "2") for "E2", and so what is numbered,
    ("version", "2.2"), or lettered, ("freezer", "b"), all that are in a range; those of times are
    none.

    "4b", as of a class or a flat, is ("", "4b").
    """
    found = {(match["kind"].lower(), match["number"].lstrip("0")) for match in _CODE.finditer(text)}
    found.update(("班", number) for number in _CLASS.findall(text))
    told = [*_NUMBERED.finditer(text), *(m for m in _LABELLED.finditer(text) if _is_label(m))]
    for match in told:
        found.update((match["kind"].lower(), number) for number in _numbers(match))
    return _lettered(text) | {code for code in found if code[0] not in _NO_CODES}


def _is_label(match: re.Match[str]) -> bool:
    """Does a number tell which one it is, and not how many, or when?"""
    kind, number = match["kind"].lower(), match["number"]
    more = match["last"] or _AND_MORE.match(match.string, match.end())
    if number.isdigit():
        named = match["kind"][0].isupper()
        follows = match.string[match.end() :]
        counts = (
            YEAR.fullmatch(number)
            or unit_at(match.string, *match.span("number"))
            or (len(number) < 3 and _COUNTED.match(follows))
            or (not named and re.match(r"\s+[A-ZÄÖÜ]", follows))
            or (kind.endswith("s") and not (more or kind.endswith(_SINGULAR)))  # "seats 12"
        )
    else:  # "the form I have to send", "at zone A the bus …"
        counts = number in "IA" and _JOINED.match(match.string, match.end())
    return not (counts or kind in NUMBER_OF_MONTH or kind in _no_kinds() or days(kind))


@cache
def _no_kinds() -> frozenset[str]:
    return _NO_KINDS.union(*map(stop_words, ("en", "de", "fr", "es", "it")))


def _numbers(match: re.Match[str]) -> set[str]:
    """Its number, those of a range, and what follows: "rooms 12, 14 and 16"."""
    first, last, end = match["number"], match["last"], match.end()
    found = {first.lower().lstrip("0")}
    if last and last.isdigit() and first.isdigit() and 0 < int(last) - int(first) < _MOST:
        found.update(map(str, range(int(first), int(last) + 1)))
    elif last and last.isalpha() and first.isalpha():
        found.update(map(chr, range(ord(first.lower()), ord(last.lower()) + 1)))
    while more := _AND_MORE.match(match.string, end):
        found.add(more["number"].lower())
        end = more.end()
    return found


def _lettered(text: str) -> frozenset[tuple[str, str]]:
    """Its codes that end in a letter."""
    return frozenset(("", match[0].lower()) for match in _LETTERED.finditer(text))


def is_of_other_code(asked: frozenset[tuple[str, str]], text: str) -> bool:
    """Does a text have codes of a kind that is asked for, and none of those that are?

    "Type I" may be what is called type 1 elsewhere.
    """
    kinds = {(kind, number.isalpha()) for kind, number in asked}
    told = codes(_REFERRED.sub(" ", text)) if asked else ()
    there = {(kind, number) for kind, number in told if (kind, number.isalpha()) in kinds}
    return bool(there) and not there & asked


# --- numbers that a paper bears -------------------------------------------------------------------

# What bears a number of its own, by its English and German names.
_RECORDS = (
    "invoice bill rechnung rechnungs",
    "customer client kunde kunden",
    "order purchase bestell auftrag auftrags",
    "contract vertrag vertrags",
    "policy police policen versicherungs",
    "account konto",
    "member membership mitglied mitglieds",
    "serial serien",
    "ticket",
    "case reference aktenzeichen vorgang vorgangs",
    "delivery lieferschein",
    "tax vat steuer",
)
_KIND = {name: n for n, names in enumerate(_RECORDS) for name in names.split()}
_RECORD = "|".join(sorted(_KIND, key=len, reverse=True))
# "Invoice number", "Kundennummer", "order no".
_NUMBER_OF = lazy_re.compile(
    rf"\b(?P<kind>{_RECORD})(?:\s+|-)?(?:number|nummer|no\b|nr\b|id\b)", re.IGNORECASE
)
# A whole line that is a kind with its number: "Invoice 2024-17", "Kundennummer: 88-12".
_OWN_NUMBER = lazy_re.compile(
    rf"^\W*(?P<kind>{_RECORD})(?:\s*(?:number|nummer|no|nr)\b\.?)?[\s:#]+"
    r"(?P<number>(?=\S*\d)[A-Z0-9][\w/.-]*)\W*$",
    re.IGNORECASE,
)


def asks_number(question: str) -> bool:
    """Does it ask for the number of an invoice, a customer or the like?"""
    return _NUMBER_OF.search(question) is not None


def without_number(question: str) -> str:
    """A question without what it asks for, where that is such a number."""
    return _NUMBER_OF.sub(" ", question)


def number_in(question: str, text: str) -> tuple[int, int] | None:
    """Where a line that is nothing else tells the number that is asked for: "Invoice 2024-17"."""
    asked, own = _NUMBER_OF.search(question), _OWN_NUMBER.match(text)
    if not asked or not own or _kind_of(asked) != _kind_of(own):
        return None
    return own.span("number")


def is_of_other_number(question: str, text: str) -> bool:
    """Is it labelled as the number of another thing, the customer where one asks for that of the
    invoice?"""
    asked, label = _NUMBER_OF.search(question), _NUMBER_OF.match(text.lstrip(" -*•"))
    return bool(asked and label) and _kind_of(asked) != _kind_of(label)


def _kind_of(match: re.Match[str] | None) -> int:
    return _KIND[match["kind"].lower()] if match else -1
