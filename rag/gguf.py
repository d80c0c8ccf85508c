"""A GGUF file of a llama or Qwen model to a folder that transformers loads.

For the generator that ships, whose weights come as GGUF, and where `rag.generate.llama_cpp` can't
run a person's own file.

transformers reads GGUF too, but wants accelerate for it, expands the weights at each start, and
leaves out how the tokenizer splits digits and how Llama 3 scales its rotations. So the weights are
expanded here once and kept as bfloat16.
The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

# The architectures, by the name that llama.cpp and transformers both have for them, and the class
# of transformers.
_CLASSES = {
    "llama": "LlamaForCausalLM",
    "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM",
}
# The names of llama.cpp (left) and of transformers (right) for the parts of a layer.
_PARTS = {
    "attn_norm": "input_layernorm",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
# What not all have; transformers passes over a tensor without a place, and the model is another.
_NORMED: dict[str, Container[str]] = {"attn_q_norm": ("qwen3",), "attn_k_norm": ("qwen3",)}
_BIASED: dict[str, Container[str]] = {"attn_q": _CLASSES, "attn_k": _CLASSES, "attn_v": _CLASSES}
_BIASED |= {"attn_output": ("llama", "qwen3")}
_WHOLE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
# How much slower Llama 3.1 and later turn each pair of components than Llama 3, one number a pair;
# llama.cpp keeps these numbers, transformers what they are computed from: a factor that differs
# from model to model, and what follows, which does not.
_FACTORS = "rope_freqs.weight"
_LLAMA3 = {
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
# How llama.cpp's tokenizers of these names split text before the merges (`llama-vocab.cpp`);
# None stands for the byte-level split of GPT-2.
_LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_QWEN2_SPLIT = _LLAMA3_SPLIT.replace("{1,3}", "")
_SPLITS = {
    "gpt-2": None,
    "smollm": None,
    "llama-bpe": _LLAMA3_SPLIT,
    "llama-v3": _LLAMA3_SPLIT,
    "llama3": _LLAMA3_SPLIT,
    "qwen2": _QWEN2_SPLIT,
    "deepseek-r1-qwen": _QWEN2_SPLIT,
}
_CONTROL, _USER_DEFINED = 3, 4  # token types
_INSTEAD = (
    "Install the package xllamacpp, with which llama.cpp reads it, or name a folder or hub name "
    "with safetensors instead."
)


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
    try:
        config = _config(meta, {tensor.name: tensor.data for tensor in reader.tensors})
        tokenizer, about = _tokenizer(meta)
    except KeyError as error:
        raise ModelError(f"{source} lacks the entry {error}; it can't be converted.") from error
    except (TypeError, ValueError, IndexError, ZeroDivisionError) as error:
        # Numbers that differ from layer to layer, ids without a token, a head without a width.
        raise ModelError(
            f"{source} tells of its model in a way that is not known ({error}). {_INSTEAD}"
        ) from error
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


def _config(meta: Mapping[str, Any], tensors: Mapping[str, NDArray[np.generic]]) -> dict[str, Any]:
    """The contents of config.json. Of `tensors` only factors of rotations need their values."""
    kind = meta["general.architecture"]
    about = {name.removeprefix(f"{kind}."): value for name, value in meta.items()}
    scaling = about.get("rope.scaling.type", "none")
    if kind not in _CLASSES or "expert_count" in about or scaling != "none":
        what = f"{kind} with experts" if "expert_count" in about else kind
        what += "" if scaling == "none" else f" with rotations scaled by {scaling!r}"
        raise ModelError(
            f"Of GGUF files only plain {', '.join(_CLASSES)} models are converted, not {what}. "
            f"{_INSTEAD}"
        )
    heads, width = int(about["attention.head_count"]), int(about["embedding_length"])
    head_dim = about.get("attention.key_length", about.get("rope.dimension_count", width // heads))
    ends = {meta["tokenizer.ggml.eos_token_id"], meta.get("tokenizer.ggml.eot_token_id")} - {None}
    return {
        "architectures": [_CLASSES[kind]],
        "model_type": kind,
        "hidden_act": "silu",
        "hidden_size": width,
        "intermediate_size": int(about["feed_forward_length"]),
        "num_hidden_layers": int(about["block_count"]),
        "num_attention_heads": heads,
        "num_key_value_heads": int(about.get("attention.head_count_kv", heads)),
        "head_dim": int(head_dim),
        "max_position_embeddings": int(about["context_length"]),
        "rms_norm_eps": float(about["attention.layer_norm_rms_epsilon"]),
        "rope_parameters": _rotations(
            float(about.get("rope.freq_base", 10000.0)), int(head_dim), tensors.get(_FACTORS)
        ),
        "vocab_size": len(meta["tokenizer.ggml.tokens"]),
        "tie_word_embeddings": "output.weight" not in tensors,
        "attention_bias": "blk.0.attn_q.bias" in tensors,
        "mlp_bias": False,
        "bos_token_id": meta.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": sorted(ends) if len(ends) > 1 else ends.pop(),
        "dtype": "bfloat16",
    }


def _rotations(theta: float, size: int, factors: NDArray[np.generic] | None) -> dict[str, Any]:
    """`rope_parameters` of config.json; `factors` (size / 2,) are those of Llama 3.1 and later."""
    if factors is None:
        return {"rope_type": "default", "rope_theta": theta}
    found = np.asarray(factors, dtype=np.float64)
    factor = float(found.max())
    if not np.allclose(found, llama3_factors(theta, size, factor), rtol=1e-3):
        raise ModelError(
            "The rotations of this GGUF file are scaled in a way that is not known. " + _INSTEAD
        )
    return {"rope_type": "llama3", "rope_theta": theta, "factor": factor, **_LLAMA3}


def llama3_factors(theta: float, size: int, factor: float) -> NDArray[np.float64]:
    """How much slower each pair (size / 2,) is turned, as llama.cpp's `convert_hf_to_gguf.py` and
    transformers' `_compute_llama3_parameters` compute it."""
    turns = 2 * np.pi * theta ** (np.arange(0, size, 2) / size)  # positions in a whole turn
    low, high = _LLAMA3["low_freq_factor"], _LLAMA3["high_freq_factor"]
    share = (_LLAMA3["original_max_position_embeddings"] / turns - low) / (high - low)
    share = np.clip(share, 0.0, 1.0)
    found: NDArray[np.float64] = 1.0 / ((1.0 - share) / factor + share)
    return found


