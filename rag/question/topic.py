"""What a question is about, told from its words, and how that moves from question to question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag import lazy_re
from rag.patterns.when import DATE, YEAR, moved
from rag.vocabulary import DAYS, MONTHS, any_of

_WORD = lazy_re.compile(r"[^\W_]+(?:['’.&\-][^\W_]+)*|[?!,;:()\"“”]")
# Words that end a phrase: question words, auxiliaries, pronouns, prepositions, frequent verbs.
_STOP = frozenset(
    """a an the this that these those some any many much more most other another such each every no
    who whom whose what which when where why how whether if because so than as then also too very
    i you he she it we they me him her us them my your his its our their one ones there here is
    are was were be been being am do does did done doing have has had having can could will would
    shall should may might must of in on at to from for with without by about into over under
    between against during after before since until through among within across and or but nor
    not tell show give describe explain list name talk compare make makes made making get gets
    got know happen happens happened work works worked use uses used using take takes took go
    goes went come comes came say says said mean means meant become becomes became cause causes
    caused affect affects change changes changed differ differs start starts started begin begins
    began end ends ended help helps need needs want look find found see live lives eat eats keep
    put call called win won lose lost die died kill build built write wrote written play plays
    played move moved lead led run ran stop stopped last exist exists survive survived different
    ever well known out up off down please next due again still yet already usually open opens
    close closes bring brings thanks thank ok okay hello hi""".split()
)
_LEADS = lazy_re.compile(
    r"^(?:.*?[,.!?]\s+)?(?:(?:can|could) you\s+)?(?:please\s+)?"
    r"(?:tell\s+me\s+(?:more\s+)?(?:about|of)|describe|explain|talk\s+about|"
    r"(?:what|how)\s+about|i\s+(?:meant|mean)|"
    r"(?:what|who)(?:['’]s|\s+(?:is|are|was|were)))\s+(?P<x>[^?]+?)[\s?.!]*$",
    re.IGNORECASE,
)
RELATIONAL = frozenset(
    """author authors cause causes symptom symptoms effect effects benefit benefits cons pros type
    types theme themes character characters origin origins history purpose purposes cost costs price
    population capital finding findings result results risk risks advantages disadvantages leader
    leaders members founder founders owner owners treatment treatments difference differences
    criticisms criticism components parts ingredients alternatives requirements limitations goal
    goals impact impacts role roles consequences signs stages steps rules reasons reason factors
    inventor size length height weight age speed date year name names title topic conclusion
    conclusions method methods outcome outcomes deadline budget plot director cast winner winners
    evidence significance importance complications side-effects features uses profit profits revenue
    turnover income loss losses fee fees premium salary address colour color duration""".split()
)
# "the history of toilets" is about toilets, "the Bank of England" about itself.
_ASPECT = lazy_re.compile(
    r"^(?:(?:the|a|an|some|any|good|other|main|key|different|possible|common|best|most|"
    r"important|famous|well-known|first|early|current|recent)\s+)*"
    r"(?:of\s+)?(?:the\s+)?(?:[a-z-]+\s+){0,2}?(?:[a-z-]+(?:\s+and\s+[a-z-]+)?)\s+(?:of|for|in|between)\s+"
    r"(?P<z>.+)$"
)
# What takes up the topic there is and begins none.
_GENERIC = lazy_re.compile(
    r"(?:the|that|this|these|those|some|any|other|another|important|good|common|popular|typical|"
    r"famous|main|key|examples?|recent|different|ways?|when|why|how|what)\b",
    re.IGNORECASE,
)
_CLAUSE = lazy_re.compile(
    r"[,;]|\s(?:that|which|who|when|where|and\s+(?:what|how|why|who|when)|during|between|used|"
    r"different|important|bad|good)\b"
)
_IN_TIME = lazy_re.compile(rf"\s+(?:in|of|for|from|during|on)\s+{DATE.pattern}$", re.IGNORECASE)
_WHO_DID = lazy_re.compile(r"^\W*who\s+(?!(?:is|are|was|were)\b)\w+", re.IGNORECASE)
# "What colour is the car?" is about the car.
_OF_WHAT = lazy_re.compile(
    r"^\W*(?:what|which|how)\s+[a-z]+\s+(?:is|are|was|were|do|does|did|has|have|had)\s+"
    r"(?=(?:the|an?|my|our)\s)",
    re.IGNORECASE,
)
_ARTICLE = lazy_re.compile(r"^(?:the|a|an|some|any)\s+(?=\w)", re.IGNORECASE)
_PLACE = lazy_re.compile(r"\b(?:in|to|at|from|near|visit|of)\s+(?:the\s+)?$", re.IGNORECASE)
_TIME = lazy_re.compile(rf"(?:{any_of(DAYS['en'] + MONTHS['en'])})s?|{DATE.pattern}", re.I)
_PRONOUNS = frozenset("it he she they this that these those there its his her their".split())
_I = lazy_re.compile(r"I(?:['’]\w+)?$")
_LOWER_INSIDE = frozenset("of the de la von van der du for &".split())
_NAME_NOUNS = 2  # lower-case nouns that may follow a name: "the Milgram experiment"


@dataclass(frozen=True, slots=True)
class Focus:
    """Where a conversation has got to.

    `topic` is what "it" stands for, `person` what "she" stands for, `place` what "there" stands
    for; each is '' where there is none. `question` is the last question, made whole, `items` what
    its answer listed, `people` who answered a "who": no "it".
    """

    topic: str = ""
    person: str = ""
    place: str = ""
    question: str = ""
    items: tuple[str, ...] = ()
    people: frozenset[str] = frozenset()

    def of(self, pronoun: str) -> str:
        """What a pronoun stands for, or ''."""
        if pronoun.lower() in {"he", "she", "him", "his", "her", "hers"}:
            return self.person
        alone = pronoun.lower() in {"it", "its", "this", "that", "these", "those"}
        return "" if alone and self.topic in self.people else self.topic

    def answered(self, answer: str) -> Focus:
        """After an answer: a name that answers "who" or "which" is what comes next.

        Not where the question names something itself: of two names, a talk stays with the one that
        was asked about.
        """
        items = tuple(filter(None, map(str.strip, answer.split(";"))))
        if len(items) > 1:
            return replace(self, items=items)
        found = names(f". {answer}")
        if not found or len(answer.split()) > 12:
            return self
        first, asked = found[0], self.question.lower()
        begins = without_article(answer.strip()).startswith(first)
        if re.match(r"\W*(?:who|whose|whom|(?:\w+\s+)?we[rmn])\b", asked):
            return replace(self, person=first, people=self.people | {first})
        if re.match(r"\W*(which|what)\b(?! (is|are|was|were) (the )?\w+['’]s)", asked):
            if not begins or names(self.question):
                return self
            return replace(self, topic=first, place=first)
        if re.match(r"\W*(where|in which)\b", asked):
            return replace(self, place=first)
        return self


def advance(focus: Focus, question: str, *, kept: bool = False) -> Focus:
    """The focus after `question`, which has been made whole; `kept` if the topic went into it."""
    found, topic = names(question), focus.topic if kept else ""
    if not topic:
        topic = _introduced(question, weak=not focus.topic)
        topic = topic or (focus.topic if focus.topic and mentions(question, focus.topic) else "")
        topic = topic or (
            _with_noun(question, found[0]) if found else focus.topic or _longest(question)
        )
    if (years := YEAR.findall(question)) and years[-1] not in topic:
        topic = moved(topic, years[-1]) or topic
    return Focus(
        topic=topic,
        person=_person(question, found)
        or (topic if is_name(topic) and not without_article(topic)[0].isdigit() else "")
        or focus.person,
        place=_place(question, found) or (topic if is_name(topic) else "") or focus.place,
        question=question,
        items=focus.items,
        people=focus.people,
    )


def _with_noun(question: str, name: str) -> str:
    """A name with what it belongs to: "the lighthouse of Brackwater", not its history."""
    match = re.search(rf"((?:the\s+)?(\w+)\s+of\s+)(?:the\s+)?{re.escape(name)}", question, re.I)
    if match and match[2].lower() not in RELATIONAL | _STOP:
        return match[0]
    return name


def _introduced(question: str, *, weak: bool) -> str:
    """What "What is …?" and "Tell me about …" are about, if that is short enough to be one thing.

    Where there is a topic already, "What are the main types?" is no new one; `weak` says that
    there is none.
    """
    match = _LEADS.match(question)
    if not match:
        return ""
    about = match["x"].strip()
    owned = re.search(r"['’]s?\s", about)  # "the bakery's profit"
    if not weak and _GENERIC.match(about) and not owned and not names(question):
        return ""
    aspect = _ASPECT.match(about)
    if aspect:
        about = aspect["z"]
    about = _IN_TIME.sub("", _CLAUSE.split(about)[0])
    about = re.sub(r"^(?:an?|some|any)\s+", "", about, flags=re.IGNORECASE)
    owner = re.match(r"(?P<who>.+?)['’]s?\s", about)
    if owner and is_name(owner["who"]):
        about = owner["who"]
    words = about.split()
    if not words or len(words) > 6 or all(word.lower() in _STOP for word in words):
        return ""
    # "the number of professors at Harvard" is about Harvard, "what was it called" about nothing new
    lost = not is_name(about) and names(question)
    return "" if lost or words[0].lower() in _PRONOUNS else about


def _longest(question: str) -> str:
    """The longest run of words that say something, two words before one.

    What comes after "who" is what somebody did, and no thing to talk about; that has its article.
    """
    did = _WHO_DID.match(question) or _OF_WHAT.match(question)
    said = _runs(question[did.end() :] if did else question)
    runs = [run for run in said if run != "allowed" and not _TIME.fullmatch(run)]
    best = max(runs, key=lambda run: (len(run.split()) > 1, len(run)), default="")
    verb = r"(?:\w+ed|cost)" if re.search(r"\bd(?:o|oes|id)\b", question) else r"\w+ed"
    best = re.sub(rf"(?<=\w)\s+{verb}$", "", best)  # "the model trained": the verb comes last
    known = best and re.search(rf"\b(?:(my|our)|the|an?)\s+{re.escape(best)}\b", question)
    return f"{known[1] or 'the'} {best}" if known else best


def content(text: str) -> list[str]:
    """The words of `text` that say something, in order."""
    return " ".join(_runs(text)).split()


def _runs(question: str) -> list[str]:
    runs: list[list[str]] = [[]]
    for word in _WORD.findall(question):
        if word.lower() in _STOP or not word[0].isalnum():
            runs.append([])
        else:
            runs[-1].append(word)
    return [" ".join(run) for run in runs if run and len(" ".join(run)) > 2]


def names(text: str) -> list[str]:
    """Names in `text`: runs of capitalised words that do not merely begin a sentence.

    A noun that follows belongs to the name ("Milgram experiment"), small words inside it too.
    """
    found: list[list[str]] = []
    open_, begins = False, True
    words = _WORD.findall(text)
    for i, word in enumerate(words):
        capital = word[0].isupper() or (word[0].isdigit() and open_)
        following = words[i + 1] if i + 1 < len(words) else ""
        if capital and not (begins and word.lower() in _STOP) and not _I.match(word):
            if open_:
                found[-1].append(word)
            else:
                found.append([word])
            open_ = True
        elif open_ and (_small(word, following) or _noun(word, found[-1])):
            found[-1].append(word)
        else:
            open_ = False
        begins = word in '?!:"“' or word == "." or (begins and not word[0].isalnum())
    joined = [re.sub(r"['’]s$", "", " ".join(words)) for words in found]
    return [name for name in joined if len(name) > 1 and not _TIME.fullmatch(name)]


def _small(word: str, following: str) -> bool:
    """Is `word` the "of" in "Bank of England"?"""
    return word.lower() in _LOWER_INSIDE and following[:1].isupper()


def _noun(word: str, name: Sequence[str]) -> bool:
    """Is `word`, in lower case behind a name, likely a part of it?"""
    small = sum(1 for part in name if part[0].islower() and part not in _LOWER_INSIDE)
    return (
        small < _NAME_NOUNS
        and word.isalpha()
        and len(word) > 3
        and word.lower() not in _STOP
        and not name[-1].endswith(("'s", "’s"))
        and re.search(r"(?:experiment|disease|war|college|film|movie|novel|book|model|system|act|"
                      r"treaty|theory|effect|river|paper|method|collapse|party|group|band|team|"
                      r"network|algorithm|syndrome|virus|empire|museum|church|tower|bridge)s?$",
                      word, re.IGNORECASE) is not None
    )  # fmt: skip


def _person(question: str, found: Sequence[str]) -> str:
    """A name that the question treats as a person, or two capitalised words in a row."""
    for name in found:
        parts = name.split()
        if len(parts) in (2, 3) and all(p[0].isupper() and p.isalpha() for p in parts):
            return name
    return found[-1] if found and re.match(r"\W*who\b", question, re.IGNORECASE) else ""


def _place(question: str, found: Sequence[str]) -> str:
    for name in found:
        if _PLACE.search(question[: question.find(name)]):
            return name
    return ""


def is_name(phrase: str) -> bool:
    """Does a phrase begin with a capital, an article aside?"""
    bare = without_article(phrase)
    return bool(bare) and (bare[0].isupper() or bare[0].isdigit())


def without_article(phrase: str) -> str:
    """A phrase without the article it begins with."""
    return _ARTICLE.sub("", phrase)


def mentions(text: str, topic: str) -> bool:
    """Are all words of `topic` in `text`, whatever the case?"""
    there = {word.lower() for word in _WORD.findall(text)}
    return all(word.lower() in there for word in _WORD.findall(topic) if word.lower() not in _STOP)
