"""The word that a Chinese question is about, and whether the passages have its characters."""

from __future__ import annotations

import time

import pytest

from rag.question.chinese_thing import is_unheard_of, thing
from rag.types import Hit

TEXT = "整机保修三年，电机保修十年。物业费由甲方承担。图书馆上午10点开门。加冰糖30克。"


def hit(text: str = TEXT, path: str = "/docs/notes.txt") -> Hit:
    return Hit("d", path, "", None, 0, len(text), text, (), 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("微波炉保修几年？", "微波炉"),
        ("网费由谁承担？", "网费"),
        ("健身房周六几点开门？", "健身房"),
        ("請問圖書館什麼時候開放？", "圖書館"),
        ("冰箱的单价是多少？", "冰箱"),
        ("暖气费多少钱？", "暖气费"),
        ("红烧肉要放多少盐？", "盐"),
        ("谁是副主任？", "副主任"),
        ("数学老师是谁？", "数学老师"),
        ("会议室在哪里?", "会议室"),
        ("这位领袖是谁？", ""),
        ("他什么时候开始上课？", ""),
        ("2022年的支出是多少？", ""),
        ("李秀英的尿酸是多少？", "尿酸"),
        ("江南苑的取暖费由谁承担？", "取暖费"),
        ("李秀英的年龄是多少？", ""),
        ("王芳家的网费要多少钱？", "网费"),
        # what is told in other words
        ("鲁迅的妻子是谁？", ""),
        ("公司的总部在哪里？", ""),
        ("手机的重量是多少？", ""),
        ("会员的折扣是多少？", ""),
        ("老师的工资是多少？", ""),
        ("为什么微波炉不保修？", ""),
        ("How much is 冰糖?", ""),
        ("巧克力多少钱？", "巧克力"),
        ("面粉放多少克？", ""),
        ("盐放多少勺？", ""),
        ("一共多少钱？", ""),
        ("现在几点开门？", ""),
        ("图书馆现在几点开门？", ""),
    ],
)
def test_the_word_that_a_question_is_about(question: str, word: str) -> None:
    assert thing(question) == word


@pytest.mark.parametrize(
    ("question", "unheard"),
    [
        ("微波炉保修几年？", True),
        ("网费由谁承担？", True),
        ("红烧肉要放多少盐？", True),
        ("电机保修几年？", False),
        ("物业费由谁承担？", False),
        ("图书馆几点开门？", False),
        ("圖書館幾點開門？", False),  # written in the other way
        ("红烧肉要放多少冰糖？", False),
    ],
)
def test_what_no_passage_has_the_characters_of(question: str, unheard: bool) -> None:
    assert is_unheard_of(question, [hit()]) is unheard


def test_passages_in_both_ways_tell_it() -> None:
    assert is_unheard_of("微波炉保修几年？", [hit(), hit("運動會的門票五十元。")])


def test_the_name_of_a_file_is_a_word_for_it_too_and_english_passages_tell_nothing() -> None:
    question = "微波炉保修几年？"
    assert not is_unheard_of(question, [hit(), hit("保修三年", "/docs/微波炉.txt")])
    assert not is_unheard_of(question, [hit("The oven has a warranty of three years.")])


def test_a_long_text_in_place_of_a_question_takes_no_time() -> None:
    def took(times: int) -> float:
        """Seconds of this process: what else the machine does is left out."""
        started = time.process_time()
        assert thing("放糖多少，" * times) == ""
        return time.process_time() - started

    short, long = (min(took(times) for _ in range(3)) for times in (1000, 16_000))
    assert long < 64 * short, "16 times the text takes 16 times as long, not 256 times"
