"""German pronouns of a follow-up question: "Wann beginnt sie?" after "Was kostet die Reise?".

What "er", "ihn" and "sie" stand for is told by the article of a noun in the question before: "die
Reise", "in der Werkstatt", "den Verein". "Es" and "Sie" are left alone: most stand for nothing.
"""

from __future__ import annotations

import re

from rag import lazy_re

_PRONOUN = lazy_re.compile(r"(?<=\s)(?P<word>er|sie|ihn)(?=[\s?.!,]|$)")
_SHE = frozenset("die eine meine deine seine unsere zur einer".split())
_HE = frozenset("der den einen meinen deinen seinen unseren unser".split())
_OURS = frozenset("meine deine seine unsere".split())
_EITHER = frozenset("dem ein mein dein sein im am vom zum beim einem".split())  # or "es"
_WITH_DATIVE = frozenset("in mit von zu bei nach aus an auf seit neben unter über vor".split())
_NOUN = r"[A-ZÄÖÜ][\w-]+"
_NOUN_OF = (
    rf"{_NOUN}(?:\s+(?:in|im|an|am|auf|nach|von|vom|für|zum|zur|mit|bei|des)"
    rf"(?:\s+(?:der|die|den|dem|das))?\s+{_NOUN})?"
)
# "Die kleine Inspektion", "mit der Reise nach Prag": the word before, article, adjective and noun.
_PHRASE = lazy_re.compile(
    rf"(?:(?P<before>\b[\w-]+)\s+)?(?<!\w)(?P<article>(?i:{'|'.join(_SHE | _HE | _EITHER)}))\s+"
    rf"(?P<kind>[a-zäöüß][\w-]*\s+)?(?P<noun>{_NOUN_OF})"
)
_NAMED = lazy_re.compile(rf"(?<=[\wäöüß,]\s)(?:(?P<sex>Frau|Herrn?)\s+{_NOUN}|{_NOUN}\s+{_NOUN})")
_IS_NAME = lazy_re.compile(rf"(?:(?:Frau|Herr|Dr\.)\s+)*{_NOUN}(?:\s+{_NOUN})*")
_WHO = lazy_re.compile(r"^\W*(?:[a-zäöü]+\s+)?we[rmn]\b", re.IGNORECASE)
# A noun that is told of nothing but number: "Wie viele Mitglieder hat er?"
_COUNTED = lazy_re.compile(rf"\b(?:viele?|welche\w*)\s+{_NOUN}")
_FURTHER = lazy_re.compile(rf"(?<=\w\s){_NOUN}")


def resolved(question: str, before: str, person: str) -> str:
    """`question` with what its pronoun stands for in the question `before`, or for the `person`
    who was its answer; as it is where it has none or nothing fits."""
    pronoun = _PRONOUN.search(question)
    # "Wann hat Frau Stein gesagt, dass sie kommt?" tells itself who that is.
    if not pronoun or _FURTHER.search(_COUNTED.sub("", question[: pronoun.start()])):
        return question
    word = pronoun["word"]
    answered = _WHO.match(before) and person not in before and _IS_NAME.fullmatch(person)
    thing = person if answered else _thing(before, word) or _named(before, word)
    return f"{question[: pronoun.start()]}{thing or word}{question[pronoun.end() :]}"


def _thing(before: str, pronoun: str) -> str:
    """The first noun of `before` that is of the pronoun's gender, with its article; or ""."""
    unsure = ""
    for phrase in _PHRASE.finditer(before):
        article = phrase["article"].lower()
        dative = (phrase["before"] or "").lower() in _WITH_DATIVE
        of_her = article in _SHE or (article == "der" and dative)
        if pronoun == "sie" and of_her:
            kind = phrase["kind"] if article.endswith("e") else ""
            return f"{article if article in _OURS else 'die'} {kind or ''}{phrase['noun']}"
        the = "den" if pronoun == "ihn" else "der"
        if pronoun != "sie" and article in _HE and not of_her:
            return f"{the} {phrase['noun']}"
        if pronoun != "sie" and article in _EITHER and not unsure:
            unsure = f"{the} {phrase['noun']}"
    return unsure


def _named(before: str, pronoun: str) -> str:
    """A person of `before`, "Clara Vogt"; not "Herr Yilmaz" for "sie"."""
    name = _NAMED.search(before)
    if not name or name["sex"] == ("Frau" if pronoun != "sie" else "Herr"):
        return ""
    return name[0]
