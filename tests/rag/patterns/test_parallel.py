import pytest

from rag.patterns.parallel import counterpart
from rag.text import query_terms, terms

POOL = "The swimming pool of Arnsby costs £6 for adults, £4 for children."
EXCESS = "The excess of the policy is £250 for each claim, for flood £1,000."
NOTICE = "Notice is four weeks for the tenant and three months for the landlord."
PREAVIS = "Le préavis est de huit semaines pour le locataire et de neuf mois pour le bailleur."
GYM = "The gym closes at 21:30, on Sundays at 17:00."
DEPOSIT = "A deposit of €50 is due for a kayak, €120 for a sailing boat."
TOWER = "Built for £900 in 1901, the tower was restored for £7,000 after the fire."
UNLOCKS = "Kasia unlocks on Tuesdays, Owen on Thursdays and Joan at weekends."
FAMILY = "He lives alone; his daughter Ruth visits on Wednesdays, his son Neil on Sundays."
SEATS = "The small hall holds 40 people, the main hall 120."
GUESTS = "For the lunch 34 adults and 11 children have signed up."
BEDS = "The hostel has 22 beds: 14 for men and 8 for women."
RICE = "Serve with rice: 70 g for an adult, 45 g for a child."
BREAKFAST = "Breakfast is served from 6:30 to 10:00, on Sundays until 11:00."
RETURN = "The return is due on 31 January 2027 if you file online, on 31 October 2026 on paper."
ROOMS = "A double for 1,890 NOK and a single for 1,340 NOK a night, breakfast included."
BRINGS = "Bill brings the urn, Priya the tablecloths and Joan the flowers."
STANDS = "Cllr Blythe represents us on the Hall Committee, Cllr Fenwick on the Flood Group."
PRESENT = "Cllr J. Harker (Chair), Cllr P. Odell, Cllr S. Nwosu"
CAIRO = "Roughly then came the founding of the league in Cairo, Egypt in 1928 by Bo."
CLERK = "Ada Lind met Bo Quist, Clerk of the council."
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
        (PREAVIS, "quel est le préavis du bailleur", "huit semaines", "neuf mois"),
        (GYM, "when does the gym close on Sundays", "21:30", "17:00"),
        (DEPOSIT, "deposit for a sailing boat", "€50", "€120"),
        (UNLOCKS, "When does Owen unlock?", "Tuesdays", "Thursdays"),
        (UNLOCKS, "When does Kasia unlock?", "Thursdays", "Tuesdays"),
        (UNLOCKS, "When does Joan unlock?", "Tuesdays", "weekends"),
        (FAMILY, "On which day does Neil visit?", "Wednesdays", "Sundays"),
        (SEATS, "How many people does the main hall hold?", "40", "120"),
        (SEATS, "How many people does the small hall hold?", "120", "40"),
        (GUESTS, "How many children have signed up?", "34", "11"),
        (GUESTS, "How many adults have signed up?", "11", "34"),
        (BEDS, "How many beds are there for women?", "14", "8"),
        (RICE, "How much rice does a child get?", "70 g", "45 g"),
        (BREAKFAST, "When is breakfast on Sundays?", "6:30 to 10:00", "11:00"),
        (BREAKFAST, "When is breakfast?", "11:00", "6:30 to 10:00"),
        (RETURN, "When is the return on paper due?", "31 January 2027", "31 October 2026"),
        (ROOMS, "What is a single a night?", "1,890 NOK", "1,340 NOK"),
        (ROOMS, "What is a double a night?", "1,340 NOK", "1,890 NOK"),
        (UNLOCKS, "Who unlocks on Thursdays?", "Kasia", "Owen"),
        (UNLOCKS, "Who unlocks on Tuesdays?", "Joan", "Kasia"),
        (FAMILY, "Who visits on Sundays?", "Ruth", "his son Neil"),
        (BRINGS, "Who brings the tablecloths?", "Bill", "Priya"),
        (BRINGS, "Who brings the urn?", "Joan", "Bill"),
        (STANDS, "Who represents us on the Flood Group?", "Cllr Blythe", "Cllr Fenwick"),
    ],
)
def test_what_is_told_of_what_is_asked(text: str, question: str, marked: str, right: str) -> None:
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
        (UNLOCKS, "Who unlocks the hall?", "Kasia"),
        (UNLOCKS, "Who unlocks on Thursdays and at weekends?", "Kasia"),
        (GUESTS, "How many have signed up?", "34"),
        (BEDS, "How many beds are there?", "22"),
        (PRESENT, "Who is the chair?", "Cllr J. Harker"),  # a list of names tells nothing of them
        (CAIRO, "Where was the league founded?", "Cairo, Egypt"),
        (CLERK, "Who met the clerk of the council?", "Ada Lind"),  # who is told by his office
        (NOTICE, "what is the landlord's notice", "the tenant"),  # no amount is marked
    ],
)
def test_otherwise_it_stays(text: str, question: str, marked: str) -> None:
    assert moved(text, question, marked) is None


@pytest.mark.parametrize(
    ("text", "question", "marked", "right"),
    [
        ("Adults pay £6, under-16s £4.", "What does a child pay?", "£4", None),
        ("A family room is for £120, a twin for £80.", "What is a room for two?", "£80", None),
        ("The first part is due on 3 May, the last on 7 July.", "When is the final part due?",
         "7 July", None),
        ("The shop opens at 9:00 and closes at 17:30.", "Until when is the shop open?",
         "17:30", None),
        ("The course starts on 3 May and ends on 7 June.", "When is the course over?",
         "7 June", None),
        (BRINGS, "Who brings the blossoms?", "Joan", None),
        (BRINGS, "Who brings the urn?", "Joan", "Bill"),
        (UNLOCKS, "When does Kasia unlock?", "Thursdays", "Tuesdays"),
        (SEATS, "What does the small hall hold?", "120", "40"),
    ],
)  # fmt: skip
def test_what_may_be_called_otherwise_stays(
    text: str, question: str, marked: str, right: str | None
) -> None:
    asked = frozenset(query_terms(question, ["en"]))
    start = text.index(marked)
    found = counterpart(
        text,
        (start, start + len(marked)),
        lambda part: asked.intersection(terms(part, "en")),
        asked,
    )
    assert (text[slice(*found)] if found else None) == right
