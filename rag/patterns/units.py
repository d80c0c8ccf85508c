"""What a number counts: euros or dollars, days or months, per cent."""

from __future__ import annotations

import re

from rag import lazy_re

# By the words and signs of English, German, French, Spanish, Italian, Dutch, Chinese and Japanese.
_NAMES = {
    "percent": "% percent prozent procent",
    "euro": "€ eur euro euros 欧元 歐元",
    "dollar": "$ usd dollar dollars dólares dollari 美元",
    "pound": "£ gbp pound pounds pfund",
    "franc": "chf franc francs franken franchi",
    "yen": "jpy yen 日元 円",
    "yuan": "cny rmb yuan 元",
    "second": "second seconds sekunde sekunden seconde secondes segundo segundos 秒",
    "minute": "minute minutes minuten minuto minutos minuti minuut 分钟 分鐘",
    "hour": "hour hours stunde stunden heure heures hora horas ora ore uur 小时 小時 時間",
    "day": "day days tag tage tagen jour jours día días giorno giorni dag dagen 天 日",
    "week": "week weeks woche wochen semaine semaines semana semanas settimana settimane weken"
    " 周 週",
    "month": "month months monat monate monaten mois mes meses mese mesi maand maanden"
    " 个月 個月 月",
    "year": "year years jahr jahre jahren ans année années año años anno anni jaar 年",
    "am": "am",
    "pm": "pm",
    "foot": "foot feet ft",
    "metre": "metre metres meter meters mètre mètres metro metros 米",
    "kilometre": "km kilometre kilometres kilometer kilometers 公里",
    "mile": "mile miles",
    "kilogram": "kg kilo kilos kilogram kilograms 公斤",
}
_UNITS = {name: unit for unit, names in _NAMES.items() for name in names.split()}
# Where they are told once for many numbers, as in the head of a table.
TOLD_ONCE = frozenset({"percent", "euro", "dollar", "pound", "franc", "yen", "yuan"})
_AFTER = lazy_re.compile(
    r"[-\s]?(?:(?:working|business|calendar|full)\s)?(?:(?P<cent>p(?:er|our|or)\s(?:cent|ciento|cento)\b)"
    r"|(?P<clock>[ap])\.?m\b|(?P<name>[^\W\d_]+|[%€$£¥]))",
    re.IGNORECASE,
)
_BEFORE = lazy_re.compile(r"(€|\$|£|\b(?:eur|usd|gbp|chf|jpy|cny|rmb))\s?\Z", re.IGNORECASE)
_ANY = lazy_re.compile(r"[^\W\d_]+|[%€$£¥]")
_LONGEST = 2  # characters of a unit in a script without spaces


def unit_at(text: str, start: int, end: int) -> str:
    """What the number text[start:end] counts; "" where that is not said beside it."""
    if sign := _BEFORE.search(text, max(0, start - 4), start):
        return _UNITS[sign[1].lower()]
    after = _AFTER.match(text, end)
    if not after:
        return ""
    if after["cent"]:
        return "percent"
    if after["clock"]:
        return f"{after['clock'].lower()}m"
    return _unit(after["name"])


def units_in(text: str) -> frozenset[str]:
    """All that a text says that something is counted in."""
    return frozenset(filter(None, (_unit(name) for name in _ANY.findall(text))))


def _unit(name: str) -> str:
    if known := _UNITS.get(name.lower(), ""):
        return known
    if name.isascii():
        return ""
    begun = (_UNITS.get(name[:n], "") for n in range(_LONGEST, 0, -1))
    return next(filter(None, begun), "")
