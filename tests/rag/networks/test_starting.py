"""What a short-lived process leaves out of torch comes back before another library needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SHAPES = "torch.linalg.eig(torch.zeros(4, 4, device='meta'))[0].shape"


def run(*lines: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_shape_functions_wait_for_transformers() -> None:
    told = run(
        "import sys; from rag.networks import starting; starting.start(); import torch",
        "print('torch._meta_registrations' in sys.modules, hasattr(torch, '_meta_registrations'))",
        "from rag.networks.quiet import quiet; quiet()",
        f"print({SHAPES}, torch._meta_registrations.__file__.endswith('.py'))",
    )
    assert told == "False False\ntorch.Size([4]) True"


def test_a_model_that_describes_figures_is_loaded_on_a_whole_torch(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    told = run(
        "from rag.networks import starting; starting.start()",
        "from rag.errors import ModelError; from rag.generate.vision import LocalEyes",
        f"try: LocalEyes.load({str(tmp_path)!r}, device='cpu')",
        "except ModelError as error: print(error)",
    )
    assert "can't be used to describe figures" in told


def test_a_wrong_name_is_told_without_torch(tmp_path: Path) -> None:
    command = f"['ask', 'Who?', '-c', 'none', '--index-root', {str(tmp_path)!r}]"
    told = run(
        "import sys; from rag.cli import cli",
        f"try: cli({command})",
        "except SystemExit as end: print(end.code, 'torch' in sys.modules)",
    )
    assert told == "3 False"


def test_a_torch_that_is_there_is_left_as_it_is() -> None:
    assert run(
        "import torch; from rag.networks import starting; starting.start()", f"print({SHAPES})"
    ) == "torch.Size([4])"  # fmt: skip


def test_what_is_imported_is_left_out_of_the_collectors_rounds() -> None:
    told = run(
        "import atexit, gc",
        "atexit.register(lambda: print(gc.get_freeze_count() > imported + 50_000))",
        "from rag.networks import starting; starting.start()",
        "imported = gc.get_freeze_count(); print(gc.isenabled(), imported > 100_000)",
        "made = [[] for _ in range(100_000)]",
    )
    assert told == "True True\nTrue"


def test_a_process_that_collects_nothing_goes_on_so() -> None:
    told = run(
        "import gc; gc.disable()",
        "from rag.networks import starting; starting.start(); print(gc.isenabled())",
    )
    assert told == "False"


def test_who_embeds_and_reads_in_such_a_process_gets_the_same() -> None:
    lines = (
        "from rag.models import Models; from rag.settings import Settings",
        "models = Models(Settings(device='cpu', precision='float32'))",
        "found = models.reader.read('Who built it?', ['Anna Berg built the mill in 1873.'])[0]",
        "print(models.embedder.encode_query('mill').tolist(), found.starts.tolist())",
    )
    started = run("from rag.networks import starting; starting.start()", *lines)
    assert started == run(*lines)
    assert len(started) > 1000
