"""Dots that end no sentence: those of ordinal numbers, of titles and of abbreviations."""

from __future__ import annotations

import re
from itertools import chain

from rag import lazy_re
from rag.vocabulary import MONTHS, across, any_of

# Where a mark stands that begins a name and ends nothing: "a .Z file", "the !LOCAL flag".
_OPENING = "([{<\"'`/#"
# Parts of a name that no two sentences are written together like: "v1.Duration", "x.y.Z", "tar.Z".
_NAME_BEFORE = lazy_re.compile(r"(?:\w*_|[^\W\d_]\w*\d\w*|\w\.\w+)\.\Z")
# What opens a sentence and is hardly a part of a name: "at 10.30.Then he left", "main.py.It runs".
_OPENS = lazy_re.compile(
    r"(?:The|Th(?:is|at|[eo]se|e[ny]|ere)|He|She|It|We|You|My|His|Her|Its|Our|Your|Their|And|But|So"
    r"|In|On|At|By|For|From|With|After|Before|When|While|If|As|What|Who|How|Why|Where|Yes|No|Not"
    r"|Der|Die|Das|Dies\w*|Dann|Da|Er|Sie|Es|Wir|Ich|Ihr|Und|Aber|Im|Am|Bei|Nach|Wenn|Ja|Nein)\b"
)
_LONGEST = 40  # characters of a name that are looked at
_NAME_BEHIND = lazy_re.compile(r"(?![AI]\b)[A-Z](?:\w{0,40}[(_.\[/]\w|\w{0,40}[a-z_\d][A-Z]|\b)")
# "im 12. Jahrhundert", "der 2. Weltkrieg": such a dot ends no sentence, whatever capital follows.
_ORDINAL = lazy_re.compile(
    r"\b(?:(?:am|im|ins|vom|zum|zur|beim|der|die|das|des|dem|den|ab|seit|bis)\s+\d\d?|Hd)\.\s+\Z",
    re.IGNORECASE,
)
# "M. Roux", "Sra. Vidal", "no. 5": such a dot ends none either, where a name or a number follows.
# In English "M." is a size, "Dr." a road as well, and only in Spanish "D." is no vitamin.
_TITLE = lazy_re.compile(
    r"(?<![\w.])(?:Mmes?|Mlles?|Mgr|Sr(?:es|t?as?)|Dña|Dras?|Drs|Sigg?|Dott"
    r"|(?P<foreign>[SD]r|MM?|Pr|Ste?|(?P<number>[Nn]o|[Nn][úu]m))|(?P<es>D))\.\s+\Z"
)
_JOINED = ("et ", "ou ", "y ", "e ")  # "M. et Mme Roux"
# "3. Februar" is a date in whatever language the little text around it seems to be.
_DAY = lazy_re.compile(r"(?<![\d.])\d\d?\.\s+\Z")
_GERMAN_MONTH = lazy_re.compile(
    rf"(?:{any_of(chain(*across(MONTHS, 'de')), but=MONTHS['en']).title()})\b"
)
# What a number follows: "Tel. 0821 500", "Abs. 3"; in English "art", "fax" and "tab" are words, but
# where such a thing begins.
_BEFORE_NUMBER = lazy_re.compile(
    r"(?<![\w.])(?:[Tt]el|Telef|[Nn]r|Zi|Abs|Ziff|Bd|Kap|Pos|Abb|Kl|Whg|Geb|Hausnr|Bl"
    r"|(?P<word>Fax|Art|Tab))\.\s+\Z"
)
# What hardly ever ends a German sentence: what is before a noun or a name, and days of the week.
_GERMAN = lazy_re.compile(
    r"(?<![\w.])(?:inkl|exkl|einschl|zzgl|abzgl|bzw|ggf|evtl|ca|lt|gem|vgl|jew|max|mind|vorauss|monatl"
    r"|jährl|entspr|bspw|sog|tägl|z\.\s?B|d\.\s?h|o\.\s?g|i\.\s?V|z|Fa|Fam|Hr|Hrn|Inh|Hbf|Bhf"
    r"|Mo|Di|Mi|Do|Fr|Sa|So)\.\s+\Z"
)
_OF_UNITS = lazy_re.compile(r"(?<![\w.])(?:Pers|Std|Min|Stk|Mon|Tsd|Mio|Mrd|Zi|Whg)\.\s+\Z")


def goes_on(text: str, start: int, stop: int, code: str) -> bool:
    """Does the dot at the end of text[start:stop], which more follows, end no sentence? `code` is
    the language of the text."""
    if _is_inside_name(text, start, stop):
        return True
    german = code == "de" or "Hd." in text[stop - 5 : stop]  # an address tells no language
    if german and (_ORDINAL.search(text, start, stop) or _GERMAN.search(text, start, stop)):
        return True
    if german and not text[stop].isupper() and _OF_UNITS.search(text, start, stop):
        return True
    if _DAY.search(text, start, stop) and _GERMAN_MONTH.match(text, stop):
        return True
    if text[stop] in "+(0123456789" and (label := _BEFORE_NUMBER.search(text, start, stop)):
        before = text[start : label.start()].rstrip()
        return not (label["word"] and code == "en" and before and before[-1].isalpha())
    if text[stop - 1] == "．":  # ３．５
        return text[stop].isdigit() and text[stop - 2 : stop - 1].isdigit()
    title = _TITLE.search(text, start, stop)
    if not title or (title["foreign"] and code == "en") or (title["es"] and code != "es"):
        return False
    if title["number"]:
        return text[stop].isdigit()
    return text[stop].isupper() or text.startswith(_JOINED, stop)


def _is_inside_name(text: str, start: int, stop: int) -> bool:
    """Does the mark belong to a name, as in "a .Z file", "?LAST", "tar.Z", "v1.Duration"?

    "He left.Then he came" is two sentences.
    """
    if text[stop - 1] not in ".!?" or not text[stop].isupper() or _OPENS.match(text, stop):
        return False
    before = text[stop - 2] if stop - 2 >= start else " "
    if before.isspace() or before in _OPENING:
        return True
    is_between = text[stop - 1] == "." and (before.isalnum() or before == "_")
    named = _NAME_BEFORE.search(text, max(start, stop - _LONGEST), stop) or _NAME_BEHIND.match(
        text, stop
    )
    return is_between and named is not None
