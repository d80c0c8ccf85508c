"""Small GGUF files with random weights, and the models that they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import quantize
from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from rag import gguf

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
    if changes.get("sentencepiece"):
        _sentencepiece(writer)
    else:
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


def _sentencepiece(writer: GGUFWriter) -> None:
    """As many tokens in the form of Mistral's and Gemma's vocabularies."""
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokens += ["▁", "s", "t", "▁st"][: len(TOKENS) - len(tokens)]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * 259 + [-float(i) for i in range(len(tokens) - 259)])
    writer.add_token_types([2, 3, 3] + [6] * 256 + [1] * (len(tokens) - 259))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
