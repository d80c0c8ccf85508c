from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rag.networks.parallel import batches, in_turn, side_by_side


@given(st.lists(st.integers(1, 600), max_size=60), st.integers(1, 2000))
def test_batches_hold_each_place_once_and_no_more_than_they_may(
    lengths: list[int], most: int
) -> None:
    for device in ("cpu", "cuda"):
        found = batches(lengths, most, device)
        assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
        for batch in found:
            assert len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= most
        ordered = [lengths[i] for batch in found for i in batch]
        assert ordered == sorted(lengths, reverse=True)


def test_on_a_gpu_a_batch_is_as_large_as_it_may_be() -> None:
    assert batches([10, 500, 20, 30, 5], 120, "cuda") == [[1], [3, 2, 0, 4]]
    assert batches([], 120, "cuda") == []


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_every_thread_has_work() -> None:
    assert len(batches([100] * 8, 10_000, "cpu")) == 4
    assert len(batches([100] * 8, 10_000, "cuda")) == 1


@pytest.mark.usefixtures("two_threads")
def test_parts_are_worked_on_at_once_by_threads_of_one_core() -> None:
    both = threading.Barrier(2, timeout=60)

    def work(part: int) -> tuple[int, int]:
        if part < 2:
            both.wait()  # passes only if two are at work
        return part, torch.get_num_threads()

    assert list(side_by_side(work, range(6), "cpu")) == [(i, 1) for i in range(6)]
    assert torch.get_num_threads() == 2
    later: list[int] = []
    thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert later == [2]


@pytest.mark.usefixtures("two_threads")
def test_a_failure_is_raised_and_what_nobody_takes_is_not_begun() -> None:
    begun = []

    def work(part: int) -> int:
        begun.append(part)
        if part == 1:
            raise ValueError("part 1")
        time.sleep(0.01)
        return part

    taken = []
    with pytest.raises(ValueError, match="part 1"):
        taken.extend(side_by_side(work, range(1000), "cpu"))
    assert len(begun) < 1000
    some = side_by_side(lambda part: part, range(1000), "cpu")
    assert next(some) == 0
    some.close()


def test_a_gpu_takes_one_after_another() -> None:
    caller = threading.current_thread()
    made = side_by_side(lambda part: threading.current_thread() is caller, range(3), "cuda")
    assert list(made) == [True, True, True]


@in_turn
def steps(count: int, seen: list[str], together: threading.Barrier | None = None) -> Iterator[int]:
    try:
        for i in range(count):
            seen.append(threading.current_thread().name)
            if together is not None and i == 0:
                together.wait()
            if i == 7:
                raise ValueError("seven")
            yield i
    finally:
        seen.append("closed")


@pytest.mark.usefixtures("two_threads")
def test_who_asks_while_another_is_at_work_gets_the_same_from_a_thread_of_ours() -> None:
    first, second, third = list[str](), list[str](), list[str]()
    one = steps(3, first)
    assert next(one) == 0
    assert list(steps(3, second)) == [0, 1, 2]
    assert set(second) == {"in-turn_0", "closed"}
    other = steps(9, third)
    assert next(other) == 0
    other.close()  # as by somebody who stops listening
    assert third[-1] == "closed"
    with pytest.raises(ValueError, match="seven"):
        list(steps(9, third))
    assert list(one) == [1, 2]
    assert set(first) == {threading.current_thread().name, "closed"}
    assert list(steps(2, alone := list[str]())) == [0, 1]
    assert alone == [threading.current_thread().name] * 2 + ["closed"]


@pytest.mark.usefixtures("two_threads")
def test_threads_of_ours_end_when_nobody_needs_them() -> None:
    one = steps(2, [])
    next(one)
    seen = list[str]()
    both = threading.Barrier(2, timeout=60)
    asked = threading.Thread(target=lambda: list(steps(2, seen, both)))
    asked.start()
    both.wait()
    asked.join()
    [ours] = {name for name in seen if name != "closed"}
    while any(thread.name == ours for thread in threading.enumerate()):
        time.sleep(0.01)
    assert list(one) == [1]


@pytest.mark.usefixtures("two_threads")
def test_many_at_once_each_get_their_own() -> None:
    def ask(i: int) -> list[int]:
        return list(steps(1 + i % 6, []))

    with ThreadPoolExecutor(10) as people:
        assert list(people.map(ask, range(60))) == [list(range(1 + i % 6)) for i in range(60)]
