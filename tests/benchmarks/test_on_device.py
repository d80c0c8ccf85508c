"""The comparison of two devices works; says nothing of time."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from benchmarks import on_device


def test_a_device_agrees_with_itself(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    text = "The harbour of Brennau was built in 1873 by Ada Finch. It has two cranes of steel."
    (documents / "harbour.txt").write_text(text)
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({"question": "When was the harbour of Brennau built?"}) + "\n")
    options = ["--questions", str(questions), "--device", "cpu", "--texts", "4"]
    done = CliRunner().invoke(on_device.main, [str(documents), *options])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["same spans"] == found["hits in common"] == found["same answers, auto"] == 1
    assert found["cpu"]["texts"] == 4
