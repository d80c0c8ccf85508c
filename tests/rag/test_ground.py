import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.compose import Basis, checked
from rag.ground import SUPPORTED, ground, says
from rag.question.shape import Shape
from rag.text import numbers
from rag.types import Coverage
from tests.rag.records import evidence

FACTS = evidence(
    "The base transformer has 65 million parameters and six layers.",
    "Vaswani and colleagues trained it on eight GPUs in 2017.",
    "It was not tested on images.",
)


def one(draft: str, question: str = "How large is it?"):  # type: ignore[no-untyped-def]
    (claim,) = ground(draft, FACTS, question)
    return claim


def test_a_sentence_of_the_evidence_is_supported_and_cited() -> None:
    claim = one("The base transformer has 65 million parameters.")
    assert claim.supported
    assert claim.cites == (1,)


def test_marks_of_the_model_are_ignored() -> None:
    assert one("It was trained on eight GPUs in 2017 [1].").cites == (2,)


def test_a_subscript_of_the_evidence_is_no_mark() -> None:
    code = evidence("The target is taken from sys.argv[2], its name from sys.argv[3][0].")
    for draft in ("The target is sys.argv[2].", "Its name is taken from `sys.argv[3][0]`. [1]"):
        (claim,) = ground(draft, code, "Where from?")
        assert claim.text == draft.removesuffix(" [1]")
    (claim,) = ground("The target is taken[1] from sys.argv[2][1].", code, "Where from?")
    assert claim.text == "The target is taken from sys.argv[2]."


def test_a_sentence_from_two_sentences_cites_both() -> None:
    claim = one("The base transformer has six layers and was trained by Vaswani on eight GPUs.")
    assert claim.supported
    assert claim.cites == (1, 2)


@pytest.mark.parametrize(
    "draft",
    [
        "The base transformer has 213 million parameters.",
        "Vaswani and colleagues trained it on eight GPUs in 2019.",
        "The transformer was trained by Hinton on eight GPUs.",
        "Bananas grow in warm climates.",
    ],
)
def test_what_the_evidence_does_not_say_is_not_supported(draft: str) -> None:
    assert not one(draft).supported


def test_a_turned_negation_is_not_supported() -> None:
    assert not one("It was tested on images.").supported
    assert one("It was not tested on images.").supported


@pytest.mark.parametrize(
    ("told", "turned"),
    [
        ("Il contratto è valido.", "Il contratto non è valido."),
        ("O contrato é válido.", "O contrato não é válido."),
        ("Het contract is geldig.", "Het contract is niet geldig."),
        (
            "Der Vermieter hat den Vertrag unterschrieben.",
            "Niemand hat den Vertrag unterschrieben.",
        ),
        ("Договор действителен.", "Договор не действителен."),
        ("房客可以养狗。", "房客不可以养狗。"),
        ("犬を飼える。", "犬を飼えない。"),
        ("Anna signed the contract.", "Nobody signed the contract."),
    ],
)
def test_a_negation_is_known_in_each_language(told: str, turned: str) -> None:
    for said, other in ((told, turned), (turned, told)):
        assert [c.supported for c in ground(said, evidence(said))] == [True]
        assert [c.supported for c in ground(said, evidence(other))] == [False]


def test_a_limit_is_no_negation() -> None:
    told = evidence("The fee is due no later than 5 June.")
    assert all(claim.supported for claim in ground("The fee is due by 5 June.", told))


def test_nothing_is_supported_by_nothing() -> None:
    assert [claim.supported for claim in ground("It is so.", [], "Is it?")] == [False]
    assert ground("", FACTS) == []


@given(st.lists(st.integers(0, 99_999), min_size=1, max_size=4), st.data())
def test_a_number_that_is_nowhere_in_the_evidence_is_never_supported(
    values: list[int], data: st.DataObject
) -> None:
    said = " and ".join(map(str, values))
    draft = data.draw(
        st.sampled_from([f"It has {said} layers.", f"In {said} the transformer came."])
    )
    worded = {"6", "8"}  # the evidence has them as "six" and "eight"
    known = worded.union(*(numbers(item.quote) for item in FACTS))
    for claim in ground(draft, FACTS, "When?"):
        if not numbers(claim.text) <= known:
            assert claim.support < SUPPORTED


