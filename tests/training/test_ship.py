"""What is shipped is the mean of its runs, and says its checksum."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from rag.networks import lora
from training import ship


def test_adapters_are_averaged_and_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("one", 1.0), ("two", 3.0)):
        (tmp_path / name).mkdir()
        weights = {"0.qkv.a": torch.full((2, 3), value), "norm": torch.full((3,), -value)}
        save_file(weights, tmp_path / name / lora.FILE)
    out = tmp_path / "out"
    folders = [str(tmp_path / name) for name in ("one", "two")]
    monkeypatch.setattr(sys, "argv", ["ship", "--model", *folders, "--out", str(out)])
    ship.main()
    found = load_file(out / lora.FILE)
    assert found["0.qkv.a"].dtype == torch.bfloat16
    assert found["0.qkv.a"].tolist() == [[2.0] * 3] * 2
    assert found["norm"].tolist() == [-2.0] * 3
    digest = hashlib.sha256((out / lora.FILE).read_bytes()).hexdigest()
    assert (out / "SHA256SUMS").read_text() == f"{digest}  {lora.FILE}\n"
