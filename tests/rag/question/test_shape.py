import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.question.shape import LONGEST, Shape, checked, is_overview, kind, wanted
from rag.text import content_words


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the transformer published?", "fact"),
        ("How many layers does the base model have?", "fact"),
        ("How does attention work?", "explain"),
        ("Why do models hallucinate?", "explain"),
        ("What is attention?", "explain"),
        ("What's a transformer", "explain"),
        ("What does the temperature do?", "explain"),
        ("What does Daniel do?", "fact"),
        ("What does the treaty allow the council to do?", "fact"),
        ("What is the capital of France?", "fact"),
        ("What is your name?", "fact"),
        ("What is the difference between RLHF and DPO?", "explain"),
        ("What are the main findings on attention?", "explain"),
        ("What datasets were used, and why were they chosen?", "explain"),
        ("What does the report say about grain?", "explain"),
        ("In Norrfrakt's Q2 2023 report, how do costs relate to sales?", "explain"),
        ("According to the lease, why may the rent rise?", "explain"),
        ("In the minutes of 12 May 2024, how was the roof paid for?", "explain"),
        ("In the latest 10-Q, how many boats were sold?", "fact"),
        ("From the report, which three stages are there?", "list"),
        ("For the report, is a signature needed?", "yesno"),
        ("Analyze the relationship between sales and rent.", "explain"),
        ("In the Q1 report, correlate the debt with the strategy.", "explain"),
        ("Comparing this report to the last ones, how has the rent changed?", "explain"),
        ("Comparing both, which boat is longer?", "fact"),
        ("If there is no wire, how are packets sent?", "fact"),
        ("What strategy did the Normans use?", "fact"),
        ("Which three stages does InstructGPT have?", "list"),
        ("Name two kinds of attention.", "list"),
        ("Is DistilBERT faster than BERT?", "yesno"),
        ("does DistilBERT need a GPU", "yesno"),
        ("and does deleting it delete its files?", "yesno"),
        ("may 2024 figures", "fact"),
        ("What’s the difference between a pilot and a captain?", "explain"),
        ("difference between a pilot and a captain", "explain"),
        ("requests vs limits", "explain"),
        ("who won Bern vs. Basel", "fact"),
        ("When should I use a pilot instead of a tug?", "explain"),
        ("what is a pod disruption budget?", "explain"),
        ("What is a member of the club?", "fact"),
        ("How soon must I cancel?", "fact"),
        ("How loud is the machine?", "fact"),
        ("Is it a gas or a liquid?", "fact"),
        ("What is this document about?", "summary"),
        ("Summarize the report", "summary"),
        ("Can you summarise all of these documents for me?", "summary"),
        ("Give me a short overview of everything", "summary"),
        ("Give me an overview.", "summary"),
        ("tl;dr", "summary"),
        ("Summarize the side effects of the drug", "explain"),
        ("Give me an overview of the fees.", "explain"),
        ("Mixture of experts", "fact"),
        ("Wer war der Führer der Normannen?", "fact"),
        ("Was ist in jeder Kennzeichnung enthalten?", "fact"),
        ("Warum wurde das Netzwerk in Michigan gegründet?", "explain"),
        ("Wie heißt die größte Stadt des Landes?", "fact"),
        ("Worum geht es in diesem Dokument?", "summary"),
        ("Pourquoi le ciel est-il bleu ?", "explain"),
        ("¿Cuántos habitantes tiene la ciudad?", "fact"),
        ("为什么天空是蓝色的？", "explain"),
        ("函数问题可以表述为什么？", "fact"),
        ("Who wrote the outline?", "fact"),
        ("What is on page 3 of the course outline?", "fact"),
        ("Who chaired the meeting according to the overview of the report?", "fact"),
        ("I would like a summary of this document", "summary"),
        ("What is the mean age of the participants?", "fact"),
        ("What does the warning light mean?", "explain"),
        ("What are the work hours?", "fact"),
        ("What is our deadline?", "fact"),
        ("Compared to 2022, how much did revenue grow?", "fact"),
        ("Compare the two plans.", "explain"),
        ("Name the capital of France", "fact"),
        ("Name the members of the board", "list"),
        ("Wer hat die Zusammenfassung geschrieben?", "fact"),
        ("Kannst du mir eine Zusammenfassung des Berichts geben?", "summary"),
        ("Können Sie das bitte zusammenfassen?", "summary"),
        ("Worum geht es bei der Kündigungsfrist?", "explain"),
        ("Worum geht es?", "summary"),
        ("Wie lang ist die Brücke?", "fact"),
        ("Wie teuer ist die Miete?", "fact"),
        ("Wie heisst der Autor des Buches?", "fact"),
        ("Wie ist die Telefonnummer der Schule?", "fact"),
        ("Wie ist der Vertrag aufgebaut?", "explain"),
        ("Beschreiben Sie den Aufbau der Brücke.", "explain"),
    ],
)
def test_kind(question: str, expected: str) -> None:
    assert kind(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the harbour report about?", True),
        ("Summarise the harbour paper", True),
        ("Describe the harbours.", True),
        ("Give me a short summary of the harbour document", True),
        ("Describe how ships enter the harbour", False),
        ("Summarise the fees in the harbour report", False),
        ("Who built the harbour?", False),
        ("The harbour", False),
        ("What does the harbour cover?", False),
        ("What does the harbour not cover?", False),
        ("What does the harbour report cover?", True),
        ("What is in the harbour?", False),
        ("What's in the harbour report?", True),
    ],
)
def test_an_overview_asks_for_nothing_but_what_is_named(question: str, expected: bool) -> None:
    assert is_overview(question, content_words("harbour", "en")) is expected


