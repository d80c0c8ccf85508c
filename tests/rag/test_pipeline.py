"""The whole way through, with the real models."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from sqlite3 import ProgrammingError
from threading import Event
from time import sleep

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import add
from rag import Answer, Done, Found, Models, Pipeline, Reasoning, Scope, Settings, Token, rerank
from rag.answer.compose import NOT_FOUND
from rag.embed import Embedder
from rag.errors import CollectionMismatch, CollectionNotFound, ServerError, UsageError
from rag.generate import Writing
from rag.ground import ground
from rag.index.collection import Collection
from rag.interaction import Query
from rag.networks.reading import Reading
from rag.read import Reader
from rag.scoring import confidence, twice
from rag.scoring.calibration import log_odds
from rag.types import Hit, Message


def assert_checkable(pipeline: Pipeline, answer: Answer) -> None:
    """Each citation leads to its literal quote, and each mark in the text to a citation."""
    for item in (*answer.citations, *answer.evidence):
        assert pipeline.collection.text(item.document, item.start, item.end) == item.quote
    if answer.found:
        assert answer.citations
        for item in answer.citations:
            assert f"[{item.n}]" in answer.text
    else:
        assert answer.text == NOT_FOUND
        assert answer.short is None
        assert not answer.citations


def test_thanks_and_the_wish_for_a_translation_get_a_reply_without_passages(
    pipeline: Pipeline,
) -> None:
    said = ["When was the harbour of Brennau built?", "in German", "Thanks!"]
    for at in (1, 2):
        told = pipeline.ask(said[at], history=[Message("user", text) for text in said[:at]])
        assert (told.found, told.mode, told.evidence, told.citations) == (False, "reply", (), ())
        assert told.searched is None
    history = [Message("user", text) for text in said]
    answer = pipeline.ask("And who built it?", history=history)
    assert answer.found
    assert "Clara Oswin" in answer.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who built the harbour of Brennau?", "Clara Oswin"),
        ("When was the harbour of Brennau built?", "1873"),
        ("How long does Halden cheese ripen?", "nine months"),
        ("Wie hoch ist der Leuchtturm von Brennau?", "38 Meter"),
    ],
)
def test_a_fact_is_quoted_with_the_place_it_stands_at(
    pipeline: Pipeline, question: str, expected: str
) -> None:
    answer = pipeline.ask(question)
    assert answer.found
    assert answer.mode == "quote"
    assert expected in answer.text
    assert_checkable(pipeline, answer)
    assert any(expected in item.quote for item in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "What is the boiling point of tungsten?",
        "Who won the football world cup in 1974?",
        "How many calories does Halden cheese have?",
        "asdf qwerty",
    ],
)
def test_what_the_documents_do_not_hold_is_refused_with_the_nearest_passages(
    pipeline: Pipeline, question: str
) -> None:
    answer = pipeline.ask(question)
    assert not answer.found
    assert answer.evidence
    assert_checkable(pipeline, answer)


@pytest.mark.parametrize("beyond", [1.5, 0.5, -0.5])
def test_what_one_reading_finds_is_told_before_a_second_one_begins(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, beyond: float
) -> None:
    question = "Who built the harbour of Brennau?"
    once = confidence.answerable(question, pipeline.signals(question, twice=False))
    near = pipeline.settings.replace(threshold=1 / (1 + np.exp(beyond - log_odds(once))))
    read, again = twice.read, list[str]()

    def counted(reader: Reader, asked: str, hits: Sequence[Hit]) -> list[Reading]:
        again.append(asked)
        return read(reader, asked, hits)

    monkeypatch.setattr(twice, "read", counted)
    told = []
    for event in Pipeline(pipeline.collection, pipeline.models, near).stream(question):
        told.append((type(event), bool(again)))
    assert again, "so near to the threshold it is read twice"
    draft = [(Found, False), (Token, False)] if beyond > 1 else []
    assert told[: len(draft)] == draft
    rest = [kind for kind, late in told[len(draft) :] if late]
    assert rest[0] == Found
    assert rest[-1] == Done
    assert len(rest) + len(draft) == len(told)
    assert [kind for kind, _ in told].count(Token) <= 1
    answer = event.answer if isinstance(event, Done) else None
    assert answer is not None
    assert_checkable(pipeline, answer)


def test_an_explanation_is_written_and_checked(pipeline: Pipeline) -> None:
    events = list(pipeline.stream("Why do most ferries sail to the island of Hirta?"))
    assert isinstance(events[0], Found)
    assert isinstance(events[-1], Done)
    answer = events[-1].answer
    assert answer.found
    assert any(isinstance(event, Token) for event in events)
    assert_checkable(pipeline, answer)
    if answer.mode == "write":
        assert all(
            claim.supported for claim in ground(answer.text, answer.evidence, answer.question)
        )


def test_written_mode_never_lacks_citations(library: str, models: Models) -> None:
    with Pipeline.open(library, models=Models(models.settings.replace(mode="write"))) as writing:
        writing.models.__dict__.update(
            {name: models.__dict__[name] for name in models.__dict__ if name.startswith("_e")}
        )
        answer = writing.ask("Who built the harbour of Brennau?")
        assert_checkable(writing, answer)
        assert answer.citations


def test_a_cancelled_answer_still_ends_checked(pipeline: Pipeline) -> None:
    cancel = Event()
    cancel.set()
    answer = pipeline.ask("Why do the caves let the rind form slowly?", cancel=cancel)
    assert answer.found
    assert_checkable(pipeline, answer)


def test_a_summary_is_made_of_leads_and_says_so(pipeline: Pipeline) -> None:
    answer = pipeline.ask("What are these documents about?")
    assert answer.mode == "summary"
    assert "first sentences" in answer.text
    assert {Path(item.path).name for item in answer.citations} == {
        "harbour.md", "cheese.txt", "leuchtturm.html",
    }  # fmt: skip
    assert_checkable(pipeline, answer)


def test_scope_narrows_to_documents_types_and_folders(pipeline: Pipeline, documents: Path) -> None:
    cheese = pipeline.collection.document("cheese.txt").id
    for scope in (Scope(documents=(cheese,)), Scope(types=("text",))):
        hits = pipeline.search("harbour", k=5, scope=scope).hits
        assert {hit.document for hit in hits} == {cheese}
    assert pipeline.search("harbour", scope=Scope(folder=str(documents))).hits
    assert not pipeline.search("harbour", scope=Scope(folder="/nowhere")).hits
    assert not pipeline.search("harbour", scope=Scope(until="1999-12-31")).hits
    assert not pipeline.ask("Who built it?", scope=Scope(folder="/nowhere")).found


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(question=st.text(min_size=1, max_size=60).filter(lambda s: any(c.isalnum() for c in s)))
def test_any_question_gives_hits_whose_spans_are_their_text(
    pipeline: Pipeline, question: str
) -> None:
    for hit in pipeline.search(question, k=4).hits:
        assert pipeline.collection.text(hit.document, hit.start, hit.end) == hit.text
        assert 0 <= hit.score <= 1


def test_hits_come_best_first_and_as_many_as_asked(pipeline: Pipeline) -> None:
    hits = pipeline.search("Who built the harbour?", k=2).hits
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score
    assert "Clara Oswin" in hits[0].text


def test_the_one_passage_that_is_wanted_is_the_best_of_those_read(pipeline: Pipeline) -> None:
    asked = "What was built in 1901?"
    several = pipeline.search(asked, k=8, rerank=True).hits
    assert several[0].text != pipeline.search(asked, k=1).hits[0].text
    assert pipeline.search(asked, k=1, rerank=True).hits == several[:1]


def test_a_search_reads_only_where_the_first_two_are_as_good_as_equal(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "Who built the harbour of Brennau?"
    assert "read" not in pipeline.search(question).timings
    monkeypatch.setattr(rerank, "TIE", 1.0)
    found = pipeline.search(question)
    assert "read" in found.timings
    read = pipeline.search(question, rerank=True).hits
    assert found.hits[0].text == read[0].text
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert "read" not in pipeline.search("Clara Oswin built the harbour of Brennau.").timings
    assert "read" not in pipeline.search("Wer baute den Hafen von Brennau?").timings
    quick = pipeline.settings.replace(effort="fast")
    hurried = Pipeline(pipeline.collection, pipeline.models, quick)
    assert "read" not in hurried.search(question).timings


def test_two_german_questions_are_both_answered(pipeline: Pipeline) -> None:
    answer = pipeline.ask("Wann wurde der Leuchtturm gebaut und wie heißt der Wärter?")
    assert answer.found
    assert "1901" in answer.text
    assert "Emil Farn" in answer.text


class Down(Models):
    """Models with a generator that is able and does not answer."""

    asked = 0
    writes_well = True

    @property
    def generator(self) -> Writing:
        self.asked += 1
        raise ServerError("The server is down.")


def test_a_follow_up_is_answered_where_the_model_can_not_be_had(
    library: str, models: Models
) -> None:
    down = Down(models.settings)
    history = (Message("user", "Who built the harbour of Brennau?"),)
    asked, whole = "When was it built?", "When was the harbour of Brennau built?"
    with Pipeline.open(library, models=down) as opened:
        assert opened.search(asked, history=history).question == whole
        assert down.asked == 1
        quoting = Pipeline(opened.collection, down, down.settings.replace(mode="quote"))
        answer = quoting.ask(asked, history=history)
        assert (answer.searched, answer.short) == (whole, "1873")
        assert down.asked == 1  # whoever only wants quotes waits for no model


def test_an_empty_question_and_an_unknown_collection_are_refused(
    pipeline: Pipeline, models: Models
) -> None:
    with pytest.raises(UsageError):
        pipeline.ask("  ")
    with pytest.raises(CollectionNotFound, match="library"):
        Pipeline.open("nothing", models=models)


def test_another_embedder_is_refused(
    library: str, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    monkeypatch.setattr(Collection, "close", lambda opened: closed.append(opened.name))

    class Other:
        def fingerprint(self) -> dict[str, object]:
            return {**models.embedder.fingerprint(), "name": "other", "weights": "0"}

    mismatched = Models(models.settings)
    mismatched.__dict__["_embedder"] = Other()
    with pytest.raises(CollectionMismatch, match="all-MiniLM-L6-v2"):
        Pipeline.open(library, models=mismatched)
    assert closed == [library]


def test_settings_that_are_given_are_used(library: str, models: Models) -> None:
    strict = Models(Settings(index_root=models.settings.index_root, threshold=1.0))
    strict.__dict__["_embedder"] = models.embedder
    strict.__dict__["_reader"] = models.reader
    with Pipeline.open(library, models=strict) as never:
        assert not never.ask("Who built the harbour of Brennau?").found


def test_settings_hold_beside_models_that_are_loaded_already(library: str, models: Models) -> None:
    strict = models.settings.replace(threshold=1.0)
    with Pipeline.open(library, settings=strict, models=models) as never:
        assert not never.ask("When was the harbour of Brennau built?").found


@pytest.mark.parametrize(("effort", "read"), [("fast", 1), ("balanced", 2), ("best", 3)])
def test_effort_decides_how_much_is_read(
    library: str, models: Models, effort: str, read: int
) -> None:
    chosen = Models(models.settings.replace(effort=effort, passages=2, threshold=0.0))
    with Pipeline.open(library, models=chosen) as pipeline:
        answer = pipeline.ask("When was the harbour of Brennau built?", everywhere=True)
    assert "1873" in answer.text
    assert answer.coverage.passages == read


def test_yes_is_said_where_the_documents_say_so(pipeline: Pipeline) -> None:
    answer = pipeline.ask("Does Halden cheese ripen in caves?")
    assert answer.short == "Yes"
    assert answer.text.startswith("Yes. Halden cheese ripens")
    assert_checkable(pipeline, answer)
    unsure = pipeline.ask("Does Halden cheese ripen in cellars?")
    assert unsure.short is None
    assert not unsure.text.startswith(("Yes", "No"))


def test_both_sides_of_a_comparison_have_evidence(pipeline: Pipeline) -> None:
    answer = pipeline.ask("Which was built first, the harbour of Brennau or the Leuchtturm?")
    assert {Path(item.path).name for item in answer.evidence[:2]} == {
        "harbour.md", "leuchtturm.html",
    }  # fmt: skip
    assert len(answer.citations) >= 2
    assert_checkable(pipeline, answer)


def test_a_sentence_that_points_back_is_quoted_with_the_one_before_it(pipeline: Pipeline) -> None:
    answer = pipeline.ask("What did the harbour of Brennau cost?")
    (cost,) = (item for item in answer.citations if "4,200" in item.quote)
    assert cost.quote.startswith("The harbour of Brennau was built in 1873")
    assert answer.short == "4,200 crowns"


def test_thinking_and_the_best_of_several_drafts_end_in_a_checked_answer(
    library: str, models: Models
) -> None:
    chosen = Models(models.settings.replace(mode="write", effort="best", think=True, max_tokens=20))
    for name in ("_embedder", "_reader", "_generator"):
        chosen.__dict__[name] = getattr(models, name[1:])
    with Pipeline.open(library, models=chosen) as pipeline:
        events = list(pipeline.stream("Who built the harbour of Brennau?"))
        assert isinstance(events[0], Found)
        assert isinstance(events[-1], Done)
        kinds = [type(event) for event in events[1:-1]]
        assert kinds == sorted(kinds, key=[Reasoning, Token].index)
        answer = events[-1].answer
        assert answer.reasoning
        assert "Clara Oswin" in answer.text
        assert_checkable(pipeline, answer)


def test_an_empty_collection_is_asked_without_harm(models: Models, tmp_path: Path) -> None:
    from ingest import add, remove

    (tmp_path / "a.txt").write_text("The only note is about a mill.", encoding="utf-8")
    add([tmp_path], collection="emptied", settings=models.settings, embedder=models.embedder)
    remove(["a.txt"], collection="emptied", settings=models.settings)
    with Pipeline.open("emptied", models=models) as pipeline:
        for question in ("What is the note about?", "What are these documents about?", "a.txt"):
            answer = pipeline.ask(question)
            assert not answer.found
            assert answer.evidence == ()
            assert_checkable(pipeline, answer)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("list.md", "- Buy three ropes\n- Paint the ferry\n- Call Otto\n", "Buy three ropes"),
        ("sales.csv", "month,crowns\nMay,1200\nJune,1300\n", "May"),
        ("tool.py", "def sail(ship):\n    return ship\n", "return ship"),
    ],
)
def test_a_document_without_prose_is_summarised_by_its_first_lines(
    models: Models, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path / name], collection="c", settings=settings, embedder=models.embedder)
    opened = Collection.open(tmp_path / "indexes", "c")
    with Pipeline(opened, models, settings) as pipeline:
        for question in ("What is this document about?", f"Describe {name}"):
            answer = pipeline.ask(question)
            assert answer.mode == "summary"
            assert said in answer.text
            assert_checkable(pipeline, answer)


def test_spaces_around_a_question_are_no_rewriting(pipeline: Pipeline) -> None:
    answer = pipeline.ask("  Who built the harbour of Brennau?  ")
    assert answer.found
    assert answer.searched is None


def test_fewer_than_one_passage_is_refused(pipeline: Pipeline) -> None:
    for k in (0, -1):
        with pytest.raises(UsageError, match="one passage or more"):
            pipeline.search("harbour", k=k)


def test_a_section_that_is_asked_for_by_its_number_is_quoted(
    models: Models, tmp_path: Path
) -> None:
    text = (
        "# Lease\n\n## 3.1 Rent\n\nIt is 900.\n\n## 3.2 Liability\n\nNobody answers for floods.\n"
    )
    (tmp_path / "lease.md").write_text(text, encoding="utf-8")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="c", settings=settings, embedder=models.embedder)
    opened = Collection.open(tmp_path / "indexes", "c")
    with Pipeline(opened, models, settings) as pipeline:
        answer = pipeline.ask("What does section 3.2 say?")
        assert (answer.text, answer.mode) == ("Nobody answers for floods. [1]", "quote")
        assert_checkable(pipeline, answer)


def test_a_closed_pipeline_says_so(library: str, models: Models) -> None:
    pipeline = Pipeline.open(library, models=models)
    pipeline.close()
    pipeline.close()
    with pytest.raises(UsageError, match="closed"):
        pipeline.ask("Who built the harbour of Brennau?")
    with pytest.raises(UsageError, match="closed"):
        pipeline.search("harbour")


def test_what_is_being_asked_when_a_pipeline_closes_is_answered(
    library: str, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline.open(library, models=models)
    collection, embed = pipeline.collection, Embedder.query

    def meanwhile(self: Embedder, text: str) -> Query:
        pipeline.close()
        return embed(self, text)

    monkeypatch.setattr(Embedder, "query", meanwhile)
    assert "Clara Oswin" in pipeline.ask("Who built the harbour of Brennau?").text
    with pytest.raises(UsageError, match="closed"):
        pipeline.ask("Who built the harbour of Brennau?")
    with pytest.raises(ProgrammingError):  # the last question has closed the files
        collection.documents()


def test_one_pipeline_is_closed_while_others_of_its_threads_ask(
    library: str, models: Models
) -> None:
    question = "When was the harbour of Brennau built?"
    for wait in (0.0, 0.01, 0.03):
        pipeline = Pipeline.open(library, models=models)
        with ThreadPoolExecutor(4) as threads:
            asked = [threads.submit(pipeline.search, question) for _ in range(8)]
            sleep(wait)
            pipeline.close()
        for one in asked:
            error = one.exception()
            assert error is None or isinstance(error, UsageError), repr(error)


def test_a_question_of_signs_alone_is_told_what_it_lacks(pipeline: Pipeline) -> None:
    with pytest.raises(UsageError, match="empty of words and numbers: “😀 …”"):
        pipeline.ask("😀 …")


def test_what_comes_out_is_the_same_whenever_it_is_asked_and_can_be_kept_in_a_set(
    pipeline: Pipeline,
) -> None:
    question = "When was the harbour of Brennau built?"
    assert len({pipeline.ask(question), pipeline.ask(question)}) == 1
    assert len({pipeline.search(question), pipeline.search(question)}) == 1
    assert len({*pipeline.collection.documents()}) == 3
