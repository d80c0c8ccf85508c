"""A follow-up that names nothing: "Why not?", "When was that?", "Und bei wem?", "Are you sure?".

English and German. It is told by the question before: asked with another question word, asked with
one more, or asked again.
"""

from __future__ import annotations

import re

from rag import lazy_re

# What asks for the same answer again, shorter or with its source, has one of the first words, or a
# citation, and nothing but these.
_AGAIN = frozenset(
    """sure certain really true again repeat rephrase explain shorten shorter simpler briefly
    translate summarise summarize say says right source sources page document file written stated
    sicher wirklich wahr nochmal noch wiederholen wiederhole sagen sag erklären erkläre kürzer
    einfacher übersetzen übersetze zusammenfassen steht stimmt quelle seite""".split()
)
_WITH_IT = frozenset(
    """are you is that this it so does do did can could would will please and but ok okay about of
    your bit more in into to me on once where which from be absolutely quite very
    other simple plain words word terms one sentence english german french spanish italian exactly
    there hm oh sorry
    bist du sind sie kannst könntest können könnten dir mir da das es ist auch so mal bitte und aber
    ganz auf im satz einem in kurz deutsch englisch wo woher welcher welche genau denn deine
    einfachen worten anderen""".split()
)
_KNOWN = lazy_re.compile(
    r"\bhow (?:do|can) you know(?: (?:that|this|it))?\b|\bwoher (?:weißt du|wissen Sie) das\b",
    re.IGNORECASE,
)
_OF_A_FILE = lazy_re.compile(r"\b(?:this|that) (?:document|file|page|source)\b", re.IGNORECASE)
_CITED = lazy_re.compile(r"\[\d{1,2}\]")
_OF_CITED = frozenset("what was show quote zeig zeige sagt".split())
_MOST = 10  # words
# Question words that may take each other's place, others, and what stands behind them.
_ENGLISH = (
    r"(?:(?:since|until|from)\s+)?(?:when|where)|how|why|(?:by|with|for|to|from)\s+whom",
    r"who|whom|how\s+come|how\s+(?:long|often|much|many)",
    r"(?:\s+(?:not|though|exactly|so\s+\w+))?",
    r"\s+(?:is|was|did|does)\s+(?:that|this)(?:\s+happen)?",
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)",
)
_GERMAN = (
    r"(?:(?:seit|bis|ab|von)\s+)?(?:wann|wo)|woher|wohin|wozu|wieso|weshalb|warum"
    r"|(?:bei|mit|von|für|an|zu|nach)\s+(?:wem|wen)",
    r"wer|wem|wen|wie|wie\s+(?:lange|oft|viele?)",
    r"(?:\s+(?:nicht|denn|genau|eigentlich|so\s+\w+))*",
    r"\s+(?:ist|war|wird)\s+das",
    r"(?:ist|sind|war|waren|hat|haben|hatte|kann|können|darf|dürfen|muss|müssen|soll|sollen|gibt"
    r"|wird|werden|wurde|wurden|gilt|gelten|findet|finden)",
)
_BARE, _LEADS, _YES_NO = zip(
    *(
        (
            lazy_re.compile(
                rf"^\W*(?:(?:and|but|so|ok(?:ay)?|und|aber)\W+)*(?P<asks>(?:(?P<word>{when})|{other})"
                rf"(?P<so>{so})(?P<that>{that})?)\W*$",
                re.IGNORECASE,
            ),
            lazy_re.compile(rf"^\W*(?:{when})(?=\s+{be}\b)", re.IGNORECASE),
            lazy_re.compile(rf"^\W*{be}\b", re.IGNORECASE),
        )
        for when, other, so, that, be in (_ENGLISH, _GERMAN)
    ),
    strict=True,
)
# "Are pets allowed, and why not?": what was joined to a question the time before.
_JOINED = lazy_re.compile(r",\s+(?P<and>and|und)\s+(?P<asks>[^,?]+)\?$", re.IGNORECASE)


def asks_again(question: str) -> bool:
    """Does it want the answer before once more: "Really?", "Say that shorter", "Wo steht das?",
    "What does [2] say exactly?"."""
    said = re.findall(r"[^\W\d_]+", _KNOWN.sub("sure", question).lower())
    if _OF_A_FILE.search(question):  # "Is this document in English?" asks of itself
        return False
    cited = _CITED.search(question) is not None
    words = set(said) - (_OF_CITED if cited else frozenset())
    return (
        0 < len(said) <= _MOST
        and (cited or not words.isdisjoint(_AGAIN))
        and words <= _AGAIN | _WITH_IT
    )


def completed(question: str, before: str) -> str:
    """A question word put into the question `before`; "" where there is more than that.

    "Where is the test held?" and "when?": "When is the test held?". What can't be put in is
    joined: "Are pets allowed, and why not?".
    """
    for bare, leads, yes_no, joint in zip(_BARE, _LEADS, _YES_NO, ("and", "und"), strict=True):
        if not (found := bare.match(question)):
            continue
        told = alone(before).rstrip(" ?.!")
        asks = found["asks"]
        negated = re.fullmatch(r"\s+(?:not|nicht)\b.*", found["so"])
        if negated and not yes_no.match(told):  # "When does it open?" has no "why not?"
            return ""
        if found["word"] and not found["so"]:
            word = found["word"][0].upper() + found["word"][1:]
            if leads.match(told):
                return f"{leads.sub(word, told, count=1)}?"
            if yes_no.match(told) and word.lower() not in _REASONS:
                return f"{word} {told[0].lower()}{told[1:]}?"
        return f"{told}, {joint} {asks[0].lower()}{asks[1:]}?"
    return ""


_REASONS = frozenset("why how warum wieso weshalb wozu".split())


def alone(question: str) -> str:
    """A question without the question word that was joined to it."""
    joined = _JOINED.search(question)
    bare = joined and any(one.match(joined["asks"]) for one in _BARE)
    return f"{question[: joined.start()]}?" if joined and bare else question
