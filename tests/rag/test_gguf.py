"""A converted model computes what the original computes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, RopeScalingType
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, PreTrainedModel
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from rag import gguf
from rag.errors import ModelError
from tests.rag.gguf_files import KINDS, LLAMA3, TOKENS, permute, random_model, write


@pytest.fixture(scope="module")
def original() -> PreTrainedModel:
    return random_model("tied")


@pytest.mark.parametrize("model", KINDS)
@pytest.mark.parametrize("kind", [GGMLQuantizationType.F32, GGMLQuantizationType.Q8_0])
def test_logits_are_those_of_the_original(
    model: str, kind: GGMLQuantizationType, tmp_path: Path
) -> None:
    original, seen = random_model(model), list[tuple[int, int]]()
    gguf.convert(
        write(original, tmp_path / "m.gguf", kind), _new(tmp_path), lambda *x: seen.append(x)
    )
    converted = AutoModelForCausalLM.from_pretrained(tmp_path / "m", dtype=torch.float32)
    # What Llama 3 scales turns so slowly that forty positions would not show it.
    ids = torch.arange(3000 if model == "llama3" else 40)[None] % len(TOKENS)
    with torch.inference_mode():
        ours, theirs = converted(ids).logits, original(ids).logits
    if kind == GGMLQuantizationType.F32:
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)
    else:  # eight bits a weight: alike, not the same
        assert torch.corrcoef(torch.stack([ours.flatten(), theirs.flatten()]))[0, 1] > 0.99
    assert seen[-1][0] == seen[-1][1]
    assert all(
        t.dtype == torch.bfloat16 for t in load_file(tmp_path / "m/model.safetensors").values()
    )


def _new(parent: Path) -> Path:
    folder = parent / "m"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def folder(original: PreTrainedModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    parent = tmp_path_factory.mktemp("gguf")
    gguf.convert(write(original, parent / "m.gguf", GGMLQuantizationType.F32), _new(parent))
    return parent / "m"


def test_transformers_reads_the_tokenizer_and_its_template(folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.tokenize("steam 12") == ["steam", "Ġ", "1", "2"]
    assert tokenizer.eos_token == "<|end|>"
    turns = [{"role": "user", "content": "m"}]
    ids = tokenizer.apply_chat_template(turns)["input_ids"]
    assert tokenizer.convert_ids_to_tokens(ids) == ["<|user|>", "m", "<|end|>"]


@given(text=st.text())
def test_tokens_decode_to_the_text(folder: Path, text: str) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))
def test_unpermuting_undoes_permuting(heads: int, pairs: int, width: int) -> None:
    rows = np.arange(heads * pairs * 2 * width, dtype=np.float32).reshape(-1, width)
    assert np.array_equal(gguf.unpermute(permute(rows, heads), heads), rows)


@pytest.mark.parametrize(
    "change", [{"architecture": "mamba"}, {"pre": "tekken"}, {"scaling": RopeScalingType.YARN}]
)
def test_what_is_not_known_is_refused(
    original: PreTrainedModel, tmp_path: Path, change: dict[str, Any]
) -> None:
    source = write(original, tmp_path / "m.gguf", GGMLQuantizationType.F32, **change)
    with pytest.raises(ModelError, match="safetensors instead"):
        gguf.convert(source, _new(tmp_path))


@pytest.mark.parametrize(
    ("model", "change"),
    [("tied", {"shared": [2, 1]}), ("tied", {"eos": 10_000}), ("llama3", {"factors": np.ones(3)})],
)
def test_what_is_told_in_another_way_is_refused(
    tmp_path: Path, model: str, change: dict[str, Any]
) -> None:
    source = write(random_model(model), tmp_path / "m.gguf", GGMLQuantizationType.F32, **change)
    with pytest.raises(ModelError, match="safetensors instead"):
        gguf.convert(source, _new(tmp_path))


@pytest.mark.parametrize(
    ("model", "tensor"),
    [("tied", "blk.0.ffn_down.bias"), ("tied", "blk.1.attn_norm.bias"),
     ("tied", "blk.0.attn_q_norm.weight"), ("qwen2", "blk.0.attn_output.bias"),
     ("qwen3", "blk.0.ffn_gate_inp.weight")],
)  # fmt: skip
def test_no_tensor_is_passed_over(tmp_path: Path, model: str, tensor: str) -> None:
    change = {"more": tensor}
    source = write(random_model(model), tmp_path / "m.gguf", GGMLQuantizationType.F32, **change)
    with pytest.raises(ModelError, match=f"{tensor} has no place"):
        gguf.convert(source, _new(tmp_path))


def test_rotations_that_are_scaled_in_another_way_are_refused(tmp_path: Path) -> None:
    change = {"factors": np.linspace(1.0, 32.0, 8)}
    source = write(random_model("llama3"), tmp_path / "m.gguf", GGMLQuantizationType.F32, **change)
    with pytest.raises(ModelError, match="scaled in a way that is not known"):
        gguf.convert(source, _new(tmp_path))


@pytest.mark.parametrize("factor", [8.0, 32.0])
def test_the_factors_of_llama_3_are_those_of_transformers(factor: float) -> None:
    config = LlamaConfig(head_dim=64, rope_parameters=LLAMA3 | {"factor": factor})
    turned, _ = ROPE_INIT_FUNCTIONS["llama3"](config, torch.device("cpu"))
    plain = 500_000.0 ** -(np.arange(0, 64, 2) / 64)
    found = gguf.llama3_factors(500_000.0, 64, factor)
    np.testing.assert_allclose(plain / found, turned.numpy(), rtol=1e-5)


@pytest.mark.parametrize("pre", ["llama-bpe", "qwen2"])
def test_words_are_split_as_their_tokenizer_splits(
    original: PreTrainedModel, tmp_path: Path, pre: str
) -> None:
    source = write(original, tmp_path / "m.gguf", GGMLQuantizationType.F32, pre=pre)
    gguf.convert(source, _new(tmp_path))
    tokenizer = Tokenizer.from_file(str(tmp_path / "m/tokenizer.json"))
    splits = [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str("It's 12345 m")]
    numbers = ["123", "45"] if pre == "llama-bpe" else list("12345")
    assert splits == ["It", "'s", "Ġ", *numbers, "Ġm"]


def test_damaged_files_are_refused(original: PreTrainedModel, tmp_path: Path) -> None:
    source = write(original, tmp_path / "m.gguf", GGMLQuantizationType.F32)
    whole = source.read_bytes()
    for i, part in enumerate((b"", whole[:3], whole[:20], whole[: len(whole) // 2], b"x" * 999)):
        source.write_bytes(part)
        (tmp_path / str(i)).mkdir()
        with pytest.raises(ModelError, match="GGUF"):
            gguf.convert(source, tmp_path / str(i))
