"""A GGUF file of the llama architecture to a folder that transformers loads.

transformers reads GGUF too, but keeps the weights quantised, which is slow on a CPU, and leaves
out how the tokenizer splits digits. So the weights are expanded here once and kept as bfloat16.
The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

# The names of llama.cpp (left) and of transformers (right) for the parts of a layer.
_PARTS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_WHOLE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
# How llama.cpp's tokenizers of these names split text before the merges (`llama-vocab.cpp`);
# None stands for the byte-level split of GPT-2.
_LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_SPLITS = {
    "gpt-2": None,
    "smollm": None,
    "llama-bpe": _LLAMA3_SPLIT,
    "qwen2": _LLAMA3_SPLIT.replace("{1,3}", ""),
}
_CONTROL, _USER_DEFINED = 3, 4  # token types


def convert(source: Path, folder: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Write config, tokenizer and weights of `source` into the existing empty `folder`.

    Args:
        progress: called with the tensors done and the tensors in all.

    Raises:
        ModelError: the file is damaged, of another architecture, or has an unknown tokenizer.
        OSError: `folder` can't be written.
    """
    from gguf import GGUFReader

    try:
        reader = GGUFReader(source)
        meta = {name: field.contents() for name, field in reader.fields.items()}
    except (ValueError, IndexError, KeyError) as error:
        raise ModelError(f"{source} is not a whole GGUF file: {error}.") from error
    names = {tensor.name for tensor in reader.tensors}
    try:
        config = _config(meta, names)
        tokenizer, about = _tokenizer(meta)
    except KeyError as error:
        raise ModelError(f"{source} lacks the entry {error}; it can't be converted.") from error
    tokenizer.save(str(folder / "tokenizer.json"))
    _write(folder / "config.json", config)
    _write(folder / "tokenizer_config.json", about)
    ends = {"bos_token_id": config["bos_token_id"], "eos_token_id": config["eos_token_id"]}
    _write(folder / "generation_config.json", ends)
    if template := meta.get("tokenizer.chat_template"):
        (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    _weights(reader.tensors, config, folder / "model.safetensors", progress)


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")


def _config(meta: Mapping[str, Any], tensors: set[str]) -> dict[str, Any]:
    architecture = meta["general.architecture"]
    if architecture != "llama" or "llama.expert_count" in meta or "rope_freqs.weight" in tensors:
        raise ModelError(
            f"Of GGUF files only plain llama models are converted, not {architecture} with experts "
            "or scaled rotations. Name the model's folder or hub name with safetensors instead."
        )
    heads = int(meta["llama.attention.head_count"])
    width = int(meta["llama.embedding_length"])
    ends = {meta["tokenizer.ggml.eos_token_id"], meta.get("tokenizer.ggml.eot_token_id")} - {None}
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": width,
        "intermediate_size": int(meta["llama.feed_forward_length"]),
        "num_hidden_layers": int(meta["llama.block_count"]),
        "num_attention_heads": heads,
        "num_key_value_heads": int(meta.get("llama.attention.head_count_kv", heads)),
        "head_dim": int(meta.get("llama.rope.dimension_count", width // heads)),
        "max_position_embeddings": int(meta["llama.context_length"]),
        "rms_norm_eps": float(meta["llama.attention.layer_norm_rms_epsilon"]),
        "rope_theta": float(meta.get("llama.rope.freq_base", 10000.0)),
        "vocab_size": len(meta["tokenizer.ggml.tokens"]),
        "tie_word_embeddings": "output.weight" not in tensors,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": meta.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": sorted(ends) if len(ends) > 1 else ends.pop(),
        "dtype": "bfloat16",
    }


def _tokenizer(meta: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """A `tokenizers.Tokenizer` and the contents of tokenizer_config.json."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

    kind = meta["tokenizer.ggml.model"], meta.get("tokenizer.ggml.pre", "gpt-2")
    if kind[0] != "gpt2" or kind[1] not in _SPLITS:
        raise ModelError(
            f"The tokenizer {'/'.join(kind)} of this GGUF file is not known. "
            "Name the model's folder or hub name with safetensors instead."
        )
    tokens: list[str] = meta["tokenizer.ggml.tokens"]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    merges = [tuple(merge.split(" ", 1)) for merge in meta["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    split = _SPLITS[kind[1]]
    steps: list[Any] = [pre_tokenizers.Digits(individual_digits=True)] * (kind[1] == "smollm")
    if split is not None:
        steps.append(pre_tokenizers.Split(Regex(split), behavior="isolated"))
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=split is None))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    types = meta.get("tokenizer.ggml.token_type") or [1] * len(tokens)
    for token, role in zip(tokens, types, strict=True):
        if role == _CONTROL:
            tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False)])
        elif role == _USER_DEFINED:
            tokenizer.add_tokens([AddedToken(token, normalized=False)])
    about: dict[str, Any] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": int(meta["llama.context_length"]),
        "clean_up_tokenization_spaces": False,
        "add_bos_token": bool(meta.get("tokenizer.ggml.add_bos_token", False)),
    }
    for ours, theirs in (("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding")):
        if (i := meta.get(f"tokenizer.ggml.{theirs}_token_id")) is not None:
            about[f"{ours}_token"] = tokens[i]
    return tokenizer, about


def _weights(
    tensors: Any,
    config: Mapping[str, Any],
    path: Path,
    progress: Callable[[int, int], None] | None,
) -> None:
    import torch
    from gguf.quants import dequantize
    from safetensors.torch import save_file

    out: dict[str, torch.Tensor] = {}
    for i, tensor in enumerate(tensors):
        values = np.asarray(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        if ".attn_q." in tensor.name:
            values = unpermute(values, config["num_attention_heads"])
        elif ".attn_k." in tensor.name:
            values = unpermute(values, config["num_key_value_heads"])
        out[_name(tensor.name)] = torch.from_numpy(values.copy()).to(torch.bfloat16)
        if progress is not None:
            progress(i + 1, len(tensors))
    save_file(out, path, metadata={"format": "pt"})


def _name(name: str) -> str:
    if name in _WHOLE:
        return _WHOLE[name]
    _, layer, part, *rest = name.split(".")
    if part not in _PARTS or rest != ["weight"]:
        raise ModelError(f"The tensor {name} has no place in a llama model; it can't be converted.")
    return f"model.layers.{layer}.{_PARTS[part]}.weight"


def unpermute(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Rows (heads * d, n) of q or k in the order of transformers.

    llama.cpp rotates neighbouring rows, transformers rotates row i with row i + d/2.
    """
    pairs = rows.reshape(heads, rows.shape[0] // heads // 2, 2, *rows.shape[1:])
    return pairs.swapaxes(1, 2).reshape(rows.shape)
