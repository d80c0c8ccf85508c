import pytest

from rag.answer.verdict import verdict
from rag.question.shape import kind
from tests.rag.records import evidence


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("Is DistilBERT smaller than BERT?", "DistilBERT is 40% smaller than BERT.", "Yes"),
        ("Is BERT smaller than DistilBERT?", "DistilBERT is 40% smaller than BERT.", None),
        ("Was the model tested on images?", "The model was not tested on images.", "No"),
        ("Was the model tested on images?", "The model was tested on images.", "Yes"),
        ("Was the model tested on sound?", "The model was tested on images.", None),
        ("Was the model only tested on images?", "The model was tested on images.", None),
        ("Was the model tested on images?", "The model may be tested on images.", None),
        ("Was the model not tested on images?", "The model was tested on images.", None),
        ("Did Hinton build the model in 1990?", "Vaswani built the model in 1990.", None),
        ("Did Vaswani build the model in 1990?", "Vaswani built the model in 2017.", None),
        ("Did Vaswani build the model in 2017?", "Vaswani built the model in 2017.", "Yes"),
        ("Does the harbour have three cranes?", "The harbour has 3 cranes.", "Yes"),
        ("Who built the model?", "Vaswani built the model.", None),
        ("Should I pin the version?", "You shouldn't pin the version.", "No"),
        ("Can I pin the version?", "You can’t pin the version.", "No"),
        (
            "Is the pool open on Monday?",
            "The pool is open from Tuesday to Sunday and closed on Monday.",
            None,
        ),
        ("Is the pool closed on Monday?", "The pool is closed on Monday.", "Yes"),
        (
            "Does the insurance cover flood damage?",
            "The insurance covers fire damage; flood damage is excluded.",
            None,
        ),
        (
            "Are dogs allowed in the garden?",
            "Dogs are allowed in the park but prohibited in the garden.",
            None,
        ),
        (
            "Was the revenue 5 million in 2023?",
            "The revenue was 5 million in 2022 and 7 million in 2023.",
            None,
        ),
        (
            "Was the revenue 7 million in 2023?",
            "The revenue was 5 million in 2022 and 7 million in 2023.",
            "Yes",
        ),
        ("Is Anna Tom's boss?", "Tom is Anna's boss.", None),
        ("Is Tom Anna's boss?", "Tom is Anna's boss.", "Yes"),
        (
            "Did the north team beat the south team in the final in May 2024?",
            "The south team beat the north team in the final in May 2024.",
            None,
        ),
        (
            "Is the address of the clinic Bergstrasse 12?",
            "The address of the clinic is Bergstrasse No. 12.",
            "Yes",
        ),
        ("May the gap be closed?", "The gap is needed, so please do not close it.", None),
    ],
)
def test_yes_and_no_are_said_only_where_the_evidence_says_so(
    question: str, quote: str, expected: str | None
) -> None:
    assert verdict(question, kind(question), evidence(quote)) == expected


