"""A converted model computes what the original computes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, GGUFWriter, RopeScalingType
from gguf.quants import quantize
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from rag import gguf
from rag.errors import ModelError

TOKENS = ["<|end|>", "<|user|>", *sorted(ByteLevel.alphabet()), "st", "ea", "stea", "m", "steam"]
TOKENS = list(dict.fromkeys(TOKENS))
MERGES = ["s t", "e a", "st ea", "stea m"]
TEMPLATE = "{% for m in messages %}<|user|>{{ m.content }}<|end|>{% endfor %}"
NAMES = {theirs: ours for ours, theirs in gguf._PARTS.items()}


PLAIN = {"rope_type": "default", "rope_theta": 5000.0}
LLAMA3 = {
    "rope_type": "llama3", "rope_theta": 500_000.0, "factor": 32.0, "low_freq_factor": 1.0,
    "high_freq_factor": 4.0, "original_max_position_embeddings": 8192,
}  # fmt: skip
KINDS = {
    "tied": (LlamaConfig, LlamaForCausalLM, {"tie_word_embeddings": True}),
    "untied": (LlamaConfig, LlamaForCausalLM, {}),
    "llama3": (
        LlamaConfig,
        LlamaForCausalLM,
        {"rope_parameters": LLAMA3, "max_position_embeddings": 16_384},
    ),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM, {}),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM, {"head_dim": 24, "tie_word_embeddings": True}),
}


def random_model(kind: str) -> PreTrainedModel:
    """A random model whose query heads share key heads, as in SmolLM2."""
    torch.manual_seed(0)
    config, of, changes = KINDS[kind]
    about: dict[str, Any] = {
        "vocab_size": len(TOKENS), "hidden_size": 64, "intermediate_size": 96,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "head_dim": 16, "max_position_embeddings": 128, "rope_parameters": PLAIN,
        "tie_word_embeddings": False, "initializer_range": 0.3,
    }  # fmt: skip
    model = of(config(**{**about, **changes})).eval()
    for name, parameter in model.named_parameters():
        if name.endswith("bias") or "_norm" in name:  # which begin as zeros and ones
            parameter.data += 0.3 * torch.randn_like(parameter)
        # So that keeping them as bfloat16 loses nothing.
        parameter.data = parameter.data.to(torch.bfloat16).float()
    return model


@pytest.fixture(scope="module")
def original() -> PreTrainedModel:
    return random_model("tied")


def permute(rows: np.ndarray[Any, Any], heads: int) -> np.ndarray[Any, Any]:
    """What llama.cpp's `convert_hf_to_gguf.py` does to q and k."""
    split = rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:])
    return split.swapaxes(1, 2).reshape(rows.shape)


def write(model: PreTrainedModel, path: Path, kind: GGMLQuantizationType, **changes: Any) -> Path:
    """The model as a GGUF file; `changes` replace the architecture or the tokenizer."""
    config = model.config
    writer = GGUFWriter(path, changes.get("architecture", config.model_type))
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(changes.get("shared", config.num_key_value_heads))
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.head_dim)
    rope = config.rope_parameters
    writer.add_rope_freq_base(rope["rope_theta"])
    if config.model_type == "qwen3":
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    if scaling := changes.get("scaling"):
        writer.add_rope_scaling_type(scaling)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(changes.get("pre", "smollm"))
    writer.add_token_list(TOKENS)
    writer.add_token_types([3, 3] + [1] * (len(TOKENS) - 2))
    writer.add_token_merges(MERGES)
    writer.add_eos_token_id(changes.get("eos", 0))
    writer.add_bos_token_id(1)
    writer.add_chat_template(TEMPLATE)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        values = tensor.numpy()
        if config.model_type == "llama" and ("q_proj" in name or "k_proj" in name):
            heads = "num_attention_heads" if "q_proj" in name else "num_key_value_heads"
            values = permute(values, getattr(config, heads))
        matrix = values.ndim == 2
        used = kind if matrix else GGMLQuantizationType.F32
        writer.add_tensor(_name(name), quantize(values, used), raw_dtype=used)
    if rope["rope_type"] == "llama3":
        factors = gguf.llama3_factors(rope["rope_theta"], config.head_dim, rope["factor"])
        factors = changes.get("factors", factors)
        writer.add_tensor("rope_freqs.weight", factors.astype(np.float32))
    if more := changes.get("more"):
        writer.add_tensor(more, np.ones(64, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _name(name: str) -> str:
    whole = {theirs: ours for ours, theirs in gguf._WHOLE.items()}
    if name in whole:
        return whole[name]
    _, _, layer, *part, kind = name.split(".")
    return f"blk.{layer}.{NAMES['.'.join(part)]}.{kind}"


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
