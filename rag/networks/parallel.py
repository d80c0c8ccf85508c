"""Batches side by side, each on one core, instead of one after another on all of them.

The products of a small model are so short that two threads which share each of them wait for each
other as long as they work, and much longer where other programs run. Batches need no such waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache, wraps
from threading import Barrier, Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")

_making = Lock()


def one_at_a_time(
    method: Callable[Concatenate[S, P], T],
) -> Callable[Concatenate[S, P], T]:
    """A method that only one thread at a time is in, by the `lock` of its object.

    The tokenizers of transformers are set anew at each call: beside each other, one call's texts
    are cut as another one's should be.
    """

    @wraps(method)
    def alone(self: S, /, *args: P.args, **options: P.kwargs) -> T:
        lock: Any = getattr(self, "lock")  # noqa: B009
        with lock:
            return method(self, *args, **options)

    return alone


def batches(lengths: Sequence[int], most: int, device: str) -> list[list[int]]:
    """Places in `lengths`, each once, in batches of like length, so that little is padded.

    The longest come first, so that running out of memory shows at once. A batch holds at most
    `most` padded tokens, and so few that every thread has two or more: one with a little less to
    do then waits for less.
    """
    if (threads := _threads(device)) > 1:
        most = min(most, sum(lengths) // (2 * threads))
    found: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if not found or lengths[found[-1][0]] * (len(found[-1]) + 1) > most:
            found.append([])
        found[-1].append(i)
    return found


def side_by_side(work: Callable[[S], T], parts: Sequence[S], device: str) -> Iterator[T]:
    """What `work` makes of each part, in their order, as it comes.

    On a CPU as many are worked on at once as torch has threads. Those that nobody takes any more,
    since one has failed or the caller has stopped, are not begun.
    """
    if len(parts) < 2 or _threads(device) < 2:
        yield from map(work, parts)
        return
    with _making:
        pool = _pool(_threads(device))
    tasks = [pool.submit(work, part) for part in parts]
    try:
        for task in tasks:
            yield task.result()
    finally:
        for task in tasks:
            task.cancel()
        wait(tasks)


def _threads(device: str) -> int:
    """How many parts are worked on at once: a GPU takes one after another."""
    import torch

    return torch.get_num_threads() if device.startswith("cpu") else 1


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Threads on each of which torch uses one core."""
    import torch

    started = Barrier(threads + 1)

    def start() -> None:
        torch.get_num_threads()  # takes the number of the others, now and not later
        torch.set_num_threads(1)
        started.wait()

    pool = ThreadPoolExecutor(threads, "side-by-side", initializer=start)
    for _ in range(threads):
        pool.submit(lambda: None)
    started.wait()
    # Each thread has its own number, but new ones begin with the last that was set anywhere.
    torch.set_num_threads(threads)
    return pool
