import numpy as np
import pytest

from rag.evidence import split
from rag.scoring.explaining import NOTHING, POOR, explaining, points_on, stating
from rag.types import Block
from tests.rag.records import hit


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The attention layers exist once and are shared by all experts.", 1),
        ("Der Turm ist hoch, weil er auf einem Felsen steht.", 1),
        ("因为港口很深。", 1),
        ("Why is it not a model of 56 billion parameters?", NOTHING),
        ("Mixture of experts", POOR),
        ("For more information about routing, see the appendix.", NOTHING),
        ("In the next section you will see how it is done.", NOTHING),
        (
            "See Item 2 of Part I, “Results of Operations”, for the effect of exchange rates.",
            NOTHING,
        ),
        ("For a description of our leases, see Note 4.", NOTHING),
        ("The effect of exchange rates is described in Part II, Item 7A.", POOR),
        ("Weights are updated as is usual, and described in the paper.", 1),
        ("Siehe auch Abschnitt 4, Haftung und Gewährleistung des Vermieters.", NOTHING),
        ("Weitere Einzelheiten zur Kündigung stehen in der Anlage 2.", NOTHING),
        ("Voir aussi la section 4 sur la garantie des appareils.", NOTHING),
        ("Véase el capítulo 3 sobre la garantía de los aparatos.", NOTHING),
        ("See how the roof leaks where the two gutters meet.", 1),
        ("Note that the pump runs dry when the tank is empty.", 1),
        ("Tidepool Backup – frequently asked questions", POOR),
        ("LoRA: tuning on a budget", POOR),
        ("V. Sanh, L. Debut and T. Wolf, DistilBERT, arXiv:1910.01108, 2019.", NOTHING),
        ("Chain of thought | 2022 | No | A few worked examples", POOR),
    ],
)
def test_what_explains_nothing_counts_for_little(text: str, kept: float) -> None:
    hits = [hit(text)]
    even = np.asarray([0.5], np.float32)
    found = explaining(hits, split(hits), even, even)[0]
    assert found == pytest.approx(0.5 * kept)


def test_what_is_near_in_meaning_gains_and_what_is_far_loses() -> None:
    hits = [hit("Ada built the first bridge here. It spans the river at the old mill.")]
    scores = np.asarray([0.5, 0.5], np.float32)
    near, far = explaining(hits, split(hits), scores, np.asarray([0.7, 0.3], np.float32))
    assert 1 > near > 0.5 > far > 0


@pytest.mark.parametrize(
    ("text", "poor"),
    [
        ("Not yet.", False),
        ("FreeBSD is not supported.", False),
        ("还没有", False),
        ("Is there an app?", True),
        ("Supported systems", True),
        ("See Note 4 for all legal proceedings.", True),
        ("This guide covers the repair of pumps.", False),
    ],
)
def test_a_short_sentence_may_say_that_it_is_so(text: str, poor: bool) -> None:
    hits = [hit(text)]
    found = stating(split(hits), np.asarray([0.5], np.float32))[0]
    assert found == pytest.approx(0.5 * (POOR if poor else 1))


def test_the_row_of_a_table_may_say_so_too() -> None:
    hits = [hit("Item | Noise\nDishwasher | 42 dB")]
    found = stating(split(hits), np.asarray([0.5, 0.5], np.float32))
    assert found[1] == 0.5


def test_a_command_explains_how_something_is_done() -> None:
    text = "Rolling back\n\njust rollback production\n\nDeploying\n\njust deploy production"
    landmarks = [
        Block(0, 12, "heading", 1),
        Block(14, 38, "code"),
        Block(40, 49, "heading", 1),
        Block(51, 73, "code"),
    ]
    hits = [hit(text)]
    found = split(hits, {"d1": landmarks})
    back = next(i for i, item in enumerate(found) if item.text == "just rollback production")
    assert found[back].whole == "Rolling back\njust rollback production"
    even = np.full(len(found), 0.5, np.float32)
    assert explaining(hits, found, even, even, how=True)[back] == 0.5
    assert explaining(hits, found, even, even)[back] == pytest.approx(0.5 * POOR)


@pytest.mark.parametrize(
    "text",
    [
        "Check the oil every 1,000 km.",
        "See the caretaker when the heating fails.",
        "Refer to the patient by number only.",
    ],
)
def test_an_order_is_told_from_where_more_is_said(text: str) -> None:
    assert not points_on(text)
    assert points_on("Check out the documentation for details.")
    assert points_on("See the notes to the accounts.")
