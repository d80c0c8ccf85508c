"""Of two lines "Pico: …" and "Pico Plus: …" the one that a question names tells of it.

What a later sentence of such a line is of only the label at its beginning says, and both labels,
with the title above, have nearly all words of the question.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag import lazy_re
from rag.evidence import Sentence
from rag.text import content_words, language
from rag.types import Hit

_LABEL = lazy_re.compile(r"[ \t>*•-]*(?P<label>[^\W\d_][^:.!?|\n]{0,39}):\s")


def of_variants(question: str, hits: Sequence[Hit], found: Sequence[Sentence]) -> list[bool]:
    """Which sentences stand in a line of another thing that shares a part of its name with the one
    that `question` names?"""
    code = language(question)
    asked = content_words(question, code)
    labels = [_label(hits[item.hit], item) for item in found]
    own = {label: content_words(label, code) for label in {*labels} if label}
    named = [
        words
        for label, words in own.items()
        if words and words <= asked and _is_name(label) and label in question
    ]
    most = max(map(len, named), default=0)
    meant = [words for words in named if len(words) == most]
    return [
        _is_name(label)
        and own[label] not in meant
        and any(own[label] & words and own[label] ^ words for words in meant)
        for label in labels
    ]


def _is_name(label: str) -> bool:
    """Do all its words begin as names do? "Course fee" is none of another course."""
    return bool(label) and not any(word[0].islower() for word in label.split())


def _label(hit: Hit, item: Sentence) -> str:
    """The label at the beginning of the line that a sentence stands in."""
    start = item.start - hit.start
    match = _LABEL.match(hit.text, hit.text.rfind("\n", 0, start) + 1)
    return match["label"].strip() if match and not item.head else ""