def _tokenizer(meta: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """A `tokenizers.Tokenizer` and the contents of tokenizer_config.json."""
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
    )

    kind = meta["tokenizer.ggml.model"], meta.get("tokenizer.ggml.pre", "gpt-2")
    if kind[0] != "gpt2" or kind[1] not in _SPLITS:
        raise ModelError(
            f"The tokenizer {'/'.join(kind)} of this GGUF file is not known. {_INSTEAD}"
        )
    tokens: list[str] = meta["tokenizer.ggml.tokens"]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    merges = [tuple(merge.split(" ", 1)) for merge in meta["tokenizer.ggml.merges"]]
    split = _SPLITS[kind[1]]
    whole = split == _LLAMA3_SPLIT  # a word that is a token is not merged together
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=whole))
    if split == _QWEN2_SPLIT:
        tokenizer.normalizer = normalizers.NFC()
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
        "model_max_length": int(meta[f"{meta['general.architecture']}.context_length"]),
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
    turned = config["model_type"] == "llama"  # Qwen's are stored as transformers has them
    tensors = [tensor for tensor in tensors if tensor.name != _FACTORS]  # which the config tells
    for i, tensor in enumerate(tensors):
        values = np.asarray(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        if turned and ".attn_q." in tensor.name:
            values = unpermute(values, config["num_attention_heads"])
        elif turned and ".attn_k." in tensor.name:
            values = unpermute(values, config["num_key_value_heads"])
        out[_name(tensor.name, config["model_type"])] = torch.from_numpy(values.copy()).to(
            torch.bfloat16
        )
        if progress is not None:
            progress(i + 1, len(tensors))
    save_file(out, path, metadata={"format": "pt"})


def _name(name: str, model: str) -> str:
    if name in _WHOLE:
        return _WHOLE[name]
    match name.split("."):
        case ["blk", layer, part, "weight"] if part in _PARTS and model in _NORMED.get(
            part, _CLASSES
        ):
            return f"model.layers.{layer}.{_PARTS[part]}.weight"
        case ["blk", layer, part, "bias"] if model in _BIASED.get(part, ()):
            return f"model.layers.{layer}.{_PARTS[part]}.bias"
    raise ModelError(f"The tensor {name} has no place in a {model} model; it can't be converted.")


def unpermute(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Rows (heads * d, n) of q or k in the order of transformers.

    llama.cpp rotates neighbouring rows, transformers rotates row i with row i + d/2.
    """
    pairs = rows.reshape(heads, rows.shape[0] // heads // 2, 2, *rows.shape[1:])
    return pairs.swapaxes(1, 2).reshape(rows.shape)
