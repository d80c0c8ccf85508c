"""Follow-up questions made whole, told as conversations; lines with ">" are answers."""

from __future__ import annotations

from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelError, ServerError
from rag.rewrite import accepted, by_models, rewrite, whole
from rag.types import Message, Token


def talk(*lines: str) -> list[Message]:
    return [
        Message("assistant" if line.startswith(">") else "user", line.lstrip(">")) for line in lines
    ]


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (["What is throat cancer?"], "Is it treatable?", "Is throat cancer treatable?"),
        (["Who bought the supper for the team?"], "How much was it?", "How much was the supper?"),
        (
            ["What is throat cancer?", "Is it treatable?", "Tell me about lung cancer."],
            "What are its symptoms?",
            "What are lung cancer's symptoms?",
        ),
        (
            ["Tell me about the Bronze Age collapse."],
            "What are some of the possible causes?",
            "What are some of the possible causes of the Bronze Age collapse?",
        ),
        (["What is BERT?", "How large is it?"], "And RoBERTa?", "How large is RoBERTa?"),
        (
            ["What was the population of Berlin in 2010?"],
            "And in 2012?",
            "What was the population of Berlin in 2012?",
        ),
        (["How tall is the Eiffel Tower?"], "What about Big Ben?", "How tall is Big Ben?"),
        (
            ["How long was the model trained?"],
            "And on what hardware?",
            "How long was the model trained, and on what hardware?",
        ),
        (
            ["Who invented the loom?", ">Ada Finch"],
            "When did she die?",
            "When did Ada Finch die?",
        ),
        (["Which system won?", ">RNNsearch-50"], "How did it work?", "How did RNNsearch-50 work?"),
        (
            ["What group settled in Brackwater?", ">Tanners"],
            "When was it founded?",
            "When was Brackwater founded?",
        ),
        (
            ["What is the total number of teachers at Brackwater College?", ">240"],
            "Who founded it?",
            "Who founded Brackwater College?",
        ),
        (["Where is Norfolk?"], "How cold is it there?", "How cold is it in Norfolk?"),
        (
            ["When was the lighthouse of Brackwater built?"],
            "Who built it?",
            "Who built the lighthouse of Brackwater?",
        ),
        (
            ["Tell me about Ada Finch", "When was she born?"],
            "and her brother?",
            "When was Ada Finch's brother born?",
        ),
        (
            ["What was the revenue of Norrfrakt in Q3 2024?"],
            "And in Q2?",
            "What was the revenue of Norrfrakt in Q2 2024?",
        ),
        (
            ["What was the revenue of Norrfrakt in Q3 2024?"],
            "And its net income?",
            "What was the net income of Norrfrakt in Q3 2024?",
        ),
        (
            ["What was the revenue of Norrfrakt in Q3 2024?", "And its net income?"],
            "And in 2023?",
            "What was the net income of Norrfrakt in Q3 2023?",
        ),
        (
            ["How much does the team edition cost?"],
            "And for schools?",
            "How much does the team edition cost for schools?",
        ),
        (
            ["What is the excess for the car?"],
            "And for the home?",
            "What is the excess for the home?",
        ),
        (
            ["How much water does the Eco programme need?"],
            "And the Quick one?",
            "How much water does the Quick programme need?",
        ),
        (
            ["What is Daniel's notice period?"],
            "And Lucy's?",
            "What is Lucy's notice period?",
        ),
        (
            ["When is the dust extraction examination next due?"],
            "Who carried out the last one?",
            "Who carried out the last examination?",
        ),
        (["What's Daniel's salary?"], "And Lucy's?", "What's Lucy's salary?"),
        (["Wie hoch ist die Kaution?"], "Und die Miete?", "Wie hoch ist die Miete?"),
        (
            ["Wer leitet die Verwaltung von Bern?"],
            "Und das Archiv?",
            "Wer leitet das Archiv von Bern?",
        ),
        (["Wer ist der Vermieter?"], "Und die Miete?", "Was ist die Miete?"),
        (["Wer ist der Vermieter?"], "Und die Mieterin?", "Wer ist die Mieterin?"),
        (["Wer ist die Mieterin?"], "Und der Vermieter?", "Wer ist der Vermieter?"),
        (["What is the budget of Norrfrakt?"], "WHO LEADS IT?", "WHO LEADS Norrfrakt?"),
        (["Where is Norfolk?"], "Is it raining there?", "Is it raining in Norfolk?"),
        (
            ["When was the lighthouse of Brackwater built?", ">In 1810", "Great, thanks!"],
            "Who built it?",
            "Who built the lighthouse of Brackwater?",
        ),
        (["Wer ist der Vermieter?"], "Und die Hausverwaltung?", "Wer ist die Hausverwaltung?"),
        (["Wer wurde Vorsitzende?"], "Und Kassenwart?", "Wer wurde Kassenwart?"),
        (
            ["What did Norrfrakt earn in 2023?"],
            "And Brackwater in 2022?",
            "What did Brackwater earn in 2022?",
        ),
        (
            ["What did we spend on travel in May 2024?"],
            "And in June on food?",
            "What did we spend on food in June 2024?",
        ),
        (
            ["How much did we spend on travel in May?"],
            "And on food?",
            "How much did we spend on food in May?",
        ),
        (
            ["What did the report of March 2024 say?"],
            "And the April report?",
            "What did the report of April 2024 say?",
        ),
        (["Who led it in 2023?"], "And the year before?", "Who led it in 2022?"),
        (["Who led it in 2023?"], "And in the following year?", "Who led it in 2024?"),
        (
            ["What does section 3 say about pets?"],
            "And section 4?",
            "What does section 4 say about pets?",
        ),
        (["When was version 2.1 released?"], "And 2.2?", "When was version 2.2 released?"),
        (["How much is plan A?"], "And plan B?", "How much is plan B?"),
        (
            ["How much is the rent in the flat in Basel?"],
            "And the deposit?",
            "How much is the deposit in the flat in Basel?",
        ),
        (["Is smoking allowed in the flat?"], "And pets?", "Are pets allowed in the flat?"),
        (["Wie hoch war der Umsatz 2023?"], "Und im Jahr 2022?", "Wie hoch war der Umsatz 2022?"),
        (["Wie hoch war der Umsatz?"], "Und im April?", "Wie hoch war der Umsatz im April?"),
        (
            ["Wann wurde das Haus in Bern gebaut?"],
            "Und in Basel?",
            "Wann wurde das Haus in Basel gebaut?",
        ),
        (["Quel était le prix en 2023 ?"], "Et en 2022 ?", "Quel était le prix en 2022 ?"),
        (["¿Cuál fue el beneficio en 2023?"], "¿Y en 2022?", "¿Cuál fue el beneficio en 2022?"),
        (["2023年的收入是多少？"], "2022年呢？", "2022年的收入是多少？"),
    ],
)
def test_what_is_missing_is_taken_from_the_history(
    history: list[str], question: str, expected: str
) -> None:
    assert rewrite(question, talk(*history)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who won the football world cup in 1998?",
        "Is it true that Berlin lies on the Spree?",
        "What is a loom and who invented it?",
        "Why did Ada Finch leave her house?",
        "Is there a model that runs without a graphics card?",
        "Wann wurde er gebaut?",
        "What happened in the Milgram experiment?",
        "What about  ?",
        "Who leads the IT department?",
        "What is ITS in the plan?",
        "Is it raining?",
        "Will it ever snow again?",
        "What time is it?",
        "And thanks!",
        "OK, thank you very much.",
        "And thanks for the answer!",
        "Und vielen Dank!",
        "Okay?",
    ],
)
def test_what_stands_by_itself_is_left_alone(question: str) -> None:
    assert rewrite(question, talk("Who built the harbour of Brackwater?", ">Otto Lind")) == question