@pytest.mark.parametrize(
    "draft",
    [
        "It has 65 million parameters and four layers.",
        "It has 65 million parameters, and Hinton and colleagues trained it on eight GPUs.",
        "It has 65 billion parameters and six layers.",
        "Hinton and colleagues trained it on eight GPUs in 2017.",
        "It was trained on eight GPUs in the year 1917, and the base transformer has six layers.",
    ],
)
def test_one_wrong_clause_spoils_its_sentence(draft: str) -> None:
    assert not one(draft).supported


def test_numbers_count_by_value() -> None:
    assert one("It has 65,000,000 parameters and 6 layers.").supported
    assert one("Vaswani and colleagues trained it on 8 GPUs.").supported


def test_a_name_of_the_question_has_to_stand_somewhere_in_the_evidence() -> None:
    asked = "Did Hinton train the base transformer on eight GPUs?"
    assert not one("Hinton trained the base transformer on eight GPUs.", asked).supported
    assert one("Vaswani trained the base transformer on eight GPUs.", asked).supported


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        ("The rent is $500 a month.", "The rent is €500 a month."),
        ("The rent of the flat is 500 dollars.", "The rent of the flat is 500 euros."),
        ("Sales grew by 5%.", "Sales grew by 5 boats."),
        ("The warranty of the frame is 3 years.", "The warranty of the frame is three months."),
        ("The shop opens at 9 pm.", "The shop opens at 9 a.m."),
        (
            "Die Kündigungsfrist der Wohnung ist 3 Wochen.",
            "Die Kündigungsfrist der Wohnung ist drei Monate.",
        ),
        ("会议在6月5日。", "会议在5月6日。"),
    ],
)
def test_a_number_of_something_else_is_not_supported(draft: str, told: str) -> None:
    assert not any(claim.supported for claim in ground(draft, evidence(told)))


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        ("The rent is 500 euros a month.", "The rent is €500 a month."),
        ("Sales grew by 5 percent.", "Sales grew by 5 %."),
        ("Sales grew by 5%.", "Growth of sales in %: 5"),
        ("The frame is 5 years old.", "The frame is old: 5."),
        ("It takes 3-5 days.", "It takes 3 to 5 working days."),
    ],
)
def test_a_unit_may_be_written_otherwise(draft: str, told: str) -> None:
    assert all(claim.supported for claim in ground(draft, evidence(told)))


PRICES = ("Tea costs 7 euros and coffee costs 5 euros.",)
APART = ("Tea costs 7 euros.", "Coffee costs 5 euros.")
ROWS = ("Tea | 7 euros\nCoffee | 5 euros",)
BERTHS = ("The north pier has 14 berths, the south pier 9.",)
YEARS = ("Revenue was 5 million in 2019 and 7 million in 2020.",)
RENT = ("Die Miete beträgt 700 Euro und die Kaution 1400 Euro.",)


@pytest.mark.parametrize(
    ("told", "draft"),
    [
        (PRICES, "Tea costs 5 euros and coffee costs 7 euros."),
        (PRICES, "Coffee costs 7 euros, tea 5 euros."),
        (PRICES, "Coffee costs 7 euros."),
        (APART, "Tea costs 5 euros and coffee costs 7 euros."),
        (ROWS, "Tea costs 5 euros and coffee 7 euros."),
        (BERTHS, "The south pier has 14 berths."),
        (BERTHS, "The north pier has 9 berths and the south pier 14."),
        (YEARS, "Revenue was 7 million in 2019 and 5 million in 2020."),
        (RENT, "Die Miete beträgt 1400 Euro und die Kaution 700 Euro."),
    ],
)
def test_numbers_that_changed_places_are_not_supported(told: tuple[str, ...], draft: str) -> None:
    assert not all(claim.supported for claim in ground(draft, evidence(*told)))


