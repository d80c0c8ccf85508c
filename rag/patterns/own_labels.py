"""Labels of a kind: "Abholzeit: 16 Uhr" is not the "Bringzeit", 入住日期 not the 退房日期."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import lazy_re

# "Report", "Passwort" and "Antwort" are no places.
_GERMAN = (
    r"datum|nummer|frist|zeit(?:en)?|termin|betrag|gebühr|beitrag|preis|zahl|adresse|(?<![pw])ort"
)
_CHINESE = r"日期|[时時][间間]|地[点點]|[电電][话話]|[号號][码碼]|[编編][号號]|[费費]用"
_HAN = r"[\u4e00-\u9fff]"
_LABEL = lazy_re.compile(
    rf"^\W*(?:(?P<de>[A-ZÄÖÜ]\w{{2,}}?)s?(?P<datum>{_GERMAN})"
    rf"|(?P<zh>{_HAN}{{1,6}}?)(?P<head>{_CHINESE}))\s*[:：|]"
)
_ANY = lazy_re.compile("的.|.的|活[动動]|[举舉][行办辦]|具[体體]|[开開]始|公司|[联聯][系繫]|是.")
# Labels of whatever the paper is about.
_OF_ALL = lazy_re.compile(
    "[举舉][行办辦]|召[开開]|[开開]始|[开開]展|起始|[结結]束|截止|有效|生效|具[体體]|主要|[联聯][系繫]|活[动動]"
)
_STEM = 4  # letters by which a part of a compound is known in other forms


def labelled_otherwise(question: str, texts: Sequence[str]) -> list[bool]:
    """Which texts are labelled as another date, number, place … than the one that `question` asks
    for, where one of them is labelled as that: nothing is told of the others else, for the same
    thing may be called otherwise."""
    known = [_is_asked(question, text) for text in texts]
    return [True in known and asked is False for asked in known]


def _is_asked(question: str, text: str) -> bool | None:
    """Is a text labelled as what is asked for, or as another thing of the kind? None for others."""
    label = _LABEL.match(text)
    if not label:
        return None
    if label["zh"]:
        wanted = re.search(rf"{_HAN}{{2}}{label['head']}", question)
        held = bool(set(label["zh"]) & set(question.replace(label["head"], "")))
    else:
        # A time of day is that of anything: "Zu welcher Uhrzeit ist die Abreise?"
        wanted = re.search(rf"\b(?!uhrzeit)\w{{3,}}{label['datum']}\b", question, re.IGNORECASE)
        held = label["de"][:_STEM].lower() in question.lower()
    return held or wanted[0] in text if wanted else None


def is_of_other(question: str, text: str) -> bool:
    """Is a text labelled in Chinese as another date, with no sign of what is asked?

    Times, places and numbers to call have many names: 开门时间 is 营业时间, 酒店电话 is 前台电话.
    """
    label = _LABEL.match(text)
    if not (label and label["head"] == "日期") or _is_asked(question, text) is not False:
        return False
    if _OF_ALL.fullmatch(label["zh"]):
        return False
    asked = re.search(rf"(?P<own>{_HAN}{{2}}){label['head']}", question)
    return asked is not None and not (_ANY.fullmatch(asked["own"]) or set(asked["own"]) & set(text))
