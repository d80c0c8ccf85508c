"""Times of day: what asks for one, and how it is told. "48 heures à l'avance" is none."""

from __future__ import annotations

import re

from rag import lazy_re
from rag.patterns.romance import NUMBER_OF_MONTH

_ASKS = lazy_re.compile(
    r"\bum\s+wie\s?viel\s+uhr\b|\bquelle\s+heure\b|\bqu[eé]\s+hora\b|\bche\s+ora\b"
    r"|(?:[几幾]|什[么麼])[点點时時](?!候)",
    re.IGNORECASE,
)
_HOUR = r"(?<![\d.,/-])(?:[01]?\d|2[0-4])"
_HAN_HOUR = r"(?:[01]?\d|2[0-4]|[一二两兩三四五六七八九十]{1,3})"
_HALF = r"(?:半|一刻|(?:\d{1,2}|[一二三四五]?十[一二三四五六七八九]?)分?)?"
_PART = "(?:上午|下午|早上|晚上|中午|凌晨|傍晚|夜里)"
_TOLD = rf"""(?:
    (?:{_PART}\s*)?{_HAN_HOUR}\s*[點点時时](?!间|間|候){_HALF}
    | {_HOUR}(?:[:.]\d\d)?\s?(?: h(?:\s?[0-5]\d)?(?!\w) | (?:heures?|uhr)\b(?:\s[0-5]\d(?!\d))?
        | horas?\b )
    | (?:{_PART}\s*)?{_HOUR}\s?[:：]\s?\d\d(?!\d)
    | (?:\ba\s+las?|\balle(?:\s+ore)?|\bore)\s+{_HOUR}(?:[:.]\d\d)?(?![\d%€])
    | \b(?:midi|minuit|mediod[ií]a|medianoche|mezzogiorno|mezzanotte|mittags?|mitternacht)\b
    )"""
TIME = lazy_re.compile(
    rf"{_TOLD}(?:\s*(?:[-–—~至到]|\s(?:à|a|bis|et|e|y)\s)\s*(?:{_TOLD}|{_HOUR}[.:]\d\d(?!\d)))?",
    re.IGNORECASE | re.VERBOSE,
)
# What answers besides: a number that may be an hour, a part of the day, or that it is closed.
_COUNTED = rf"""(?: [\d%€$] | [.,/-]\d | \s?[年月日号號元块天个個本人米]
    | \s?(?: €|euros?|k?g|[kc]?m|jours?|d[ií]as?|giorni|mois|meses|mesi|ans?|años?|ann[io]
        | personnes?|personas|persone|(?:er\s|de\s)?(?:{"|".join(NUMBER_OF_MONTH)}) )\b )"""
FORM = lazy_re.compile(
    rf"""{_TOLD} | {_HOUR}(?!{_COUNTED})
    | \b(?:matin|soir|après-midi|aube|nuit|mañana|tarde|noche|mattin[ao]|sera|pomeriggio
        |ferm|cerrad|chius|24h)
    | {_PART} | 半夜 | 全天 | 闭馆 | 閉館 | 休息 | 关门 | 關門
    """,
    re.IGNORECASE | re.VERBOSE,
)


def asks_time(question: str) -> bool:
    """Does a question in another language than English ask at what time of day?"""
    return _ASKS.search(question) is not None


# 3 pm, 15:00 and 15 Uhr, each with its own groups for hour and minute.
_CLOCK = lazy_re.compile(
    r"(?<![\d.:,])(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d))?\s*(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\d.:,])(?P<H>[01]?\d|2[0-4]):(?P<M>[0-5]\d)(?![\d:])"
    r"|(?<![\d.:,])(?P<u>[01]?\d|2[0-4])(?:[.:](?P<v>[0-5]\d))?\s*Uhr\b",
    re.IGNORECASE,
)


def clocks(text: str) -> frozenset[int]:
    """The times of day in a text, in minutes: "3 pm", "15:00" and "15 Uhr" are one."""
    found = set()
    for match in _CLOCK.finditer(text):
        hour = int(match["h"] or match["H"] or match["u"])
        if match["half"]:
            hour = hour % 12 + 12 * (match["half"].lower() == "p")
        found.add(60 * hour + int(match["m"] or match["M"] or match["v"] or 0))
    return frozenset(found)
