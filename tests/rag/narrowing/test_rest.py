"""Names in a question, and the question without them."""

from __future__ import annotations

import pytest

from rag.narrowing.identity import Name
from rag.narrowing.rest import han, proper, without_han


def name(run: str) -> Name:
    return Name(run, run, f"{run}.txt", (), *[frozenset[str]()] * 3, (), (run,))


@pytest.mark.parametrize(
    ("question", "title", "left"),
    [
        ("李秀英的血压是多少？", "体检报告李秀英", "血压是多少？"),
        ("电饭煲保修几年？", "电饭煲说明书", "保修几年？"),
        # what is asked for stays
        ("张三的电话号码是多少？", "电话号码表", "张三的电话号码是多少？"),
        ("仓库负责人是谁？", "负责人名单", "仓库负责人是谁？"),
        ("王老师办公室在哪里？", "办公室分布", "王老师办公室在哪里？"),
        ("瑜伽的课程价格？", "课程价格", "瑜伽的课程价格？"),
    ],
)
def test_a_chinese_question_without_the_name(question: str, title: str, left: str) -> None:
    assert without_han(question, [name(title)]) == left


def test_the_longest_piece_names() -> None:
    assert name("电饭煲说明书").han_in("电饭煲说明在哪？") == "电饭煲说明"
    assert name("电饭煲说明书").han_in("电饭锅说明在哪？") == ""


class Searched(str):
    """A question that counts how often it is searched."""

    times = 0

    def __contains__(self, piece: str) -> bool:
        self.times += 1
        return super().__contains__(piece)


def test_long_names_of_many_documents_take_little_time() -> None:
    known = [name("".join(chr(0x4E00 + (n * m) % 20000) for m in range(100))) for n in range(2000)]
    chinese, english = Searched("李秀英的血压是多少？"), Searched("What does it cost to wash?")
    assert han(chinese, known) == han(english, known) == set()
    assert chinese.times <= len(known) * 100, "once for each place in each name"
    assert english.times == 0


def test_a_sign_of_multiplication_is_no_name() -> None:
    assert list(proper("What does the 90 × 200 mattress cost?")) == []
    assert list(proper("Wann kommt Frau Öztürk?")) == ["Frau Öztürk"]
