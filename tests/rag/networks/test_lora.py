"""The second reader: the language model's weights, changed a little, point at answers."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from rag import weights
from rag.errors import ModelError
from rag.models import SECOND_BASE, SECOND_READER, Models
from rag.networks.llama import Llama
from rag.networks.lora import FILE, LONGEST, LoraSpans
from rag.read import Reader
from rag.settings import Settings

PASSAGE = (
    "The Danube rises in the Black Forest of Germany. It flows south-east for 2,850 km, passing "
    "through four capital cities, before it drains into the Black Sea. Its largest tributary is "
    "the Sava, which joins it at Belgrade."
)


@pytest.fixture(scope="module")
def base() -> Path:
    return weights.resolve(SECOND_BASE, "generator")


@pytest.fixture(scope="module")
def folder() -> Path:
    return weights.resolve(SECOND_READER, "reader")


@pytest.fixture(scope="module")
def llama(base: Path) -> Llama:
    return Llama.load(base, dtype=torch.float32)


@pytest.fixture(scope="module")
def reader(folder: Path, llama: Llama, base: Path) -> Reader:
    return Reader(LoraSpans.load(folder, llama, base))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where does the Danube rise?", "Black Forest"),
        ("How long is the Danube?", "2,850"),
        ("Which river joins the Danube at Belgrade?", "Sava"),
    ],
)
def test_it_finds_answers_and_knows_where_there_is_none(
    reader: Reader, question: str, expected: str
) -> None:
    here, elsewhere = reader.read(question, [PASSAGE, "Sourdough is leavened by wild yeast."])
    best, other = here.best(), elsewhere.best()
    assert best is not None
    assert other is not None
    assert expected in PASSAGE[best.start : best.end]
    assert best.score > 0 > other.score


def test_what_stands_beside_a_passage_changes_nothing(reader: Reader) -> None:
    question = "Where does the Danube rise?"
    alone = reader.read(question, [PASSAGE])[0]
    beside = reader.read(question, ["Short.", PASSAGE, PASSAGE * 2])[1]
    np.testing.assert_array_equal(alone.starts, beside.starts)


def test_a_word_is_read_with_what_follows(reader: Reader) -> None:
    question = "Where does the Danube rise?"
    ending, other = reader.read(question, [PASSAGE, f"{PASSAGE} It freezes in winter."])
    assert np.abs(ending.starts[:5] - other.starts[:5]).max() > 1e-3


def test_a_prompt_is_read_at_once_as_one_token_after_another(llama: Llama) -> None:
    ids, cache = torch.arange(500, 540), llama.cache()
    with torch.inference_mode():
        at_once = llama(ids, llama.cache(), 1)
        singly = [llama(one[None], cache, 1) for one in ids][-1]
    torch.testing.assert_close(at_once, singly, rtol=1e-3, atol=1e-3)


def test_the_language_model_writes_as_before(llama: Llama, reader: Reader) -> None:
    ids = torch.tensor([504, 4335, 15151])
    with torch.inference_mode():
        before = llama(ids, llama.cache(), 1)
        reader.read("Where?", [PASSAGE])
        after = llama(ids, llama.cache(), 1)
    torch.testing.assert_close(before, after, rtol=0, atol=0)


def test_the_end_of_a_very_long_passage_is_left_out(reader: Reader) -> None:
    reading = reader.read("What is this about?", ["word " * (LONGEST + 300)])[0]
    assert len(reading.offsets) == LONGEST
    assert np.isfinite(reading.starts).all()


def test_nothing_at_all_is_read_without_an_error(reader: Reader) -> None:
    assert reader.read("", [""])[0].best() is None


@pytest.mark.parametrize("how", ["missing", "cut off", "lacking a tensor", "of another model"])
def test_a_spoilt_adapter_is_named(
    how: str, folder: Path, llama: Llama, base: Path, tmp_path: Path
) -> None:
    spoilt = tmp_path / "second"
    shutil.copytree(folder, spoilt)
    file = spoilt / FILE
    tensors = load_file(file)
    if how == "missing":
        file.unlink()
    elif how == "cut off":
        file.write_bytes(file.read_bytes()[:1000])
    elif how == "lacking a tensor":
        save_file({n: w for n, w in tensors.items() if n != "3.out.b"}, file)
    else:
        save_file({n: w[..., :-1].contiguous() for n, w in tensors.items()}, file)
    with pytest.raises(ModelError, match=r"adapter\.safetensors"):
        LoraSpans.load(spoilt, llama, base)


def test_the_generator_and_the_second_reader_share_their_weights() -> None:
    models = Models(Settings(device="cpu"))
    second = models.second_reader
    assert second is not None
    assert isinstance(second.model, LoraSpans)
    assert second.model.llama is models.generator.network  # type: ignore[attr-defined]


def test_beside_another_reader_there_is_no_second_one(tmp_path: Path) -> None:
    shipped = weights.resolve("footnote-reader", "reader")
    assert Models(Settings(reader=str(shipped))).second_reader is None
    absent = Models(Settings(cache=str(tmp_path)))
    assert absent.second_reader is None, "nothing is fetched or converted for it"
