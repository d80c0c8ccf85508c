"""The formal parts of a paper: the closing of a letter, the head of a mail or of minutes.

"Yours sincerely, Ada Lind" has no word of "Who signed the letter about the quay?", nor "Apologies:
Jo Mills" one of "Who was missing at the meeting?", so that a reader of prose takes anybody whom the
paper speaks of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag import lazy_re


@dataclass(frozen=True, slots=True)
class Part:
    """A part by what asks for it, how it looks, and how prose tells the same."""

    asks: re.Pattern[str]
    looks: re.Pattern[str]  # with what it says as "said"
    prose: re.Pattern[str]

    def place(self, text: str) -> tuple[int, int] | None:
        """Where a sentence, if it is this part, says what it says."""
        found = self.looks.match(text)
        return found.span("said") if found else None

    def tells(self, text: str) -> bool:
        """Is a sentence this part, or could it tell the same in prose?"""
        return self.looks.match(text) is not None or self.prose.search(text) is not None


def part(question: str) -> Part | None:
    """The part that `question` asks for, if it does for any."""
    return next((one for one in _PARTS if one.asks.search(question)), None)


def without(question: str) -> str:
    """A question without the words that ask for a part."""
    return _FORMAL.sub(" ", question)


def _compiled(asks: str, looks: str, prose: str) -> Part:
    insensitive = lazy_re.compile(asks, re.IGNORECASE), lazy_re.compile(prose, re.IGNORECASE)
    return Part(insensitive[0], lazy_re.compile(looks), insensitive[1])


def _label(names: str) -> str:
    """A line that fills in one of some labels: "Present: Ada Lind, Jo Mills"."""
    return rf"^\W*(?i:{names})\s*[:：]\s*(?P<said>\S(?:[^\n]*[^\s.])?)"


_WHO = r"(?:who|whom|wer|wem|qui|quién)"
_LETTER = (
    r"(?:letters?|e-?mails?|mails?|messages?|notes?|newsletters?|memos?|reply|\w*(?:brief|schreiben"
    r"|nachricht|antwort)\b|lettre|courriel|carta|correo|mensaje)"
)
_WROTE = (
    r"(?:sign(?:s|ed)?|wrote|written|writes|sent|unterschr\w+|unterzeichn\w+|geschrieben|schrieb"
    r"|verfasst\w*|geschickt|gesendet|signé|écrit|envoyé|firmó|escribió|envió)"
)
# How letters end before the name: "Yours sincerely", "Mit freundlichen Grüßen".
_CLOSING = (
    r"(?i:yours(?:\s+(?:sincerely|faithfully|truly))?|sincerely(?:\s+yours)?"
    r"|(?:with\s+)?(?:kind|best|warm|many)\s+(?:regards|wishes)|(?:best|cheers|regards)(?=\s*[,!\n])"
    r"|mit\s+(?:freundliche[nm]|besten|herzlichen|lieben|vielen)\s+gr(?:ü|ue)(?:ß|ss)(?:en)?"
    r"|(?:viele|liebe|herzliche|beste|freundliche)\s+gr(?:ü|ue)(?:ß|ss)e|hochachtungsvoll"
    r"|(?:bien\s+)?cordialement|atentamente|un\s+(?:cordial\s+)?saludo|saludos(?:\s+cordiales)?)"
)
# A word of a name: one with a capital, or "von".
_NAMED = r"(?:[^\W\d_a-zß-ÿ][\w.’'-]*|von|van|de|der|den|zu)\b"
# There is a word for a meeting somewhere behind this.
_MEETING = (
    r"(?=.*\b(?:meeting|session|council|board|committee|minutes|\w*(?:sitzung|versammlung))\b)"
)
_AWAY = (
    r"(?:absent|missing|excused|apolog\w+|did(?:n['’]t| not) (?:come|attend)|entschuldigt|fehlten?"
    r"|gefehlt|abwesend)"
)
_THERE = r"(?:attended|present|took part|anwesend|teilgenommen)"
_KEPT = r"(?:(?:took|kept|wrote|writes|takes|keeps)\s+(?:the\s+)?minutes|protokoll\w*)"
_LED = r"(?:chaired|presided|led|leitete|geleitet|sitzungsleitung)"
# When it was, and not when somebody was elected or a road closed there.
_HAPPENED = r"(?:held|take\s+place|meet|statt|getagt|abgehalten|getroffen)"
# What may follow the word for a meeting and tells which: "of the board", "in May 2023".
_OF_IT = (
    r"(?:\s+(?:(?:in|on|im|am|vom)\s+)?(?:(?!\w+ed\b)\w+\s+)?(?:19|20)\d\d"
    r"|\s+(?:of|for|des|der|von|vom)(?:\s+(?!\w+ed\b|ge\w+t\b)\w+){1,4})?"
)
# The words of a question that ask for a part, and are none of what the paper is about.
_FORMAL = lazy_re.compile(
    rf"\b(?:{_LETTER}|{_WROTE}|meetings?|session|council|board|committee|minutes"
    rf"|\w*(?:sitzung|versammlung)|{_AWAY}|{_THERE}|{_KEPT}|{_LED}|meet|met|held|end(?:ed)?"
    r"|finish(?:ed)?|over|closed?|last(?:ed)?|endete|dauerte|time|room|come|came"
    r"|f[aä]nd\w*|statt\w*|tag(?:te)?|traf(?:en)?|getroffen|took|place)(?!\w)",
    re.IGNORECASE,
)

_PARTS = (
    # who wrote a letter or mail: its closing, or "From:"
    _compiled(
        rf"\b{_WHO}\b(?=.*\b{_LETTER})(?:.*\b{_WROTE}\b|\s+(?:is|was|are)\b.*\bfrom\W*$)"
        rf"|\bvon\s+wem\b.*\b{_LETTER}|\bfrom\s+whom\b.*\b{_LETTER}",
        rf"^\W*(?:{_CLOSING}\s*[,.!]?\s+|(?i:from|von|de|sender|absender)\s*:\s+)"
        rf"(?P<said>{_NAMED}(?:[ \t]+{_NAMED}){{0,3}})",
        rf"\b{_WROTE}\b",
    ),
    # who was away from a meeting: "Apologies: …"
    _compiled(
        rf"^\W*{_WHO}\b{_MEETING}.*\b{_AWAY}\b",
        _label(
            r"apologies(?:\s+for\s+absence)?|absent|excused|regrets|(?:un)?entschuldigt|abwesend|excusés?"
        ),
        rf"\b{_AWAY}\b",
    ),
    # who was there: "Present: …"
    _compiled(
        rf"^\W*{_WHO}\b{_MEETING}.*\b{_THERE}\b",
        _label(
            r"(?:those\s+)?present|attendees|attendance|in attendance|participants|anwesend"
            r"|teilnehmer\w*|présents?"
        ),
        rf"\b{_THERE}\b",
    ),
    # who took the minutes
    _compiled(
        rf"^\W*{_WHO}\b.*\b{_KEPT}\b",
        _label(
            r"minutes(?:\s+(?:taken\s+)?by)?|secretary|minute[- ]taker|protokoll(?:führ\w+)?"
            r"|schriftführ\w+"
        ),
        rf"\b{_KEPT}\b",
    ),
    # who chaired it
    _compiled(
        rf"^\W*{_WHO}\b{_MEETING}.*\b{_LED}\b",
        _label(r"chair(?:man|woman|person|ed by)?|(?:sitzungs|versammlungs)?leitung|vorsitz\w*"),
        rf"\b{_LED}\b",
    ),
    # where it was held
    _compiled(
        r"^\W*(?:where|wo|in which room|in welchem raum)\b"
        rf"{_MEETING}(?=.*\b(?:meet|met|meeting|held|session|\w*sitzung|\w*versammlung)\b)",
        _label(r"place|venue|location|room|ort|raum|lieu|lugar"),
        r"\b(?:held|met|took place|fand|stattfinden|stattgefunden)\b",
    ),
    # when it ended, or how long it lasted
    _compiled(
        r"^\W*(?:when|what time|how long|wann|um wie ?viel uhr|wie lange)\b"
        rf"{_MEETING}.*\b(?:ende?d?|finish(?:ed)?|over|close[ds]?|last(?:ed)?|endete|dauerte)\b",
        _label(r"time|end|ended|closed|duration|zeit|uhrzeit|ende|schluss|dauer"),
        r"\b(?:meeting|session|sitzung|versammlung)\s+(?:was\s+)?"
        r"(?:ended|closed|over|endete|dauerte)\b",
    ),
    # on which day it was held
    _compiled(
        r"^\W*(?:when|(?:on\s+)?what\s+(?:day|date)|wann|an\s+welchem\s+tag)\s+"
        rf"(?:was|were|did|took|war|fand|waren|tagte|traf)\b{_MEETING}(?!.*\b(?:begin|began|start)\w*)"
        rf"(?:.*\b{_HAPPENED}|.*\b(?:meeting|session|\w*sitzung|\w*versammlung){_OF_IT})\W*$",
        _label(
            r"date|day|held\s+on|datum|tag|termin|sitzungs(?:tag|datum)|versammlungs(?:tag|datum)"
        ),
        r"\b(?:of|on|held|met|took\s+place|vom|am|fand|stattgefunden)\b[^\n]{0,20}\d",
    ),
)
