"""Real questions changed a little, so that their passage no longer answers them.

People who wrote SQuAD 2's unanswerable questions mostly swapped a name, a number or a word for its
opposite, or put in a negation (Rajpurkar et al. 2018, arXiv:1806.03822, table 2). The same is done
here by rule, to questions that people asked, which unlike made ones say it in other words than the
passage. A swap that happens to be true of the passage is rare: what comes in belongs to the same
passage but not to the sentence that answers.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from training.data import Example

_PAIRS = """
first last|before after|early late|largest smallest|biggest smallest|highest lowest
higher lower|more less|most least|increase decrease|increased decreased|north south
northern southern|east west|eastern western|old new|oldest newest|won lost|win lose|gain lose
gained lost|begin end|began ended|start end|started ended|support oppose|supported opposed
allow forbid|allowed forbidden|accept reject|accepted rejected|include exclude|included excluded
major minor|main minor|strong weak|stronger weaker|above below|inside outside|male female|men women
public private|positive negative|internal external|buy sell|bought sold|rise fall|rose fell
join leave|joined left|create destroy|created destroyed|built destroyed|born died|upper lower
similar different|common rare|always never|longest shortest|good bad
better worse|best worst|majority minority|rich poor|import export|arrive depart
open close|opened closed|enter leave|entered left|success failure|succeed fail|active passive
""".replace("\n", "|")
OPPOSITE = {
    a: b
    for pair in _PAIRS.split("|")
    if pair
    for x, y in [pair.split()]
    for a, b in [(x, y), (y, x)]
}
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w’'-]+(?: (?:of |the |de )?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d+\b")
_AUXILIARY = re.compile(
    r"\b(did|does|do|is|are|was|were|can|could|would|has|have)\b", re.IGNORECASE
)
_NEGATED = re.compile(r"\b(not|never|no|without)\b|n't", re.IGNORECASE)


def twisted(example: Example, rng: random.Random) -> Example | None:
    """The question with one thing swapped, unanswerable; None where nothing can be swapped."""
    ways = [_name, _name, _number, _opposite, _negated]
    rng.shuffle(ways)
    for way in ways:
        question = way(example, rng)
        if question and question != example.question:
            return replace(example, question=question, answers=())
    return None


def _name(example: Example, rng: random.Random) -> str | None:
    """A name of the question for another of the passage that the answer does not touch."""
    return _swapped(example, _NAME, rng)


def _number(example: Example, rng: random.Random) -> str | None:
    return _swapped(example, _NUMBER, rng)


def _swapped(example: Example, pattern: re.Pattern[str], rng: random.Random) -> str | None:
    there = list(pattern.finditer(example.question))
    answers = " ".join(example.answer_texts)
    others = {
        text
        for text in pattern.findall(example.context)
        if text not in example.question and text not in answers and len(text) > 1
    }
    if not there or not others:
        return None
    old = rng.choice(there)
    new = rng.choice(sorted(others))
    return example.question[: old.start()] + new + example.question[old.end() :]


def _opposite(example: Example, rng: random.Random) -> str | None:
    words = [m for m in re.finditer(r"[a-z]+", example.question) if m[0] in OPPOSITE]
    if not words:
        return None
    word = rng.choice(words)
    return example.question[: word.start()] + OPPOSITE[word[0]] + example.question[word.end() :]


def _negated(example: Example, rng: random.Random) -> str | None:
    """Not too often: a reader that only looks for "not" would have learnt little."""
    verb = _AUXILIARY.search(example.question)
    if verb is None or _NEGATED.search(example.question) or rng.random() < 0.5:
        return None
    rest = example.question[verb.end() :]
    if verb[0].lower() in ("did", "does", "do"):
        # "did the Normans win" becomes "did the Normans not win": before the last words' verb.
        words = rest.split(" ")
        at = max(2, len(words) - rng.randint(1, 2))
        return example.question[: verb.end()] + " ".join([*words[:at], "not", *words[at:]])
    return example.question[: verb.end()] + " not" + rest
