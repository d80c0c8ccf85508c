import pytest

from rag.patterns.parallel import counterpart
from rag.text import query_terms, terms

POOL = "The swimming pool of Arnsby costs £6 for adults, £4 for children."
EXCESS = "The excess of the policy is £250 for each claim, for flood £1,000."
NOTICE = "Notice is four weeks for the tenant and three months for the landlord."
GYM = "The gym closes at 21:30, on Sundays at 17:00."
DEPOSIT = "A deposit of €50 is due for a kayak, €120 for a sailing boat."
TOWER = "Built for £900 in 1901, the tower was restored for £7,000 after the fire."
LOAN = "The loan of £12,000 is repaid in 48 instalments of £292.37, with a fee of £120."


def moved(text: str, question: str, marked: str) -> str | None:
    asked = frozenset(query_terms(question, ["en"]))
    start = text.index(marked)
    found = counterpart(
        text, (start, start + len(marked)), lambda part: asked.intersection(terms(part, "en"))
    )
    return text[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("text", "question", "marked", "right"),
    [
        (POOL, "What do adults pay at the pool?", "£4", "£6"),
        (POOL, "how much is the pool for children", "£6", "£4"),
        (EXCESS, "what is the excess for flood", "£250", "£1,000"),
        (EXCESS, "what is the excess for each claim", "£1,000", "£250"),
        (NOTICE, "what is the landlord's notice", "four weeks", "three months"),
        (GYM, "when does the gym close on Sundays", "21:30", "17:00"),
        (DEPOSIT, "deposit for a sailing boat", "€50", "€120"),
    ],
)
def test_the_amount_for_what_is_asked(text: str, question: str, marked: str, right: str) -> None:
    assert moved(text, question, marked) == right
    assert moved(text, question, right) is None  # it stays where it is right


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        (POOL, "how much is the pool", "£6"),  # neither is asked for
        (POOL, "what do adults and children pay", "£6"),  # both are
        (EXCESS, "what is the excess for storm", "£250"),
        (TOWER, "what did building the tower cost", "£900"),  # the second part has its own verb
        (LOAN, "what is the fee of the loan", "£292.37"),  # two amounts in one part
        (NOTICE, "what is the landlord's notice", "the tenant"),  # no amount is marked
    ],
)
def test_otherwise_it_stays(text: str, question: str, marked: str) -> None:
    assert moved(text, question, marked) is None