def test_evidence_that_contradicts_itself_decides_nothing() -> None:
    both = evidence("The model was tested on images.", "The model was not tested on images.")
    assert verdict("Was the model tested on images?", "yesno", both) is None


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Are dogs allowed on the beach?", "Are dogs allowed on the beach?"),
        ("Does coffee stunt growth?", "It is a myth that coffee stunts growth."),
        ("Does coffee cause cancer?", "The claim that coffee causes cancer is false."),
        ("Does coffee cause cancer?", "It is unclear whether coffee causes cancer."),
        ("Does the bank accept cheques?", "The bank refuses to accept cheques."),
        ("Does the bank accept cheques?", "The bank stopped accepting cheques."),
        ("Does the plan cover dental work?", "The plan used to cover dental work."),
        ("Did Anna sign the contract?", "Anna will sign the contract."),
        ("Did Anna sign the contract?", "Anna plans to sign the contract."),
        ("Did Anna sign the contract?", "Ben asked Anna to sign the contract."),
        ("Did Anna sign the contract?", "Anna hardly signed the contract."),
    ],
)
def test_what_is_asked_doubted_or_only_planned_is_no_yes(question: str, quote: str) -> None:
    assert verdict(question, kind(question), evidence(quote)) is None


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Will Anna sign the contract?", "Anna will sign the contract."),
        ("Does the bus stop at the museum?", "The bus stops at the museum."),
        ("Does the plan cover up to five people?", "The plan covers up to five people."),
        ("Do visitors need to register?", "Visitors need to register."),
        ("Is the wrong key in the box?", "The wrong key is in the box."),
        ("Did Anna agree to sign the contract?", "Anna agreed to sign the contract."),
    ],
)
def test_what_is_said_in_the_words_of_the_question_is_a_yes(question: str, quote: str) -> None:
    assert verdict(question, kind(question), evidence(quote)) == "Yes"


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Does Anna speak French?", "Anna speaks German and Ben speaks French."),
        ("Does Anna speak French?", "Anna has a brother who speaks French."),
        ("Can tenants keep dogs?", "Owners can keep dogs; tenants can keep cats."),
        (
            "Did the company make a profit in 2023?",
            "The company made a profit in 2022 and a loss in 2023.",
        ),
        (
            "Does the kitchen have a washing machine?",
            "The kitchen has a dishwasher and the bathroom has a washing machine.",
        ),
        ("Does Anna make chairs?", "The company that Anna founded makes chairs."),
        ("Was the model trained on text?", "The model was trained not on images but on text."),
        ("Does the flat allow pets?", "The flat allows pets but not smoking."),
        ("Does the plan cover water?", "The plan covers fire, theft and water damage."),
        ("Can visitors enter with a ticket?", "Visitors can't enter without a ticket."),
    ],
)
def test_what_two_clauses_say_of_two_things_is_no_verdict(question: str, quote: str) -> None:
    assert verdict(question, kind(question), evidence(quote)) is None


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("Does Anna speak French?", "Anna speaks German and French.", "Yes"),
        ("Does Anna speak French?", "Anna and Ben speak French.", "Yes"),
        ("Does Anna speak French?", "Anna, who lives in Bern, speaks French.", "Yes"),
        ("Does the plan cover theft?", "The plan covers fire, theft and water damage.", "Yes"),
        (
            "Does the plan cover water damage?",
            "The plan covers fire, theft and water damage.",
            "Yes",
        ),
        ("Are prams allowed in the yard?", "Bikes, prams and dogs are allowed in the yard.", "Yes"),
        ("Did Vaswani build the model in 2017?", "In 2017, Vaswani built the model.", "Yes"),
        ("Does the flat allow smoking?", "The flat allows pets but not smoking.", "No"),
        (
            "Is smoking allowed in the flat?",
            "Pets are allowed in the flat, but smoking is not.",
            "No",
        ),
        ("Does the house have a lift?", "The house has no lift, and the stairs are steep.", "No"),
    ],
)
def test_clauses_that_share_a_subject_or_a_verb_are_read_together(
    question: str, quote: str, expected: str
) -> None:
    assert verdict(question, kind(question), evidence(quote)) == expected


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Is Anna a doctor?", "Anna's husband is a doctor."),
        ("Was Bern founded in 1834?", "The University of Bern was founded in 1834."),
        ("Did YouTube buy Google?", "YouTube was bought by Google."),
        ("Did the tenant pay the deposit?", "The tenant has to pay the deposit in June."),
        ("Has the budget been approved?", "The budget is to be approved in June."),
        ("Did Anna sell the house?", "Anna wanted Ben to sell the house."),
        ("Is Anna the manager?", "Anna was the manager from 2010 to 2015."),
        ("Does Anna work at Acme?", "Anna worked at Acme."),
        ("Is the rent 500 euros?", "The rent rose from 500 to 650 euros."),
        ("Is the rent 500 euros?", "The rent rose by 500 euros."),
        ("Is the rent 500 euros?", "The rent is about 500 euros."),
        ("Is the rent over 500 euros?", "The rent is 500 euros."),
        ("Is the rent $500?", "The rent is €500."),
        ("Can the tenant sublet the flat?", "The tenant can sublet the flat provided Ben agrees."),
        ("Does coffee cause cancer?", "Critics believe that coffee causes cancer."),
        ("Is the tower as tall as the mast?", "The tower is twice as tall as the mast."),
    ],
)
def test_the_same_words_of_another_one_time_or_amount_are_no_yes(question: str, quote: str) -> None:
    assert verdict(question, kind(question), evidence(quote)) is None


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Was YouTube bought by Google?", "YouTube was bought by Google in 2006."),
        ("Is Anna's husband a doctor?", "Anna's husband is a doctor."),
        (
            "Was the University of Bern founded in 1834?",
            "The University of Bern was founded in 1834.",
        ),
        ("Can I pay by card?", "You can pay by card."),
        ("Was the bridge closed in 2020?", "The bridge was closed in May 2020."),
        ("Can guests pay cash?", "Guests are able to pay cash."),
        ("Is the model trained on images?", "The model was trained on images."),
        ("Is the rent over 500 euros?", "The rent is over 500 euros."),
        ("Is the rent about 500 euros?", "The rent is 500 euros."),
        ("Does the museum close on Monday?", "The museum closes on Monday at noon."),
    ],
)
def test_the_same_words_of_the_same_one_are_a_yes(question: str, quote: str) -> None:
    assert verdict(question, kind(question), evidence(quote)) == "Yes"


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("Did the engine fail in 2019?", "The engine failed in 2019.", None),
        ("Does the report lack figures?", "The report lacks figures.", None),
        ("Is the fee due on 5 June?", "The fee is due no later than 5 June.", None),
        ("Did anyone sign the contract?", "Nobody signed the contract.", "No"),
        ("Did anyone sign the contract?", "Anna signed the contract.", "Yes"),
        ("Does Anna speak French?", "Neither Anna nor Ben speaks French.", "No"),
        ("Are pets allowed?", "No, pets are not allowed.", "No"),
        ("Do you know if pets are allowed?", "Pets are not allowed.", "No"),
    ],
)
def test_what_negates_is_told_from_what_only_looks_like_it(
    question: str, quote: str, expected: str | None
) -> None:
    assert verdict(question, kind(question), evidence(quote)) == expected
