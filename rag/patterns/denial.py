"""Does a question ask what is not so, and is anything said not to be so in a text?

"Who does not have the vote?" is no more answered by "Members have the vote" than "Who has it?" is
by "Guests have no vote". Words of several languages count in any text, since one too many only
leaves a question as it was.
"""

from __future__ import annotations

import re

from rag.patterns.proper import is_unspaced
from rag.text import language, words

_AUXILIARY = (
    "do|does|did|is|are|was|were|has|have|had|ca|could|wo|would|should|must|might|need|sha|may"
)
# How one asks for a fact; whoever asks why or how something is not so, is told by what is.
_ASKS = {
    "en": r"(?:who|whom|whose|what|which|when|where|how\s+(?:many|much|long|often))\b",
    "de": r"(?:wer|wen|wem|wessen|was|welche[mnrs]?|wann|wo|wohin|wie\s*(?:viele?|lange|oft)|"
    r"wof[uü]r|womit|worauf|woran)\b",
    "fr": r"(?:qui|que|quel(?:le)?s?|quand|où|combien|qu['’]\s?)",
    "es": r"¿?(?:qui[eé]n(?:es)?|qu[eé]|cu[aá]l(?:es)?|cu[aá]ndo|d[oó]nde|cu[aá]nt[oa]s?)\b",
}
_BEFORE = {
    "en": "in|on|at|for|to|from|of|by|with|under|during",
    "de": "in|an|auf|für|zu|von|aus|bei|mit|unter|ab|bis|seit|während|gegen",
    "fr": "à|de|en|pour|par|avec|dans|sur",
    "es": "a|de|en|para|por|con|sobre",
}
_DENIED = {
    "en": rf"\b(?:not(?!\s+(?:only|just|to|more|less|later)\b)|never|cannot|nobody|nothing"
    rf"|no(?![.]|\s+(?:\d|later|earlier|more\s+than|less|fewer|matter|one\s+but))"
    rf"|(?:{_AUXILIARY})n['’]t)\b(?<!\bto\snot)(?<!\bor\snot)",
    "de": r"\b(?:nicht(?!\s+(?:nur|mehr\s+als|später|zuletzt)\b)|keine?[mnrs]?|nie|niemals"
    r"|niemand\w*)\b(?<!\boder\snicht)",
    "fr": r"\bn(?:e\b|['’])\s*\w+(?:\s+\w+)?\s+(?:pas|jamais|plus|aucune?|rien)\b",
    "es": r"\b(?:no(?!\s+(?:solo|sólo|más\s+de)\b)|nunca|jamás|ning[uú]na?)\b",
}
# What opens a clause of its own, in which it is told of whom or when it is asked; in German there
# always is a comma.
_CLAUSE = {
    "en": "if|when|because|unless|while|since|that|who|which|where|although|though|whether|after"
    "|before|until|as|for",
    "fr": "si|quand|parce|car|que|qui|dont|où|lorsque|puisque",
    "es": "si|cuando|porque|que|quien|donde|aunque|mientras",
}
_QUESTION = {
    code: re.compile(
        rf"^\W*(?:(?:{_BEFORE[code]})\s+)?{asks}(?P<said>.*?)(?:{_DENIED[code]})", re.IGNORECASE
    )
    for code, asks in _ASKS.items()
}
_IN_CLAUSE = {
    code: re.compile(rf",\s|\s(?:{_CLAUSE.get(code, ',')})\s", re.IGNORECASE) for code in _ASKS
}
# "A problem of theirs not known to be solved": what is not known is the noun alone.
_OF_NOUN = re.compile(
    rf"\b(?:of|in|with|for|to|by|from|on|at)\s+(?:(?!(?:{_AUXILIARY}|can)\b)[\w’'-]+\s+)+$",
    re.IGNORECASE,
)
# Not in "is it or isn't it", nor where it is no negation: 不同, 是不是, 有没有, 不列颠.
_UNSPACED = re.compile(
    r"(?:不(?!同|等|仅|僅|但|断|斷|久|少|过|過|论|論|列颠|丹|管|止|及)|没有|沒有|未(?!来|來)|从不|無法|无法)"
)
_UNSPACED_ASKS = re.compile(r"什么|什麼|哪|谁|誰|何时|何地|何人|多少|几[个名位次]")
_EITHER = re.compile(r"(.)[不没沒]\1|有没有|有沒有|是否|为什么不|為什麼不|为何|要是|如果|若")
_NEGATION = re.compile(
    r"no|not|never|none|nothing|nobody|cannot|\w+n't|nicht|kein\w*|nie\w*|ne|pas|nunca|ning\w+",
    re.I,
)
_STEM = 5  # letters by which a word of the question is known again
_DENIES = re.compile(
    r"""\b(?:not|no|non|never|none|nor|neither|nothing|nobody|nowhere|without|cannot|unable|\w+n['’]t
        |fail\w*|lack\w*|miss(?:ing|ed)|refus\w*|den(?:y|ie[ds]|ying|ial)|reject\w*|declin\w*|prohibit\w*
        |forb[aio]d\w*|bann?\w{0,3}|barred|avoid\w*|prevent\w*|except\w*|exclu\w*|exempt\w*|unless
        |un(?!der|it|iv|ion|iq|til|i\b|ifo|ifi|ana)\w{3,}|in(?:ability|active|compatib|complet|correct|effective
        |eligib|sufficient|valid|capab|accessib|dependent)\w*|im(?:possib|perfect)\w*|il(?:legal
        |literate)\w*|ir(?:regular|relevant)\w*|dis(?:agree|allow|approv|continu|like|qualif|regard)\w*
        |hardly|rare(?:ly)?|seldom|absen\w+|closed|shut|cancel\w*|expir\w*|suspend\w*|ceas\w+
        |stop(?:s|ped)?|withdr[ae]w\w*|resign\w*|waive\w*|apolog\w*|excused|only|instead|rather|unlike
        |other\s+than|but\s+for|free\s+of|less\s+than|few(?:er)?|opt(?:ed)?\s+out|\w{3,}less|zero|n/a
        |nicht\w*|kein\w*|nie|niemals|niemand\w*|nirgends|weder|ohne|außer\w*|ausschlie\w+
        |ausgeschlossen\w*|ausgenommen\w*|ausnahm\w+|verboten\w*|untersagt\w*|abgelehnt\w*|lehn\w+|verweiger\w*
        |abwesen\w+|entschuldigt\w*|fehl\w*|entf[aä]ll\w*|geschlossen\w*|gesperrt\w*|befreit\w*|statt
        |nur|lediglich|kaum|selten\w*|un(?!d|s\b|ser|ter|it|iv|ion|gef|iq)[a-zäöü]{4,}|leer\w*|\w+frei\w*|\w+los\w*
        |ne|n['’]\w+|pas|jamais|aucune?|rien|sans|sauf|interdit\w*|refus\w*|absent\w*|excus\w*|ferm[ée]\w*
        |nunca|jam[aá]s|ning[uú]n\w*|nada|nadie|sin|excepto|salvo|prohib\w*|ausent\w*|cerrad\w*)\b
    | \|\s*(?:[-–—x0]|nein)\s*(?:\||$)
    | [不没沒未无無非禁免除拒缺否勿别莫反]
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)


def asks_what_is_not(question: str) -> bool:
    """Does it ask for that of which something is not so? A negation in a clause of its own ("if it
    does not heat") only tells of whom it is asked."""
    code = language(question)
    if code == "zh":
        asks = _UNSPACED_ASKS.search(question) and _UNSPACED.search(question)
        return asks is not None and _EITHER.search(question) is None
    pattern = _QUESTION.get(code)
    found = pattern.search(question) if pattern else None
    if found is None or _IN_CLAUSE[code].search(f"{found['said']} "):
        return False
    return code != "en" or _OF_NOUN.search(found["said"]) is None


def denies(text: str, question: str) -> bool:
    """Is anything in a text said not to be so, be it by a word such as "closed" or "refused"? What
    the question has beside its negation is none: what is not prohibited is not what is."""
    asked = {word[:_STEM] for word in words(question) if not _NEGATION.fullmatch(word)}
    return any(
        match[0].lower()[:_STEM] not in asked and not _is_asked(match[0], question)
        for match in _DENIES.finditer(text)
    )


def _is_asked(sign: str, question: str) -> bool:
    """Is it one of the signs in a word of a Chinese question, as in 禁运?"""
    return is_unspaced(sign) and sign not in "不没沒未无無" and sign in question
