"""Yes or no, where the evidence says the very thing that is asked.

A small model guesses; here the answer is "Yes" only where one sentence has all words, names and
numbers of the question in the same places and no negation, and "No" where it has them with one.
Whoever asks about more than the evidence says, with other words or with "all" and "only", gets the
quotation alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from rag import lazy_re
from rag.answer.clauses import saying
from rag.answer.roles import in_present, is_of_another, is_over, same_amounts, same_roles
from rag.patterns.facts import Facts
from rag.patterns.figures import missing, of_other_units
from rag.patterns.proper import could_be_names
from rag.question.polite import direct
from rag.question.shape import Kind
from rag.text import language, sentences, words
from rag.types import Evidence

_AUXILIARY = lazy_re.compile(
    r"^\W*(?:is|are|was|were|does|do|did|can|could|will|would|should|has|have|had|must|may)\s+"
    r"(?:it\s+true\s+that\s+|there\s+)?",
    re.IGNORECASE,
)
# What makes a statement more or less than it is; it has to stand in both or in neither.
_LIMITS = frozenset(
    """all every each only always never any some most many few mostly often sometimes rarely almost
    nearly exactly least twice half double provided providing subject depending assuming more less
    than may might could would should must if unless until except
    before after first last still already claimed alleged planned proposed expected supposed
    reportedly probably possibly perhaps""".split()
)
_MONTH_OF_MAY = lazy_re.compile(r"(?<=\s)May\b")
# A sentence with one of these is about what is not so as well; it has to be in the question, too.
_OPPOSITES = frozenset(
    """closed shut excluded excludes excluding exclude except excepted exempt prohibited forbidden
    banned barred refused denied rejected declined cancelled canceled withdrawn void expired
    optional unlike instead rather despite""".split()
)
# What makes a thing untrue, doubtful or only wanted, where the question has no such word itself.
_STANCE = lazy_re.compile(
    r"\b(?:myths?|misconceptions?|hoax|rumou?rs?|false(?:ly)?|untrue|incorrect(?:ly)?|wrong(?:ly)?"
    r"|mistaken(?:ly)?|dispro[ov]\w+|refut\w+|debunk\w+|doubt\w*|unclear|uncertain|unlikely|whether"
    r"|(?:think|believe)s?|thought|believed|(?:claim|argu|assert|alleg|suspect|fear|assum|speculat"
    r"|guess|suppos)\w*\s+that"
    r"|hardly|barely|scarcely|den(?:y|ies|ying)|refus(?:es?|ing)|reject(?:s|ing)?|forbids?"
    r"|prohibits?|bans|stop(?:s|ped|ping)?|ceas\w+|abolish\w+|discontinu\w+|suspend\w+"
    r"|everywhere\s+but|used\s+to|(?:plan|want|hop|intend|wish|agree|promis|tr[iy]|attempt|declin|decid"
    r"|need)(?:e?d|e?s|n?ing|ned|e)?\s+to|(?:ask|allow)(?:s|ed|ing)?\s+(?:\w+\s+){0,2}?to)\b",
    re.IGNORECASE,
)
_ANYONE = lazy_re.compile(r"\b(?:any|some)(?:one|body|thing)\b\s*", re.IGNORECASE)
_ANSWERED = lazy_re.compile(
    r"^\W*(?:yes|no)[,:;.]\s+", re.IGNORECASE
)  # "No, pets are not allowed."
_OF_PAST = lazy_re.compile(r"\W*(?:did|was|were|has|have|had)\b", re.IGNORECASE)
_TO_COME = lazy_re.compile(r"\b(?:will|shall|going\s+to|about\s+to)\b", re.IGNORECASE)
_CAPITAL = lazy_re.compile(r"\b[A-ZÀ-Þ]\w+")
_COMPARES = lazy_re.compile(r"\b(?:\w+er|more|less|better|worse)\b.*\bthan\b", re.IGNORECASE)


def verdict(question: str, kind: Kind, evidence: Sequence[Evidence]) -> str | None:
    """ "Yes" or "No" where a sentence of the evidence decides a yes/no question, else None.

    `evidence` is what is shown, so that whoever reads the answer sees what decides it. Where that
    asks something itself, as lists of frequent questions do, or says what is not done yet, nothing
    is decided.
    """
    if kind != "yesno":
        return None
    question = direct(question)
    said = _ANYONE.sub("", _AUXILIARY.sub("", question)).strip(" ?")
    code = language(question)
    asked = Facts.of(in_present(said), code)
    if asked.negates(asked.words) or len(asked.words) < 2:
        return None
    found: set[str] = set()
    for item in evidence:
        for start, end in sentences(item.quote):
            sentence = _ANSWERED.sub("", item.quote[start:end])
            decided = _decided(said, asked, sentence, item, code)
            if decided and _asserts(sentence, question) and _tells(sentence, question):
                found.add(decided)
    return found.pop() if len(found) == 1 else None


def _decided(said: str, asked: Facts, sentence: str, item: Evidence, code: str) -> str | None:
    present = in_present(sentence)
    whole = Facts.of(present, code)
    if not asked.words <= whole.words:  # most sentences
        return None
    there = saying(asked.words, present, code)
    if there is None or is_of_another(asked, there) or missing(asked.figures, there.figures):
        return None
    if of_other_units(asked.figures, there.figures, there.units):
        return None
    placed = Facts.of(f"{sentence}\n{item.title}\n{' '.join(item.headings)}", code)
    if not all(placed.naming.has(name) for name in could_be_names(said)):
        return None
    if _limits(said) ^ _limits(_around(sentence, said)):
        return None
    compares = _COMPARES.search(said) is not None
    if not _same_order(asked, there, compares=compares) or not _same_names(said, sentence):
        return None
    negations = [place for place in whole.negations if whole.order[place] != "nor"]
    if len(negations) > 1:  # "can't enter without a ticket"
        return None
    if there.negates(asked.words):
        return "No"
    # "The gap is needed, so please do not close it": a negation of something else is no yes either.
    return None if whole.negations else "Yes"


def _asserts(sentence: str, question: str) -> bool:
    """Does a sentence say of what it has that it is so, as far as `question` leaves that open?"""
    if re.search(r"[?？؟]\W*$", sentence):
        return False
    if _OF_PAST.match(question) and _TO_COME.search(sentence) and not _TO_COME.search(question):
        return False
    if _OPPOSITES.intersection(words(sentence)) - frozenset(words(question)):
        return False
    return _STANCE.search(sentence) is None or _STANCE.search(question) is not None


def _tells(sentence: str, question: str) -> bool:
    """Does a sentence tell it of the same ones, of the time and in the amounts of `question`?"""
    if is_over(question, sentence) or not same_roles(question, sentence):
        return False
    return same_amounts(question, sentence)


def _limits(text: str) -> frozenset[str]:
    return frozenset(words(_MONTH_OF_MAY.sub(" ", text))) & _LIMITS


def _around(sentence: str, said: str) -> str:
    """The clause of a sentence that has what is asked: up to the marks around its words."""
    clauses = re.split(
        r"[;:]\s|,\s(?=(?:but|while|whereas|although|and|which|because)\b)", sentence
    )
    wanted = frozenset(words(said))
    return max(clauses, key=lambda clause: len(wanted & frozenset(words(clause))))


def _same_order(asked: Facts, there: Facts, *, compares: bool) -> bool:
    """Do the content words come in one order? For comparisons they have to, all of them."""
    one = [word for word in asked.order if word in asked.words]
    places = [there.order.index(word) for word in one if word in there.order]
    turned = sum(a > b for a, b in itertools.pairwise(places))
    return turned <= (0 if compares else 1)


def _same_names(said: str, sentence: str) -> bool:
    """Do the names of a question come in the same order? Whose boss who is depends on it."""
    there = words(sentence)
    asked = [word.lower() for word in _CAPITAL.findall(said) if word.lower() in there]
    return all(there.index(a) <= there.index(b) for a, b in itertools.pairwise(asked))
