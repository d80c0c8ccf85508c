"""Vectors of a segment, searched as they are and by their codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.index import vectors
from rag.index.vectors import Vectors


def stored(
    folder: Path, rows: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch, large: int = 0
) -> Vectors:
    """Rows in files, with codes where they are at least `large`."""
    monkeypatch.setattr(vectors, "LARGE", large)
    monkeypatch.setattr(vectors, "FEW_ROWS", 0)
    vectors.write(folder / "vectors.faiss", [rows], rows.shape[1])
    vectors.write_codes(folder / "codes.faiss", folder / "vectors.faiss")
    return Vectors(folder / "vectors.faiss", folder / "codes.faiss")


def decided(
    stored: Vectors, question: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """What is proposed, scored with the vectors themselves."""
    rows, _ = stored.proposed(question, k, allowed)
    return vectors.best(rows, stored.scores(question, rows), k)


def directions(count: int, dimension: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Vectors, NDArray[np.float32]]:
    rows = directions(2000, 48)
    with pytest.MonkeyPatch.context() as patch:
        return stored(tmp_path_factory.mktemp("many"), rows, patch), rows


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), k=st.integers(1, 60), share=st.sampled_from([0, 0.5, 0.95]))
def test_codes_propose_and_vectors_decide(
    many: tuple[Vectors, NDArray[np.float32]], seed: int, k: int, share: float
) -> None:
    """Whatever is asked: as many rows as wanted, all allowed, with exact scores, best first."""
    stored, rows = many
    random = np.random.default_rng(seed)
    question = directions(1, 48, seed)[0]
    allowed = random.random(len(rows)) >= share if share else None
    found, scores = decided(stored, question, k, allowed)
    assert len(found) == len(set(found.tolist())) == k
    assert allowed is None or allowed[found].all()
    assert np.allclose(scores, rows[found] @ question, atol=1e-6)
    assert (np.diff(scores) <= 0).all()
    wanted, best = stored.search(question, k, allowed)
    assert np.intersect1d(found, wanted).size >= 0.8 * k
    assert scores[0] >= best[0] - 0.1


def test_a_search_by_codes_may_want_more_than_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = directions(40, 16)
    small = stored(tmp_path, rows, monkeypatch)
    assert small.coded == 40
    allowed = np.arange(40) < 7
    found, _ = decided(small, rows[3], 100, allowed)
    assert sorted(found.tolist()) == list(range(7))
    assert found[0] == 3


@pytest.mark.parametrize(("count", "dimension"), [(99, 16), (200, 17)])
def test_few_rows_and_odd_dimensions_have_no_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, dimension: int
) -> None:
    rows = directions(count, dimension)
    plain = stored(tmp_path, rows, monkeypatch, large=100)
    assert plain.coded is None
    found, _ = decided(plain, rows[5], 3, None)
    assert found[0] == 5


def test_the_same_vectors_give_the_same_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        stored(tmp_path / name, directions(1000, 32), monkeypatch)
        files.append((tmp_path / name / "codes.faiss").read_bytes())
    assert files[0] == files[1]


def test_a_file_that_was_tidied_up_is_not_found(tmp_path: Path) -> None:
    """Not FAISS's RuntimeError: a reader that lost a race with a writer tries again on this."""
    with pytest.raises(FileNotFoundError) as caught:
        Vectors(tmp_path / "vectors.faiss")
    assert caught.value.filename == str(tmp_path / "vectors.faiss")


def test_a_search_leaves_the_threads_of_others_alone(tmp_path: Path) -> None:
    """Imported after torch, FAISS sets torch's threads where it sets its own."""
    vectors.write(tmp_path / "vectors.faiss", [directions(300, 8)], 8)
    script = (
        "import sys, torch; torch.set_num_threads(2)\n"
        "import numpy as np; from pathlib import Path; from rag.index.vectors import Vectors\n"
        "Vectors(Path(sys.argv[1])).search(np.ones(8, np.float32), 5, None)\n"
        "print(torch.get_num_threads())"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "vectors.faiss")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2"
