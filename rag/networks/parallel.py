"""Batches side by side, each on one core, instead of one after another on all of them.

The products of a small model are so short that two threads which share each of them wait for each
other as long as they work, and much longer where other programs run. Batches need no such waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache, partial, wraps
from threading import Barrier, Lock, local
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")

_END = object()
_making = Lock()
_ours = local()
_alone = Lock()
_pools: list[ThreadPoolExecutor] = []  # the one of `in_turn`, once for each of its users


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


def in_turn(method: Callable[P, Iterator[T]]) -> Callable[P, Iterator[T]]:
    """An iterator whose steps are made by a few threads of ours while others are at work as well.

    Each thread that asks gets helpers of its own from OpenMP: ten that ask at once fight for two
    cores, and answer fewer questions than one after the other. A step must hold no lock that the
    next one releases, or those that wait for it could take all threads.
    """

    @wraps(method)
    def made(*args: P.args, **options: P.kwargs) -> Iterator[T]:
        steps = method(*args, **options)
        if getattr(_ours, "here", False) or (threads := _threads("cpu")) < 2:
            yield from steps
            return
        if _alone.acquire(blocking=False):
            try:
                yield from steps
            finally:
                _alone.release()
            return
        with _few(max(1, threads // 4)) as few:
            step = None
            try:
                while True:
                    step = few.submit(next, steps, _END)
                    if (value := step.result()) is _END:
                        return
                    yield value  # type: ignore[misc]
            finally:
                if step is not None:  # whoever breaks off waits, or it could not be closed
                    wait([step])
                cast("Generator[T]", steps).close()

    return made


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


@contextmanager
def _few(threads: int) -> Iterator[ThreadPoolExecutor]:
    """The threads of `in_turn`, for as long as somebody has them.

    While there are more threads with helpers than cores, OpenMP lets none wait awake: one question
    after another would take a tenth longer for ever.
    """
    with _making:
        start = partial(setattr, _ours, "here", True)
        pool = _pools[0] if _pools else ThreadPoolExecutor(threads, "in-turn", initializer=start)
        _pools.append(pool)
    try:
        yield pool
    finally:
        with _making:
            _pools.pop()
            if not _pools:
                pool.shutdown(wait=False)


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