@pytest.mark.parametrize("question", ["", "   ", "?!", "\x00\n"])
def test_an_empty_question_is_refused_with_a_remedy(question: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        checked(question)


def test_a_question_too_long_is_refused() -> None:
    with pytest.raises(UsageError, match="2,001 characters"):
        checked("a" * (LONGEST + 1))


@given(st.text(min_size=1, max_size=100).filter(lambda s: any(c.isalnum() for c in s)))
def test_a_checked_question_is_one_printable_line(question: str) -> None:
    cleaned = checked(question)
    assert cleaned.isprintable()
    assert checked(cleaned) == cleaned


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("In what year was it founded?", "date"),
        ("Where did the ship come from?", "place"),
        ("In welchem Jahr kehrte Iqbal nach Lahore zurück?", "date"),
        ("Wie viele Schichten hatte es ursprünglich?", "number"),
        ("Wen ernannte der König zum Kanzler?", "person"),
        ("Wo liegt die Burg der Normannen?", "place"),
        ("Qui a écrit le livre ?", "person"),
        ("À quelle date est-il né dans la ville ?", "date"),
        ("¿Dónde está el museo?", "place"),
        ("Quanti abitanti ha la città?", "number"),
        ("Когда был построен мост?", "date"),
        ("丹麦是什么时候加入欧盟的？", "date"),
        ("谁是当时的领导者？", "person"),
        ("胡格诺派获赠的是哪个城镇?", "place"),
    ],
)
def test_wanted(question: str, expected: str) -> None:
    assert wanted(question) == expected


@pytest.mark.parametrize(
    ("question", "items", "listed"),
    [
        ("Which three stages does InstructGPT have?", 3, True),
        ("Name 2 kinds of attention.", 2, True),
        ("What are the four steps of the recipe?", 4, True),
        ("Which biases should one guard against?", 0, True),
        ("Which gas is lightest?", 0, False),
        ("Which supplier delivers the belt?", 0, False),
        ("What causes rust?", 0, False),
        ("Which employees work in the harbour?", 0, True),
        ("Which operating systems does it support?", 0, True),
        ("Who built it in the three years?", 0, False),
        ("What are the warning signs in the two weeks after surgery?", 0, True),
        ("Which products came out in the 12 months to June?", 0, True),
    ],
)
def test_shape(question: str, items: int, listed: bool) -> None:
    shape = Shape.of(question)
    assert (shape.items, shape.listed) == (items, listed)


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("which access modes can a volume have?", "access modes"),
        ("What are the default hard eviction thresholds?", "default hard eviction thresholds"),
        ("what taint effects exist in the cluster?", "taint effects"),
        ("which supplier delivers the belt", ""),
        ("Which office employs Carla Nunes?", ""),
    ],
)
def test_the_things_that_a_list_is_wanted_of(question: str, things: str) -> None:
    shape = Shape.of(question)
    assert (shape.things, shape.listed) == (things, bool(things))


def test_what_is_told_a_sentence_later() -> None:
    assert Shape.of("What is the default time limit?").told == "default"
    assert Shape.of("What did we decide about the router?").told == "decision"
    assert Shape.of("What is the time limit?").told == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Can you tell me when the rent is due?", "fact"),
        ("Could you please tell me who the landlord is?", "fact"),
        ("Do you know who the landlord is?", "fact"),
        ("Does anybody know how many rooms there are?", "fact"),
        ("I would like to know what the rent is.", "fact"),
        ("Can you list the members of the board?", "list"),
        ("Can you explain why the bridge was closed?", "explain"),
        ("Do you know how the heating works?", "explain"),
        ("Could you please summarise this document?", "summary"),
        ("Can you tell me whether pets are allowed?", "yesno"),
        ("Do you know if pets are allowed?", "yesno"),
        ("Can you name a successor in the will?", "yesno"),
        ("Can you pay by card?", "yesno"),
        ("Would you give notice in writing?", "yesno"),
        ("Can you tell me?", "yesno"),
    ],
)
def test_a_polite_question_is_of_the_kind_of_what_it_asks(question: str, expected: str) -> None:
    assert kind(question) == expected


def test_an_overview_may_be_asked_for_politely() -> None:
    assert is_overview("Could you please summarise the lease?", frozenset({"leas"}))