def test_without_history_nothing_changes() -> None:
    assert rewrite("When was it built?", []) == "When was it built?"
    assert rewrite("And then?", talk(">An answer without a question")) == "And then?"


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        # a question word alone
        (["Are pets allowed?"], "Why not?", "Are pets allowed, and why not?"),
        (["Where is the test held?"], "And when?", "When is the test held?"),
        (["Why was the shop closed?"], "When was that?", "When was the shop closed?"),
        (["Is there a test?"], "When?", "When is there a test?"),
        (["Who wrote the plan, and why?"], "Since when?", "Who wrote the plan, and since when?"),
        (["Sind Hunde erlaubt?"], "Warum nicht?", "Sind Hunde erlaubt, und warum nicht?"),
        (["Bis wann kann man zahlen?"], "Und bei wem?", "Bei wem kann man zahlen?"),
        # the same once more
        (["How high is the fee?"], "Are you sure?", "How high is the fee?"),
        (["How high is the fee?"], "Say that shorter, please", "How high is the fee?"),
        (["How high is the fee?"], "What does [2] say exactly?", "How high is the fee?"),
        (["How high is the fee?", "Why?"], "How do you know?", "How high is the fee, and why?"),
        (["Wie hoch ist der Beitrag?"], "Bist du sicher?", "Wie hoch ist der Beitrag?"),
        (["How high is the fee?"], "What does it say?", "What does the fee say?"),
        # a correction
        (["How old is the bus?"], "No, I meant the car", "How old is the car?"),
        (["Is there a deposit?"], "I mean the fee.", "Is there a fee?"),
        (["Wie hoch ist die Miete?"], "Nein, ich meinte den Beitrag.", "Wie hoch ist der Beitrag?"),
        # German pronouns and fragments
        (["Was kostet die Fahrt nach Ulm?"], "Wann ist sie?", "Wann ist die Fahrt nach Ulm?"),
        (["Wer leitet den Verein?", ">Eva Lenz"], "Wo wohnt sie?", "Wo wohnt Eva Lenz?"),
        (["Was steht im Vertrag?"], "Und wann endet er?", "Und wann endet der Vertrag?"),
        (["Was kostet die Fahrt?"], "Was hat Frau Stein gesagt, als sie kam?", None),
        (["Was kostet die kleine Torte?"], "Und die große?", "Was kostet die große Torte?"),
        (["Sind Hunde erlaubt?"], "Und Katzen?", "Sind Katzen erlaubt?"),
        (["Wann ist das Bad geöffnet?"], "Und am Montag?", "Wann ist das Bad am Montag geöffnet?"),
        # what it is about
        (["What colour is the bus?"], "How old is it?", "How old is the bus?"),
        (["When was the mill roof mended?"], "Who built it?", "Who built the mill roof?"),
        (["Who runs the mill?", ">Ada Finch", "Where is Ada Finch?"], "How long is it?", None),
        (["How much is the flat?"], "How much is the house?", None),
        (
            ["What was the café's turnover in 2023?"],
            "And the profit?",
            "What was the café's profit in 2023?",
        ),
        (["Who is the treasurer of the club?"], "And the boat warden?",
         "Who is the boat warden of the club?"),
        (["How much is entry for a child?"], "And the tour?", "How much is the tour for a child?"),
        (["How much does cat insurance cost us?"], "And the dog's?",
         "How much does the dog's insurance cost us?"),
        (["May I bring my dog to the café?"], "And a cat?", "May I bring a cat to the café?"),
        # the time that was asked of
        (["How much did the club take in 2021?"], "And how much did it spend?",
         "And how much did the club spend in 2021?"),
        (["Wie viel nahm der Verein 2021 ein?"], "Wer war damals Kassenwart?",
         "Wer war im Jahr 2021 Kassenwart?"),
        (["When was the 2021 meeting opened?"], "How many members were there?",
         "How many members were there in the 2021 meeting?"),
        (
            ["When was the 2024 meeting opened?", "And the one in 2023?"],
            "Who opened it?",
            "Who opened the 2023 meeting?",
        ),
        # in two languages
        (["Wie hoch ist die Miete?"], "And in Berlin?", None),
        (["Wie hoch ist die Miete?"], "Why was it raised?", None),
        # what was listed
        (["Which firms made offers?", ">Barlow; Tidewater; Slate"], "What did the second one ask?",
         "What did Tidewater ask?"),
        (["Which firms made offers?", ">Barlow; Tidewater; Slate", "What did Barlow ask?"],
         "And the last one?", "What did Slate ask?"),
    ],
)  # fmt: skip
def test_a_follow_up_gets_what_it_lacks(
    history: list[str], question: str, expected: str | None
) -> None:
    assert rewrite(question, talk(*history)) == (expected or question)