@pytest.mark.parametrize(
    ("told", "draft"),
    [
        (PRICES, "Coffee costs 5 euros and tea 7 euros."),
        (PRICES, "Coffee is 5 euros."),
        (APART, "Coffee costs 5 euros and tea costs 7 euros."),
        (ROWS, "Coffee costs 5 euros and tea 7 euros."),
        (BERTHS, "There are 9 berths at the south pier and 14 at the north pier."),
        (YEARS, "Revenue rose to 7 million in 2020 from 5 million in 2019."),
        (YEARS, "In 2020 revenue was 7 million, in 2019 it was 5 million."),
        (RENT, "Die Kaution ist 1400 Euro, die Miete 700 Euro."),
        (("Alpha paid Beta 12 million and Gamma 5 million.",), "Alpha paid 5 million to Gamma."),
        (("Alpha paid Beta 12 million and Gamma 5 million.",), "Alpha paid 5 million."),
        (("Sales rose 5% in May to 700 units.",), "Sales rose to 700 units in May, up 5%."),
        (("A and B scored 7 and 5 points.",), "A scored 7 points and B 5 points."),
        (("Of 40 staff, 12 work in Bern and 28 in Basel.",), "28 of 40 staff work in Basel."),
    ],
)
def test_numbers_may_be_told_in_another_order(told: tuple[str, ...], draft: str) -> None:
    assert all(claim.supported for claim in ground(draft, evidence(*told)))


CHINESE = evidence("王明于1873年建造了港口。", "港口有三座起重机。")


def test_names_are_looked_for_in_scripts_without_capitals() -> None:
    assert all(claim.supported for claim in ground("王明建造了港口。", CHINESE, "谁建造了港口？"))
    assert not any(c.supported for c in ground("李华建造了港口。", CHINESE, "谁建造了港口？"))
    assert not any(c.supported for c in ground("港口有四座起重机。", CHINESE, "有几座起重机？"))


def test_what_a_span_says_is_found_in_other_words() -> None:
    assert says("It was trained on 8 P100 GPUs.", "eight P100 GPUs")
    assert not says("It was trained on nine P100 GPUs.", "eight P100 GPUs")
    assert not says("It was trained for long.", "eight P100 GPUs")


FOREIGN = ("Hinton", "Zürich", "DeepMind", "OSRAM", "Ødegård", "Достоевский", "Αθήνα", "Ngũgĩ",
           "41", "1,984", "3.141", "seventeen", "12 billion", "٧٧", "Łódź")  # fmt: skip
FRAMES = (
    "{} trained the base transformer on eight GPUs.",
    "The base transformer has {} parameters and six layers.",
    "Vaswani and colleagues trained it on eight GPUs in {}.",
    "The base transformer has six layers, and {} tested it on images.",
    "In 2017, {} and Vaswani trained it on eight GPUs; it has six layers.",
    "The base transformer of {} has 65 million parameters and six layers.",
    "It was not tested on images by {}.",
    "**{}**: the base transformer has 65 million parameters and six layers.",
    "“{}” trained it on eight GPUs in 2017.",
)


@given(
    st.lists(st.tuples(st.sampled_from(FRAMES), st.sampled_from(FOREIGN)), min_size=1, max_size=3),
    st.sampled_from(["How large is it?", "Did Hinton train 41 of them in Zürich?", "DeepMind?"]),
)
def test_no_number_or_name_that_is_nowhere_in_the_evidence_is_ever_shown(
    said: list[tuple[str, str]], question: str
) -> None:
    draft = " ".join(frame.format(word) for frame, word in said)
    basis = Basis(question, Shape("explain"), 0.9, tuple(FACTS), Coverage(1, 1))
    shown = checked(basis, ground(draft, FACTS, question)).text
    for word in FOREIGN:
        assert word not in shown


def test_marks_of_lists_are_no_numbers_and_openings_no_claims() -> None:
    told = evidence("Open the Restore tab, choose a date, mark the files and press Restore.")
    draft = "**Steps:**\n1. Open the Restore tab.\n2. Choose a date.\n3. Mark the files."
    claims = ground(draft, told, "How do I restore a file?")
    assert [claim.supported for claim in claims] == [True] * 4
    assert claims[1].text == "1. Open the Restore tab."
    (wrong,) = ground("1. Open the 7 tabs.", told, "How do I restore a file?")
    assert not wrong.supported
    opening, _ = ground("Steps by Otto:\n- Open the Restore tab.", told, "How?")
    assert not opening.supported


@pytest.mark.parametrize(
    ("draft", "held"),
    [("Die Miete beträgt 1000 Euro.", True), ("Die Miete beträgt 1 Euro.", False)],
)
def test_a_number_with_a_narrow_space_is_one_number(draft: str, held: bool) -> None:
    (claim,) = ground(draft, evidence("Die Miete beträgt 1\u202f000 Euro."), "Wie hoch ist sie?")
    assert claim.supported is held
