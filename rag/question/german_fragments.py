"""A German fragment put into the question before: "Und die Miete?", "Und am Montag?"."""

from __future__ import annotations

import re

from rag import lazy_re

_GERMAN = r"(?:im|in|am|an|auf|für|bei|mit|von|vom|zum|zur|nach|seit|bis)"
# A German fragment: "Und die Miete?", "Aber was ist mit Haustieren?"
_UND = lazy_re.compile(
    r"^\W*(?:und\s+|aber\s+|(?P<corrects>(?:nein\W+)?ich\s+(?:meinte|meine)\s+|nein\W+))"
    r"(?P<with>was ist mit\s+)?(?P<rest>[^?]{2,60}?)[\s?.!]*$",
    re.IGNORECASE,
)
_ARTICLE = r"(?:der|die|das|den|dem|des|ein|eine|einen|einem|einer)\s+"
_NOUN = r"[A-ZÄÖÜ][\w-]+"
_WITH_ARTICLE = lazy_re.compile(rf"\b{_ARTICLE}{_NOUN}")
_KIND = lazy_re.compile(rf"(?P<article>{_ARTICLE})(?P<kind>[a-zäöüß]\w+)")
_OF_A_KIND = lazy_re.compile(rf"\b{_ARTICLE}(?:[a-zäöüß]\w+\s+)?(?={_NOUN})")
_WITH_GERMAN = lazy_re.compile(
    rf"(?i:{_GERMAN})\s+(?:[a-zäöüß]\w*\s+){{0,2}}[A-ZÄÖÜ\d][\w.-]*(?:\s+[A-ZÄÖÜ][\w-]*)?"
)
_VERBS_LAST = lazy_re.compile(
    r"(?:\s+[a-zäöüß]+(?=\s+(?:werden|worden|haben|sein|können)\b))?"
    r"\s+[a-zäöüß]+(?:t|en|an|aus|ab|auf)$"
)
_BARE_NOUN = lazy_re.compile(rf"(?<=[a-zäöüß]\s){_NOUN}")
# Behind these a noun depends on another: "die Miete für die Wohnung", "der Beitrag des Vereins".
_DEPENDS = lazy_re.compile(
    r"(?:\b(?!(?:We[rmn]|W[ai]\w*|Ist|Sind|Darf|Hat|Kostet)\s)[A-ZÄÖÜ][\w-]+"
    r"|\b(?:für|in|mit|von|zu|bei|nach|aus|an|auf|seit|neben|unter|über|vor|um|gegen|ohne|durch))\s+$"
)
# What may be high: "die Kaution" after "Wie hoch ist die Miete für die Wohnung?", not "das Haus".
_AMOUNT = lazy_re.compile(
    r"(?:miete|kaution|gewinn|umsatz|beitrag|gebühr|preis|kosten|lohn|gehalt|steuer|verlust|rente"
    r"|nahmen|gaben|zins|betrag|summe|rabatt|provision|prämie|strafe|schulden|temperatur)\w{0,2}$",
    re.IGNORECASE,
)
# Behind these a noun has its number and case: "im Garten", "des Vereins".
_GOVERNED = lazy_re.compile(
    r"\b(?:der|die|das|den|dem|des|eine?[nmrs]?|im|am|zum|zur|vom|beim|ins|ans"
    r"|(?:m|d|s)eine?[nmrs]?|unsere?[nmrs]?|keine?[nmrs]?)\s+(?:[a-zäöüß]\w+\s+)?$",
    re.IGNORECASE,
)
# "Wer leitet …": what is asked of is the object.
_OBJECT = lazy_re.compile(r"^\W*wer\s+(?!ist|sind|war|wird|wurde|heißt|bleibt)\w+", re.IGNORECASE)
_OUT_OF_PLACE = lazy_re.compile(r"auf\s+(?:deutsch|englisch|französisch)", re.IGNORECASE)
_PLACED = lazy_re.compile(r"\b(?:im|in)\s+")


def put_in(question: str, before: str) -> str:
    """ "Und die Miete?" after "Wie hoch ist die Kaution?": "Wie hoch ist die Miete?"; or ""."""
    found = _UND.match(question)
    if not found:
        return ""
    rest = found["rest"]
    if there := re.match(rf"({_GERMAN})\s+[^\s]", rest, re.IGNORECASE):
        named = r"(?:[a-zäöüß]\w*\s+)?(?:\d+\.\s+)?[A-ZÄÖÜ\d][\w-]*"
        like = {"im": "in|im", "in": "in|im", "an": "an|am", "am": "an|am"}
        forms = like.get(there[1].lower(), there[1])
        same = [*re.finditer(rf"\b(?i:{forms})\s+{named}", before)]
        if same:
            return f"{before[: same[-1].start()]}{rest}{before[same[-1].end() :]}"
        if _OUT_OF_PLACE.fullmatch(rest) or (there[1].lower() == "auf" and _PLACED.search(before)):
            return ""  # "auf dem Balkon" is not in the garden
        return at_the_end(before, rest) if _WITH_GERMAN.fullmatch(rest) else ""
    if _WITH_ARTICLE.fullmatch(rest):
        every = [*_WITH_ARTICLE.finditer(before)]
        alike = [one for one in every if not _DEPENDS.search(before[: one.start()])]
        high = re.match(r"\W*wie\s+hoch\b", before, re.IGNORECASE)
        if high and len(every) > 1 and not _AMOUNT.search(rest):
            return ""
        rest = _in_case(rest, alike[-1][0] if alike else "", before, found)
    elif _KIND.fullmatch(rest):
        alike, rest = [*_OF_A_KIND.finditer(before)], f"{rest} "
    elif re.fullmatch(_NOUN, rest) and not (
        found["with"] and rest.endswith(("ern", "eln", "ieren"))
    ):
        alike = [
            one
            for one in _BARE_NOUN.finditer(before)
            if not _GOVERNED.search(before[: one.start()])
        ]
        alike = alike if len(alike) == 1 else []  # "Hunde in Basel": which "Katzen" stands for?
    else:
        alike = []
    return f"{before[: alike[-1].start()]}{rest}{before[alike[-1].end() :]}" if alike else ""


def _in_case(rest: str, alike: str, before: str, found: re.Match[str]) -> str:
    """A noun with its article in the case of what it is put in the place of, as far as told."""
    if found["with"]:  # "was ist mit der Miete"
        rest = re.sub(r"^der\s", "die ", rest)
    if alike.lower().startswith(("den ", "einen ")) or _OBJECT.match(before):
        return re.sub(r"^der(?=\s)", "den", rest)
    return re.sub(r"^den\s", "der ", rest) if found["corrects"] else rest


def at_the_end(before: str, rest: str) -> str:
    """`rest` at the end of the question `before`, but for the verbs that come last."""
    told = before.rstrip(" ?")
    verbs = _VERBS_LAST.search(told)
    at = verbs.start() if verbs else len(told)
    return f"{told[:at]} {rest}{told[at:]}?"