def test_what_would_be_too_long_to_ask_is_left_as_it_stands() -> None:
    before = "Is it true that the mill " + "and the mill " * 150 + "burnt?"
    assert rewrite("Really, are you sure?", talk(before)) == before
    assert rewrite("Why?", talk(before[:-1] + " in the year of the great flood?")) == "Why?"


@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=80))
def test_any_text_passes(history: list[str], question: str) -> None:
    assert isinstance(rewrite(question, talk(*history)), str)


class Model:
    """Replies with one line."""

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.cancel: object = None

    def stream(self, messages: object, **options: object) -> object:
        self.cancel = options["cancel"]
        yield Token(self.reply)


class Broken:
    """Models without the generator, or with one that does not answer."""

    def __init__(self, error: Exception, loads: bool) -> None:
        self.error, self.loads = error, loads

    @property
    def generator(self) -> Broken:
        if not self.loads:
            raise self.error
        return self

    def stream(self, messages: object, **options: object) -> object:
        yield Token("When was")
        raise self.error


@pytest.mark.parametrize("error", [ServerError("It is down."), ModelError("It is damaged.")])
@pytest.mark.parametrize("loads", [True, False])
def test_the_rules_stand_in_for_a_model_that_does_not_answer(error: Exception, loads: bool) -> None:
    history = talk("Who built the harbour of Brackwater?")
    done = by_models("When was it built?", history, Broken(error, loads))
    assert done == "When was the harbour of Brackwater built?"


def test_a_rewriting_can_be_stopped() -> None:
    history = talk("Who built the harbour of Brackwater?")
    cancel, model = Event(), Model("When was the harbour in Brackwater built?")
    assert whole("When was it built?", history, model, cancel) == model.reply
    assert model.cancel is cancel
    cancel.set()
    ruled = "When was the harbour of Brackwater built?"
    assert whole("When was it built?", history, model, cancel) == ruled


def test_a_models_rewriting_is_taken_only_if_it_is_one() -> None:
    history = talk("Who built the harbour?", ">Otto Lind")
    right = "When was the harbour built?"
    assert whole("When was it built?", history, Model(f"Question: {right}\n")) == right
    for wrong in ("", "It was built in 1931 by the crown engineers.", "What is the weather like?"):
        assert accepted(wrong, "When was it built?", history) == ""
        assert whole("When was it built?", history, Model(wrong)) == "When was the harbour built?"
