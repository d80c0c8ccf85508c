"""The short answer to "when" and "how many" in languages that the reader does not know.

Its spans mean nothing there (F1 .1 to .2 on German and Chinese questions), but dates and numbers
can be told from their form. A question for anything else gets its sentence and no short answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.evidence import Sentence, languages
from rag.networks.reading import Span
from rag.question.shape import wanted
from rag.scoring.spans import near
from rag.text import query_terms
from rag.types import Hit

_MONTH = r"""(?:
    jan | feb | mär | apr | mai | jun | jul | aug | sep | okt | nov | dez
    | févr | mars | avr | juin | août | oct | déc | ene | abr | may | ago | dic
    | gen | mag | giu | lug | set | ott | fev | out | mrt | mei
    | янв | фев | мар | апр | ма[йя] | июн | июл | авг | сен | окт | ноя | дек
    )\w*\.?"""
_DAY = rf"(?:\d{{1,2}}(?:\.|er|º|°)?\s*(?:de\s+)?{_MONTH}\s*(?:de\s+)?|{_MONTH}\s+(?:de\s+)?)"
_YEAR = r"(?<!\d)(?:1\d{3}|20\d\d)(?:er)?(?![\d.,]*\d)"
_TO = r"(?:\s+(?:bis|und|à|et|a|y|e|en|tot|до|и)\s+|\s*[至到\-–]\s*)"
_DATE = rf"""
    (?<!\d)\d{{1,4}}\s*年(?:\s*\d{{1,2}}\s*月)?(?:\s*\d{{1,2}}\s*日)?
        (?:\s*[至到\-–]\s*\d{{1,4}}\s*年)?
    | \d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?
    | (?:\d{{1,2}}|[一二三四五六七八九十]+)\s*世[纪紀](?:\s*\d0\s*年代)?
    | {_DAY}?{_YEAR}(?:{_TO}{_DAY}?{_YEAR})?
    | \d{{1,2}}\.?\s*{_MONTH}(?!\w)
    | \d{{1,2}}(?:\.|e|ème)?\s*(?:jahrhunderts?|siècle|secolo|século|eeuw|век\w*)
    | (?:siglo|siècle|secolo|século)\s+[ivx]+(?!\w)
    """
_WORDED = r"""(?:
    zwei | drei | vier | fünf | sechs | sieben | acht | neun | zehn | elf | zwölf | hundert
    | deux | trois | quatre | cinq | sept | huit | neuf | dix | cent | mille
    | dos | tres | cuatro | cinco | seis | siete | ocho | nueve | diez | cien | mil
    | due | tre | quattro | cinque | sei | sette | otto | nove | dieci
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
    r"(?<![\w.,])(?:\d{1,3}(?:[\x20\xa0\u2009\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,'’]\d+)*)"
)
_HAN_FIGURE = r"(?:\d+(?:[.,]\d+)*|[一二三四五六七八九十百千两兩]+)"
_UNIT = (
    r"(?:[%％]|美元|欧元|公里|平方|个|名|人|年|岁|层|次|倍|米|吨|种|位|条|座|天|票"
    r"|元|块|小时|分钟|号)"
)
_NUMBER = rf"""
    {_HAN_FIGURE}\s*分之\s*{_HAN_FIGURE}
    | {_HAN_FIGURE}\s*[万亿萬億]+\s*{_UNIT}? | {_HAN_FIGURE}\s*{_UNIT}
    | (?:{_FIGURE}|(?<!\w){_WORDED})(?!\w)(?:{_TO}(?:{_FIGURE}|{_WORDED})(?!\w))?{_SCALE}?
    """
_OF_FORM = {
    name: re.compile(pattern, re.IGNORECASE | re.VERBOSE)
    for name, pattern in (("date", _DATE), ("number", _NUMBER))
}
_FIGURES = re.compile(r"\d+")


def best(question: str, hits: Sequence[Hit], found: Sequence[Sentence]) -> list[Span | None]:
    """For each sentence the date or number in it that may be wanted, the one nearest to words of
    the question; None where it has only such as the question names, or where neither is wanted."""
    kind = wanted(question)
    form = _OF_FORM.get(kind)
    if form is None:
        return [None] * len(found)
    codes = languages(found)
    asked = frozenset(query_terms(question, codes))
    named = frozenset(_FIGURES.findall(question))
    spans: list[Span | None] = []
    for item, code in zip(found, codes, strict=True):
        shift = item.start - hits[item.hit].start
        places = [
            Span(start + shift, end + shift, float(near(asked, item.text, start, end, code)))
            for match in form.finditer(item.text)
            for start, end in [match.span()]
            if _is_new(match[0], named)
            and (kind == "date" or not _OF_FORM["date"].fullmatch(match[0]))
        ]
        spans.append(max(places, key=lambda span: span.score, default=None))
    return spans


def _is_new(text: str, named: frozenset[str]) -> bool:
    """Does it have figures that the question has not, or none at all?"""
    figures = _FIGURES.findall(text)
    return not figures or not named.issuperset(figures)
