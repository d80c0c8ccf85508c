"""Where models run: the device, the number of threads, the number format.

Threads are set here, where batches run side by side and for a search in `rag.index.vectors`, so
that torch, FAISS and the tokenizers do not fight for the same few cores.
"""

from __future__ import annotations

import ctypes
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import ModelError
from rag.hub.remembered import read_json, write_json

# A format that is faster by less than this is within the noise of a shared machine.
WORTHWHILE = 1.15
FLOATS = ("float32", "bfloat16")  # what any model can be run in

T = TypeVar("T")


def pick(device: str = "auto") -> str:
    """The torch device for a setting: `auto` takes CUDA, then Apple's MPS, then the CPU.

    Raises:
        ModelError: the named device is not there.
    """
    import torch

    set_threads()
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if device == "auto":
        return next(name for name, present in there.items() if present)
    if not there.get(device.partition(":")[0], False):
        raise ModelError(f"There is no device {device!r} here. Set device to auto or cpu.")
    return device


def cores() -> int:
    """How many cores this process may use; `taskset` and containers count."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def threads() -> int:
    """How many threads a model runs with: as many as there are cores, or OMP_NUM_THREADS."""
    # "4,2" is threads for each level of nesting; what is no number is OpenMP's to complain about.
    said = (os.environ.get("OMP_NUM_THREADS") or "").partition(",")[0].strip()
    return (int(said) if said.isdecimal() else 0) or cores()


def set_threads() -> None:
    """Give torch as many threads as there are cores, unless OMP_NUM_THREADS says otherwise, one in
    a process that was forked, and numpy's products one, unless OPENBLAS_NUM_THREADS does.

    OpenBLAS has threads of its own, which after each product go on spinning, on the cores that
    torch needs: with two a search took twice as long (benchmarks/LOG.md).
    """
    import torch
    from threadpoolctl import threadpool_limits

    if not os.environ.get("OPENBLAS_NUM_THREADS"):
        threadpool_limits(1, user_api="blas")

    wanted = threads() if os.getpid() == _first_process() else 1
    if torch.get_num_threads() != wanted:
        torch.set_num_threads(wanted)


@cache
def _first_process() -> int:
    """The process that ran models first; those that are forked from it run them on one thread.

    They have none of the threads that OpenMP goes on believing in, and would wait for them for
    ever. So do the loaders of torch's own data sets.
    """
    import torch

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))
    return os.getpid()


def release() -> None:
    """Give memory that is free again back to the system, which glibc does not do by itself.

    Loading a model needs several times its size for a moment.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def native_bfloat16(device: str) -> bool:
    """Does the device multiply bfloat16 in hardware?

    Emulated bfloat16 is up to 100 times slower than float32, so this is asked before anything is
    timed: a probe would take minutes.
    """
    import torch

    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device != "cpu":
        return False
    able: Mapping[str, Any] = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def int8_levels(device: str) -> int:
    """How far from 0 weights in bytes may be where bytes are multiplied; 0 where they are not.

    Without VNNI the products of two pairs of bytes are added in 16 bits, which holds 255 x 63 x 2.
    0, too, for a torch that does not have the products of `rag.networks.int8`, which are
    not part of its public interface.
    """
    import torch

    able: Mapping[str, Any] = torch.cpu.get_capabilities() if device == "cpu" else {}
    there = hasattr(torch.ops.onednn, "qlinear_prepack") and hasattr(
        torch.ops.onednn, "qlinear_pointwise"
    )
    if there and (able.get("avx512_vnni") or able.get("amx_int8")):
        return 127
    return 63 if there and able.get("avx2") else 0


def formats(device: str) -> tuple[str, ...]:
    """The number formats worth timing on a device, the most exact one first."""
    more = {"bfloat16": native_bfloat16(device), "int8": int8_levels(device) > 0}
    return ("float32", *(name for name, able in more.items() if able))


def fastest(ways: Mapping[str, Callable[[], T]], fits: Callable[[T, T], bool]) -> str:
    """The fastest way of doing the same thing, by its name.

    Ways are timed in turns, since other programs run beside us.

    Args:
        ways: the most exact one first, which needs no check; another one has to be faster than
            those before it by more than noise.
        fits: is a result, given second, near enough to that of the first way?
    """
    seconds = dict.fromkeys(ways, float("inf"))
    results: dict[str, T] = {}
    for _ in range(4):
        for name, way in ways.items():
            start = time.perf_counter()
            results[name] = way()
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    first = best = next(iter(ways))
    for name in ways:
        faster = seconds[best] > WORTHWHILE * seconds[name]
        if name != first and faster and fits(results[first], results[name]):
            best = name
    return best


def choose_precision(
    precision: str,
    device: str,
    model: str,
    probe: Callable[[], str],
    cache: Path,
    among: Sequence[str] = FLOATS,
) -> str:
    """`float32`, `bfloat16` or, for encoders, `int8`: the number format of a model on a device.

    Args:
        precision: the setting; anything but `auto` is returned as it is.
        model: what identifies model and use, such as `embed/all-MiniLM-L6-v2/53aa51172d14`.
        probe: times the formats and names the best one. It runs once for each machine, library
            version and model; the result is kept in `cache`/precision.json.
        among: the formats that the model can be run in. Where the device is good at one of them
            only, nothing is timed.
    """
    if precision != "auto":
        return precision
    there = [name for name in formats(device) if name in among]
    if there == ["float32"]:
        return "float32"
    store = cache / "precision.json"
    # The same weights may be run by another program, in other formats: one with prompts is.
    key = f"{model} in {'/'.join(there)} on {device} {_machine(device)}"
    known = read_json(store)
    if key not in known:
        write_json(store, {**read_json(store), key: probe()})
        known = read_json(store) or {key: "float32"}
    return str(known.get(key, "float32"))


def _machine(device: str) -> str:
    import torch

    if device.startswith("cuda"):
        return f"{torch.cuda.get_device_name(device)} torch {torch.__version__}"
    able: Mapping[str, Any] = torch.cpu.get_capabilities()
    name = able.get("cpu_name") or platform.processor() or platform.machine()
    bits = "".join(
        str(int(bool(able.get(flag))))
        for flag in ("avx2", "avx512_f", "avx512_bf16", "amx_bf16", "avx512_vnni", "amx_int8")
    )
    return f"{name} {bits} x{torch.get_num_threads()} torch {torch.__version__}"
