"""The label of one date, number or place is not that of another."""

from __future__ import annotations

import pytest

from rag.patterns.own_labels import is_of_other, labelled_otherwise


@pytest.mark.parametrize(
    ("question", "texts", "others"),
    [
        ("退房日期是哪天？", ("入住日期：3月1日", "退房日期：2月28日"), [True, False]),
        ("报名截止日期是哪天？", ("春游日期：4月18日", "| 截止日期 | 4月11日 |"), [True, False]),
        ("活动日期是哪天？", ("春游日期：4月18日", "签订日期：4月1日"), [False, False]),
        ("退房要提前多久？", ("入住日期：3月1日", "退房日期：2月28日"), [False, False]),
        ("Wie ist die Bringzeit?", ("Abholzeit: 16 Uhr", "Bringzeit: 7 Uhr"), [True, False]),
        ("Welche Rufnummer hat er?", ("Telefonnummer: 12", "Faxnummer: 13"), [False, False]),
        ("退房日期？", ("入住日期：3月1日，退房日期：2月28日", "退房日期：同上"), [False, False]),
        # a time of day is that of anything, and a password no place
        (
            "Um welche Uhrzeit reist man ab?",
            ("Rückreisezeit: 11 Uhr", "Uhrzeit: 19 Uhr"),
            [False] * 2,
        ),
        ("Wie ist das Passwort?", ("Antwort: siehe unten", "Passwort: siehe oben"), [False, False]),
        ("Wer kommt?", ("Abholzeit: 16 Uhr", "Bringzeit: 7 Uhr"), [False, False]),
    ],
)
def test_a_label_of_another_thing_of_the_kind(
    question: str, texts: tuple[str, ...], others: list[bool]
) -> None:
    assert labelled_otherwise(question, texts) == others


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("王建国的复查日期是哪天？", "体检日期：9月12日", True),
        ("王建国的体检日期是哪天？", "体检日期：9月12日", False),
        ("活动日期是哪天？", "春游日期：4月18日", False),
        ("复查日期是哪天？", "体检日期：9月12日，复查：12月", False),
        ("Wie ist die Bringzeit?", "Abholzeit: 16 Uhr", False),
        ("毕业日期是哪天？", "入学日期：2020年9月1日", True),
        # the same by another name
        ("会议时间是几点？", "开始时间：上午9点", False),
        ("开门时间是几点？", "营业时间：9:00-21:00", False),
        ("酒店电话是多少？", "前台电话：0571-88881234", False),
        ("聚会地点在哪里？", "集合地点：学校门口", False),
        ("比赛日期是哪天？", "举办日期：5月3日", False),
    ],
)
def test_a_label_alone_tells_nothing_of_another(question: str, text: str, other: bool) -> None:
    assert is_of_other(question, text) is other
