"""The short answer to "when" and "how many" in languages that the reader does not know.

Its spans mean nothing there (F1 .1 to .2 on German and Chinese questions), but dates and numbers
can be told from their form. A question for anything else gets its sentence and no short answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import lazy_re
from rag.evidence import Sentence, languages
from rag.networks.reading import Span
from rag.patterns.clock import TIME, asks_time
from rag.patterns.tables import cell
from rag.question.shape import wanted
from rag.scoring.spans import near
from rag.text import ITEM, query_terms
from rag.types import Hit
from rag.vocabulary import NUMBERS, any_of, up_to

_MONTH = r"""(?:
    jan | feb | mär | apr | mai | jun | jul | aug | sep | okt | nov | dez
    | févr | mars | avr | juin | août | oct | déc | ene | abr | may | ago | dic
    | gen | mag | giu | lug | set | ott | fev | out | mrt | mei
    | янв | фев | мар | апр | ма[йя] | июн | июл | авг | сен | окт | ноя | дек
    )\w*\.?"""
_DAY = rf"(?:\d{{1,2}}(?:\.|er|º|°)?\s*(?:de\s+)?{_MONTH}\s*(?:de\s+)?|{_MONTH}\s+(?:de\s+)?)"
_YEAR = r"(?<!\d)(?<!\w-)(?:1\d{3}|20\d\d)(?:er)?(?![\d.,]*\d)"
_TO = r"(?:\s+(?:bis|und|à|et|a|y|e|en|tot|до|и)\s+|\s*[至到\-–]\s*)"
_DATE = rf"""
    (?<![\d-])(?:1\d|20)\d\d-\d\d-\d\d(?![\d-])
    | (?<![\d./-])\d{{1,2}}(?:\.\s?\d{{1,2}}\.\s?|/\d{{1,2}}/)(?:19|20)\d\d(?!\d)
    | (?<!\d)\d{{1,4}}\s*年(?:\s*\d{{1,2}}\s*月)?(?:\s*\d{{1,2}}\s*日)?
        (?:\s*[至到\-–]\s*\d{{1,4}}\s*年)?
    | \d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?
    | (?:\d{{1,2}}|[一二三四五六七八九十]+)\s*世[纪紀](?:\s*\d0\s*年代)?
    | {_DAY}?{_YEAR}(?:{_TO}{_DAY}?{_YEAR})?
    | \d{{1,2}}\.?\s*{_MONTH}(?!\w)
    | \d{{1,2}}(?:\.|e|ème)?\s*(?:jahrhunderts?|siècle|secolo|século|eeuw|век\w*)
    | (?:siglo|siècle|secolo|século)\s+[ivx]+(?!\w)
    """
_FRENCH = (
    any_of(NUMBERS["fr"], but=("six",))  # which in an English text is its own
    + "|vingts?|trente|quarante|cinquante|soixante|cents?|mille"
)
_WORDED = rf"""(?:
    {any_of(up_to(12, "de"))} | hundert
    | (?:\w+und)?(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)
    | (?:drei|vier|fünf|sech|sieb|acht|neun)zehn
    | (?:{_FRENCH})(?:[\s-](?:et[\s-])?(?:une?|six|{_FRENCH}))*
    | {any_of(NUMBERS["es"])} | cien | mil | dieci\w+ | veint\w+
    | (?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?:\sy\s\w+)?
    | {any_of(up_to(10, "it"))}
    | venti(?:un[oa]?|due|tré|tre|quattro|cinque|sei|sette|nove)? | vent(?:un[oa]?|otto)
    | (?:un|do|tre|quattor|quin|se)dici | dicia\w+ | trenta\w* | quaranta\w*
    | cinquanta\w* | sessanta\w* | settanta\w* | ottanta\w* | novanta\w* | cento
    | dois | três | quatro | oito | dez | twee | drie | vijf | zes | zeven | negen | tien
    | два | две | три | четыре | пять | шесть | семь | восемь | девять | десять
    )"""
_SCALE = r"""(?:\s*[%％$€] | \s+(?:prozent | millionen | milliarden? | billion(?:en)? | tausend
    | euros? | franken
    | pour\s?cent | millions? | milliards? | por\s?ciento | millones | per\s?cento | milion[ei]
    | por\s?cento | milhões | procent | miljoen | miljard | процент\w* | миллион\w* | тысяч\w*
    )(?:\s*[$€])?(?!\w))"""
# 1.250,50 and 1'250.50, and 50 000 with a space, also one that does not break.
_FIGURE = (
    r"(?<![\w.,])(?<!\w-)"  # KFR-35 is a name
    r"(?:\d{1,3}(?:[\x20\xa0\u2009\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,'’]\d+)*)"
)
_HAN_FIGURE = r"(?:\d+(?:[.,]\d+)*|[一二三四五六七八九十百千两兩]+)"
_UNIT = (
    r"(?:[%％℃]|美元|欧元|平方(?:公里|米)?|公里|公斤|千克|毫升|[个個]?半?(?:小时|小時|月|星期)|分[钟鐘]|[个個]半?"
    r"|名|人|年|[岁歲]|[层層]|次|倍|米|[吨噸]|[种種]|位|[条條]|座|天|票|元|[块塊]|克|升|度|本|勺|片|台|件|只)"
)
_NUMBER = rf"""
    {_HAN_FIGURE}\s*分之\s*{_HAN_FIGURE}
    | (?:{_HAN_FIGURE}\s*[万亿萬億]+)+{_HAN_FIGURE}?\s*{_UNIT}? | {_HAN_FIGURE}\s*{_UNIT}
    | (?:{_FIGURE}|(?<![\w-]){_WORDED})(?![\w]|-\w)(?:{_TO}(?:{_FIGURE}|{_WORDED})(?!\w))?{_SCALE}?
    """
_OF_FORM = {
    name: lazy_re.compile(pattern, re.IGNORECASE | re.VERBOSE)
    for name, pattern in (("date", _DATE), ("number", _NUMBER))
} | {"time": TIME}
# What is asked for in money, and an amount of it.
_ASKS_PRICE = lazy_re.compile(
    r"\b(?:kostet?e?n?|preise?|co[uû]t\w+|prix|tarifs?|cu[eé]stan?|precios?|costa(?:no)?|prezz[oi])\b"
    r"|多少[钱錢]|[单單价價][价價格]",
    re.IGNORECASE,
)
_MONEY = lazy_re.compile(
    r"[$€£¥元块塊]|\b(?:euros?|franken|francs?|dollars?|d[oó]lares)\b", re.IGNORECASE
)
# Each character of full width is as long as its plain form.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MARK = lazy_re.compile(ITEM)
_FIGURES = lazy_re.compile(r"\d+")


def best(question: str, hits: Sequence[Hit], found: Sequence[Sentence]) -> list[Span | None]:
    """For each sentence the date or number in it that may be wanted, the one nearest to words of
    the question; None where it has only such as the question names, or where neither is wanted."""
    kind = "time" if asks_time(question) else wanted(question)
    form = _OF_FORM.get(kind)
    if form is None:
        return [None] * len(found)
    codes = languages(found)
    asked = frozenset(query_terms(question, codes))
    named = frozenset(_FIGURES.findall(question))
    spans: list[Span | None] = []
    for item, code in zip(found, codes, strict=True):
        shift = item.start - hits[item.hit].start
        text = item.text.translate(_PLAIN)
        places = [
            Span(start + shift, end + shift, float(near(asked, item.text, start, end, code)))
            for start, end in _places(text, form, item.head, asked)
            if _is_new(text[start:end], named)
            and (kind != "number" or not _OF_FORM["date"].fullmatch(text[start:end]))
        ]
        if kind == "number" and _ASKS_PRICE.search(question):
            priced = [s for s in places if _MONEY.search(text[s.start - shift : s.end - shift])]
            places = priced or places
        spans.append(max(places, key=lambda span: span.score, default=None))
    return spans


def _places(
    text: str, form: re.Pattern[str], head: str, asked: frozenset[str]
) -> list[tuple[int, int]]:
    """Where a text has the form: not in the mark of an item, and of a row in the cell that the
    question names by its column, if there."""
    mark = _MARK.match(text)
    found = [m.span() for m in form.finditer(text, mark.end() if mark else 0)]
    told = cell(text, head, dict.fromkeys(asked, 1.0)) if head else None
    here = [(a, b) for a, b in found if told and told[0] <= a and b <= told[1]]
    return here or found


def _is_new(text: str, named: frozenset[str]) -> bool:
    """Does it have figures that the question has not, or none at all?"""
    figures = _FIGURES.findall(text)
    return not figures or not named.issuperset(figures)
