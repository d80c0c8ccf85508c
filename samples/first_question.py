"""Print the first example question."""

import json
from pathlib import Path

with (Path(__file__).parent / "questions.jsonl").open(encoding="utf-8") as stream:
    print(json.loads(stream.readline())["question"])
