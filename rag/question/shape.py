"""What kind of answer a question wants, told from its words.

English patterns stand here, those of other languages in `rag.question.other_languages`. What
neither knows counts as a question for a fact, which is answered by a quotation and so is right in
any language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast
from unicodedata import normalize

from rag import lazy_re
from rag.errors import UsageError
from rag.question import other_languages as question_words
from rag.question.polite import direct
from rag.question.sides import sides
from rag.text import content_words
from rag.vocabulary import any_of, up_to

Kind = Literal["fact", "list", "yesno", "explain", "summary"]
Wanted = Literal["date", "number", "person", "place", "reason", "manner", "thing"]

LONGEST = 2000  # characters; the embedder reads far fewer, so more would be ignored silently

_SUMMARISE = r"(?:summari[sz]e|outline|(?:an? )?(?:\w+ )?(?:summary|overview|outline) of)"
_WHOLE = (
    r"(?:(?:this|these|the|my|our|all|of|it|them|everything|whole|entire|documents?|files?|texts?"
    r"|collection|papers?|reports?|books?|pages?|folder|please|for|me)\b\W*)"
)
# How a person begins to ask for one.
_PLEASE = (
    r"^\W*(?:(?:please|can|could|would|will|you|i|we|want|need|like|['’]d|to|have|get|give|me|us"
    r"|make|write|show|provide|create|briefly|shortly|quickly|just|and|so|okay|ok)\b\W*)*"
)
_DOCUMENTS = (
    r"(?:(?:document|file|report|paper|book|chapter|article|text|note|slide|presentation|letter|manual"
    r"|guide|handbook|essay|memo|pdf|page|folder|collection)s?|minutes|stud(?:y|ies))"
)
_SUMMARY = lazy_re.compile(
    r"\bwhat (?:is|are) (?:this|these|the|my) (?:document|file|text|collection|paper|report|book"
    rf"|page)s?(?: all)? about\b|{_PLEASE}{_SUMMARISE}\W*{_WHOLE}*$|{_PLEASE}an overview\W*$"
    r"|\btl;?dr\b",
    re.IGNORECASE,
)
# What a warranty covers and what is in a flat, a sentence tells; a report covers its subjects.
_OVERVIEW = lazy_re.compile(
    r"^\W*(?:what (?:is|are|was|does|do) .{1,120}?\b(?:about|deal with|discuss)\W*$"
    rf"|what (?:does|do) (?:(?:(?!not\b)[\w-]+ ){{0,6}}?{_DOCUMENTS} |\s)\s*(?:cover|contain)\W*$"
    rf"|what(?:['’]s| is| are) in (?:the|my|our|this|these) .{{0,80}}?\b(?:{_DOCUMENTS}"
    r"|lease|contract|agreement|policy)\W*$"
    rf"|(?:please |can you |could you )?(?:give (?:me )?)?(?:describe|{_SUMMARISE}))",
    re.IGNORECASE,
)
# Words of a question for an overview that are neither of a name nor of anything else it asks.
_OF_OVERVIEWS = (
    "what about cover deal discuss contain describe summarise summarize outline summary overview"
    " give please could document file text collection paper report book page folder article study"
    " chapter memo note guide manual handbook contract letter slide presentation essay minute"
    " filing content topic main short brief quick whole entire latest recent newest current last"
)
# "How soon must I cancel?" wants a figure, "How do I cancel?" an explanation.
_MEASURED = (
    r"(?:many|much|long|old|far|often|tall|big|large|high|deep|fast|quickly|wide|heavy|few|soon|late"
    r"|early|loud|hot|warm|cold|thick|close|near|frequently|expensive)\b"
)
# "Pod vs container", "difference between a and b", as one types into a search box.
_COMPARED = lazy_re.compile(
    r"^\W*(?:the )?(?:main |key )?differences? between\b"
    r"|^(?!\W*(?:who|when|where|how|which|what|is|are|was|were|do|does|did|can)\b)"
    r".{2,60}\s(?:vs\.?|versus)\s"
    r"|^\W*when (?:should|would|do|to)\b.*\b(?:instead of|rather than)\b",
    re.IGNORECASE,
)
_EXPLAIN = lazy_re.compile(
    rf"^\W*(?:please |can you |could you )?({_SUMMARISE} |give (?:me )?{_SUMMARISE} )"
    rf"|^\W*(how (?!{_MEASURED})"
    r"|why\b|explain|describe|discuss|(?:compare|contrast|analy[sz]e|examine|assess|evaluate|correlate)"
    r"\b|in what ways?\b|tell me (more )?about|what (is|are|was|were) the (ideas?|purpose|reasons?"
    r"|differences?|benefits?|(?:dis)?advantages?|limitations?|implications?|role|impact|effects?|approach"
    r"|significance|relationship|connection|correlation|mechanism|method|methodology|motivation|challenges?)\b"
    r"|what (does|do|did) .{0,60}\b(mean|work)\b|what happens\b|for what reason"
    r"|what (?:does|do) (?!.*(?-i:[A-Z]))[\w'’ -]{1,50}(?<!\bto) do\W*$"
    r"|what (does|do|did) .{1,80}\b(say|tell (us|me)|report|state|write) (about|on|of)\b)",
    re.IGNORECASE,
)
# What such a thing is takes sentences to say, and so does a question with a second one in it.
_EXPLAIN_TOO = lazy_re.compile(
    r"^\W*what (?:are |is |were |was )?(?:the |an? )?(?:"
    r"(?:(?:specific|unique|key|main|significant|major|practical|distinctive|particular|new) )?"
    r"(?:aspects|methodolog(?:y|ies)|characteristics|findings|advantages|challenges|strategies"
    r"|insights|improvements?|contributions?|advancements|considerations|trade-?offs|drawbacks"
    r"|benefits|implications|limitations|risk factors|architectural changes)"
    r"|(?:specific|unique|key|main|distinctive|particular) "
    r"(?:aspect|characteristic|challenge|strategy|insight|advantage|approach|method))\b"
    r"|^\W*(?:what|which)\b.{12,}(?:,| and|;) (?:and )?(?:how|why) "
    rf"(?!{_MEASURED})\w+ \w+",
    re.IGNORECASE,
)
# "What is attention?" wants to be told; "What is the capital of France?" wants a name.
_DEFINE = lazy_re.compile(
    r"^\W*what (?:is|are) (?:an? (?!.*\b(?:of|for|in|on|per)\b)(?:[\w-]+ ){0,3}"
    r"|(?!(?:the|your?|my|his|her|its|our|their|this|that|these|those|an?)\b)(?:[\w-]+ )?)"
    r"[\w-]+\W*$",
    re.IGNORECASE,
)
_OF_CODE = lazy_re.compile(
    r"\b(?:commands?|code|yaml|json|toml|xml|html|sql|snippets?|manifests?|outputs?|examples?|syntax"
    r"|functions?|class(?:es)?|methods?|expressions?|scripts?|imports?|variables?|query|queries)\b",
    re.IGNORECASE,
)
# What is said in passing before a question, and how its first word is written together with "is".
_PASSING = lazy_re.compile(
    r"^\W*(?:(?:and|so|but|then|ok(?:ay)?|well|also|now|hi|hello)\b[\s,]+)+", re.I
)
# Of what it is asked: "In the Q2 2023 report, how …", "According to the lease, why …".
_SOURCE = lazy_re.compile(
    r"^\W*(?:according\s+to|based\s+on|in|from|for|per|within)\s+[^,?]{0,60}?\b(?:10-?[qk]s?|filings?"
    rf"|{_DOCUMENTS}|lease|contract|agreement|policy)(?:\s+(?:of|for|on)\s+[^,?]{{1,40}})?,\s+"
    r"|^\W*(?:comparing|looking\s+at|considering)\s+[^,?]{3,80},\s+(?=(?:how|what|why)\b)",
    re.IGNORECASE,
)
_IS = lazy_re.compile(r"^(\W*(?:what|how|who|where|when|why))['’]s\b", re.IGNORECASE)
_UP_TO_TEN = up_to(10, "en")
_LIST = lazy_re.compile(
    r"^\W*(list\b|name (all|some|two|three|four|five|\d)|enumerate\b"
    r"|name the (?:[a-z-]+ (?!of\b|in\b|for\b)){0,3}?[a-z-]{2,}(?<![sui])s\b"
    rf"|(what|which) (are (the )?)?({any_of(_UP_TO_TEN)}|\d+)\b"
    r"|(what|which) (kinds?|types?|sorts?) of\b)",
    re.IGNORECASE,
)
_YES_NO = lazy_re.compile(
    r"^\W*(?:(?:is|are|was|were|does|do|did|can|could|has|have|had|would|should)\s+\w"
    r"|(?:will|must|may)\b.*\?)(?!.*\bor\b)",
    re.IGNORECASE,
)

_WORDS_OF: tuple[tuple[Wanted, str], ...] = (
    ("date", r"\bwhen\b|\b(what|which) (year|date|day|century|decade|month)\b"),
    (
        "number",
        r"\bhow (many|much|old|long|far|often|large|big|tall|high|fast|deep|wide|heavy)\b"
        r"|\b(what|which) (percent|percentage|number|amount|proportion|share)\b",
    ),
    ("person", r"\b(who|whose|whom)\b"),
    (
        "place",
        r"\bwhere\b"
        r"|\b(what|which) (country|city|place|continent|town|region|state|location|area)\b",
    ),
    ("reason", r"\bwhy\b"),
    ("manner", r"\bhow\b"),
)
_WANTED = tuple((kind, lazy_re.compile(words, re.IGNORECASE)) for kind, words in _WORDS_OF)

_COUNTS = {word: n for n, word in enumerate(_UP_TO_TEN, 2)}
_COUNTED = lazy_re.compile(
    rf"(?P<before>\b[a-z]+\s+)?\b(?:which|what|name|list|give|the)\s+(?:are\s+)?(?:the\s+)?"
    rf"(?P<count>{'|'.join(_COUNTS)}|\d{{1,2}})\s+[a-z]",
    re.IGNORECASE,
)
# "In the two weeks after it" counts no things that are asked for.
_OF_TIME = frozenset("in of to for over after within before during until since at by".split())


# "Which biases should …" wants all of them, if the documents list them.
# After one noun a word in -s is a verb ("which supplier delivers …"), unless a verb follows.
_NOUN_IN_S = r"[a-z-]{3,}(?<![sui])s\b"
_PLURAL = lazy_re.compile(
    rf"^\W*(?:which ({_NOUN_IN_S})"
    rf"|(?:what|which) (?:are|were) (?:the )?((?:[\w-]+ ){{0,3}}?{_NOUN_IN_S})"
    rf"|(?:what|which) ((?:[\w-]+ ){{0,2}}?{_NOUN_IN_S})\s*(?:$|[?,]|(?:do|does|did|are"
    r"|were|can|could|should|may|must|might|will|would|have|had|of|in|for|from|on|to|with|that|which|who"
    r"|exist|work|count|apply)\b))",
    re.IGNORECASE,
)

# What a question wants to be told of something, which documents often tell one sentence later.
_TOLD = {
    "default": lazy_re.compile(r"\bdefaults?\b", re.IGNORECASE),
    "decision": lazy_re.compile(
        r"\b(?:deci(?:de|sion)|agree|conclude|conclusion|resol(?:ve|ution)|entschieden|beschlossen"
        r"|entscheid|beschluss)",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer has to look like.

    `items` is how many things are asked for, 0 where that is left open; `sides` are the two that
    are compared, if any are; `listed` says that it may well be a list, of `things`. `told` is what
    a sentence after the one about it may tell: what it is by "default", which "decision" was made.
    """

    kind: Kind
    items: int = 0
    sides: tuple[str, ...] = ()
    listed: bool = False
    things: str = ""
    told: str = ""

    @classmethod
    def of(cls, question: str) -> Shape:
        of_kind = kind(question)
        plural = _PLURAL.search(_plain(question))
        listed = of_kind == "list" or plural is not None
        return cls(
            of_kind,
            _items(question) if listed else 0,
            sides(question),
            listed,
            next(filter(None, plural.groups())) if plural else "",
            next((name for name, pattern in _TOLD.items() if pattern.search(question)), ""),
        )


