"""Put trained weights where Footnote loads them from, with their checksums.

    python -m training.ship --model RUN/model [RUN2/model ...] --out rag/weights_data/reader
    python -m training.ship --model RUN [RUN2 ...] --out rag/weights_data/second_reader

Several runs of the same start are averaged (Wortsman et al. 2022, arXiv:2203.05482), adapters as
well: what is averaged there are the narrow products' sides, which stay near to those that all began
with.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from rag.networks.lora import FILE as ADAPTER

FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
# What loading does not need, or what names the machine that the weights were made on.
DROPPED = {
    "_name_or_path",
    "name_or_path",
    "is_local",
    "local_files_only",
    "max_length",
    "stride",
    "truncation_strategy",
    "pad_to_multiple_of",
}


def averaged(folders: list[Path], file: str) -> dict[str, torch.Tensor]:
    """The mean of each weight over the runs, in bf16."""
    runs = [load_file(folder / file) for folder in folders]
    return {
        name: torch.stack([run[name].float() for run in runs]).mean(dim=0).to(torch.bfloat16)
        for name in runs[0]
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    out = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    if (arguments.model[0] / ADAPTER).exists():
        save_file(averaged(arguments.model, ADAPTER), out / ADAPTER, metadata={"format": "pt"})
        _seal(out, [ADAPTER])
    else:
        _ship_model(arguments.model, out)


def _ship_model(folders: list[Path], out: Path) -> None:
    weights = averaged(folders, "model.safetensors")
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    for name in ("config.json", "tokenizer_config.json"):
        settings = json.loads((folders[0] / name).read_text(encoding="utf-8"))
        kept = {key: value for key, value in settings.items() if key not in DROPPED}
        if "dtype" in kept:
            kept["dtype"] = "bfloat16"  # whatever it was trained in
        (out / name).write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    tokenizer = json.loads((folders[0] / "tokenizer.json").read_text(encoding="utf-8"))
    # Both are settings of the last call of the training, not of the tokenizer.
    tokenizer |= {"truncation": None, "padding": None}
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (out / "tokenizer.json").write_text(text, encoding="utf-8")
    _seal(out, FILES)


def _seal(out: Path, files: Sequence[str]) -> None:
    for name in files:
        (out / name).chmod(0o644)
    sums = [f"{hashlib.sha256((out / n).read_bytes()).hexdigest()}  {n}\n" for n in files]
    (out / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


if __name__ == "__main__":
    main()
