"""Logistic regressions, and how they are read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import evidence
from rag.errors import ModelError
from rag.scoring.calibration import Logistic, load, log_odds

FITTED = {"yes": {"features": ["near", "far"], "weights": [2.0, -1.0], "bias": 0.5}}


def written(folder: Path, text: str) -> Path:
    file = folder / "calibration.json"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_regression_says_how_likely_each_row_is(tmp_path: Path) -> None:
    fitted = load("yes", ("near", "far"), written(tmp_path, json.dumps(FITTED)))
    rows = np.asarray([[0, 0.5], [1, 0], [0, 3]], np.float32)
    assert fitted.logits(rows).tolist() == [0.0, 2.5, -2.5]
    assert fitted(rows).tolist() == pytest.approx([0.5, 0.924, 0.076], abs=1e-3)
    assert fitted(rows[:0]).shape == (0,)


def test_those_that_are_shipped_are_of_the_features_that_are_measured() -> None:
    assert load("sentence", evidence.FEATURES).features == evidence.FEATURES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps({}), "no regression 'yes'"),
        ("{", "no regression 'yes'"),
        (json.dumps({"yes": [1, 2]}), "no regression 'yes'"),
        (json.dumps({"yes": {**FITTED["yes"], "bias": "high"}}), "no regression 'yes'"),
        (json.dumps({"yes": {**FITTED["yes"], "features": ["far", "near"]}}), "far, near"),
        (json.dumps({"yes": {**FITTED["yes"], "weights": [2.0]}}), "no regression 'yes'"),
        (json.dumps({"yes": {**FITTED["yes"], "weights": ["a", "b"]}}), "no regression 'yes'"),
    ],
)
def test_a_file_that_does_not_fit_is_named_with_the_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ModelError, match=r"training/calibrate\.py") as raised:
        load("yes", ("near", "far"), file)
    assert str(file) in str(raised.value)
    assert said in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Reinstall Footnote"):
        load("yes", ("near", "far"), tmp_path / "nothing.json")


@given(st.floats(0.001, 0.999))
def test_log_odds_undo_a_regression(probability: float) -> None:
    same = Logistic(("x",), (1.0,), 0.0)
    rows = np.asarray([[log_odds(probability)]], np.float32)
    assert same(rows)[0] == pytest.approx(probability, abs=1e-4)


def test_no_probability_is_infinitely_sure() -> None:
    sure, never = log_odds(np.asarray([1.0, 0.0]))
    assert sure == pytest.approx(-never) == pytest.approx(log_odds(0.9999))
    assert log_odds(1.0, least=0.1) == pytest.approx(log_odds(0.9))