def checked(question: str) -> str:
    """The question without control characters and surplus white space.

    Raises:
        UsageError: it is empty, or longer than 2,000 characters.
    """
    printed = "".join(c if c.isprintable() else " " for c in normalize("NFC", question))
    cleaned = " ".join(printed.split())
    if not any(character.isalnum() for character in cleaned):
        of_words = f" of words and numbers: “{cleaned[:20]}”" if cleaned else ""
        raise UsageError(
            f"The question is empty{of_words}. Ask something, in a few words or a sentence."
        )
    if len(cleaned) > LONGEST:
        raise UsageError(
            f"The question has {len(cleaned):,} characters; ask it in at most {LONGEST:,}."
        )
    return cleaned


def kind(question: str) -> Kind:
    """The kind of answer that `question` wants."""
    if of_others := question_words.kind(question):
        return cast(Kind, of_others)
    question = _plain(question)
    for name, pattern in _PATTERNS:
        if pattern.search(question):
            return name
    return "fact"


def _plain(question: str) -> str:
    return _IS.sub(r"\1 is", direct(_SOURCE.sub("", _PASSING.sub("", question))))


def is_overview(question: str, names: frozenset[str]) -> bool:
    """Is `question` one for an overview of what `names` (stemmed) are of, and for nothing else?

    "Describe a.pdf" is, "Describe the wheels in a.pdf" is not.
    """
    found = _OVERVIEW.search(direct(question))
    return found is not None and not beyond_overview(question) - names


