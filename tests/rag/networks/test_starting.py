"""What a short-lived process leaves out of torch comes back before another library needs it."""

from __future__ import annotations

import subprocess
import sys

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


def test_a_torch_that_is_there_is_left_as_it_is() -> None:
    assert run(
        "import torch; from rag.networks import starting; starting.start()", f"print({SHAPES})"
    ) == "torch.Size([4])"  # fmt: skip


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