def beyond_overview(question: str) -> frozenset[str]:
    """What a question for an overview is about, stemmed; nothing where it is none."""
    question = direct(question)
    if not (_OVERVIEW.search(question) or kind(question) == "summary"):
        return frozenset()
    return content_words(question, "en") - content_words(_OF_OVERVIEWS, "en")


def wants_code(question: str, of_kind: Kind) -> bool:
    """May a piece of code answer it? It often does where one is to be told how."""
    return of_kind == "explain" or _OF_CODE.search(question) is not None


def wanted(question: str) -> Wanted:
    """The kind of thing that answers `question`; "thing" where its words don't tell."""
    of_others = cast(Wanted, question_words.wanted(question) or "thing")
    return next((name for name, pattern in _WANTED if pattern.search(question)), of_others)


def _items(question: str) -> int:
    for found in _COUNTED.finditer(question):
        if (found["before"] or "").strip().lower() not in _OF_TIME:
            return _COUNTS.get(found["count"].lower()) or int(found["count"])
    return 0


_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("summary", _SUMMARY),
    ("list", _LIST),
    ("explain", _COMPARED),
    ("explain", _EXPLAIN),
    ("explain", _EXPLAIN_TOO),
    ("explain", _DEFINE),
    ("yesno", _YES_NO),
)
