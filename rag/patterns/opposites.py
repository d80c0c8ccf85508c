"""Words for opposite things: "das niedrigste" for "das höchste", "dog" for "cat".

Mostly German and Chinese, which the reader does not know. English opposites it knows better than
any list (benchmarks/LOG.md), except for whom a dose, a price or a right is. No pair is listed where
each word tells the other as well: what one side buys the other sells, and what is north of a town
has that south of it.
A word in brackets hints at its side, "offen bis 18 Uhr", and is no opposite of the other side.
Whoever asks when it is open on Saturday is answered by "closed on Saturday", and who beat whom by
"verlor gegen".
"""

from __future__ import annotations

import re
from functools import cache

from rag import lazy_re
from rag.patterns.heads import BAR
from rag.patterns.periods import months
from rag.patterns.week import days
from rag.text import language, stemmed, words

# Both sides of a match, and a time that a question and a text have in common.
_AGAINST = lazy_re.compile(
    r"\b(?:gewonnen|gewann|gewinn\w*|siegte|verlor|verloren)\b", re.IGNORECASE
)
_IS_OPEN = lazy_re.compile(r"\b(?:ge)?(?:öffnet|schlossen|offen)\b", re.IGNORECASE)
_SEASONS = lazy_re.compile(
    r"\b(?:sommer|winter|herbst|frühling|frühjahr|ferien|feiertag|ostern|weihnacht|silvester|neujahr"
    r"|heute|morgen|mittag|wochenend|abend)",
    re.IGNORECASE,
)
_PAIRS = {
    "en": """
        adult grown-up ~ child children infant
        employee staff ~ contractor subcontractor freelancer freelance
        mother ~ father
        son ~ daughter
        men male boys ~ women female girls
        dog puppy ~ cat kitten
        """,
    "de": """
        wenigsten kleinste geringste ~ meisten größte
        niedrigste tiefste ~ höchste
        kürzeste ~ längste
        billigste günstigste ~ teuerste
        schlechteste ~ beste
        schwächste ~ stärkste
        langsamste ~ schnellste
        jüngste neueste ~ älteste
        späteste spätestens ~ früheste frühestens
        mindestens minimum minimal (ab) ~ höchstens maximum maximal (bis)
        beginn beginnt begann (anfang) (anfangs) (ab) ~ endet endete aufhören (ende) (bis)
        steigen stieg erhöhen zunehmen zunahme ~ sinken sank senken abnehmen abnahme
        annehmen angenommen zugestimmt zustimmen genehmigt ~ ablehnen abgelehnt lehnte
        norden ~ süden
        osten ~ westen
        gewann gewinnen gewonnen sieger gewinn ~ verlust verlor verlieren verloren verlierer
        ankunft ankommen ankam ~ abfahrt abreise abfahren (ab)
        anreise ~ abreise
        hinfahrt hinflug hinreise ~ rückfahrt rückflug rückreise
        brutto ~ netto
        import importieren ~ export exportieren
        männer männlich ~ frauen weiblich
        vater ~ mutter
        sohn ~ tochter
        innerhalb ~ außerhalb
        erlaubt gestattet ~ verboten untersagt
        geöffnet öffnen öffnet offen (ab) ~ geschlossen schließen schließt (bis)
        mehrheit ~ minderheit
        geboren geburt ~ gestorben tod starb
        privat ~ öffentlich
        gebaut errichtet ~ zerstört abgerissen
        sommer ~ winter
        frühling frühjahr ~ herbst
        morgens vormittags ~ abends nachmittags
        einnahmen ertrag ~ ausgaben aufwand
        einschalten ~ ausschalten
        gefunden ~ verloren
        gepflanzt ~ gefällt
        """,
    "zh": """
        最小 最少 ~ 最大 最多
        最低 ~ 最高
        最短 ~ 最长
        最差 ~ 最好 最佳
        最弱 ~ 最强
        最慢 ~ 最快
        最晚 最新 ~ 最早
        最后 ~ 最初 首先
        之前 以前 ~ 之后 以后
        开始 ~ 结束 停止
        增加 上升 增长 ~ 减少 下降 降低
        接受 同意 批准 ~ 拒绝 反对
        支持 ~ 反对
        北部 ~ 南部
        东部 ~ 西部
        进口 ~ 出口
        男性 ~ 女性
        父亲 ~ 母亲
        儿子 ~ 女儿
        出生 ~ 去世 死亡
        建立 成立 ~ 解散 废除
        内部 ~ 外部
        允许 ~ 禁止
        胜利 ~ 失败
        入住 交房 ~ 退房 搬出
        去程 ~ 返程 回程
        收入 ~ 支出
        """,
}
_OF_ROWS = frozenset({0})  # in prose "free for children" says what others pay
_OPENING = 3  # words of a sentence in English that say whom it is about


@cache
def _sides(code: str) -> dict[str, list[tuple[int, int]]]:
    """By each stem of `_PAIRS`, the numbers of its pairs with the side, 0 or 1, that it is on.

    German superlatives are there in all their forms, words that only hint in their brackets.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for n, line in enumerate(_PAIRS.get(code, "").strip().splitlines()):
        for side, listed in enumerate(line.split("~")):
            for word in listed.split():
                for form in _forms(word, code):
                    found.setdefault(form, []).append((n, side))
    return found


def _forms(word: str, code: str) -> list[str]:
    # The stem of a superlative is that of "hoch", of "neu".
    if code == "de" and word.endswith(("ste", "sten")) and word not in ("osten", "westen"):
        return [word.removesuffix("n") + ending for ending in ("", "n", "r", "s", "m")]
    return [word if word.startswith("(") else stemmed(word, code)]


def _held(
    text: str, code: str = ""
) -> tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
    """The pairs of which a text has a word, with its side, and those of which it has a hint."""
    code = code or language(text)
    known = _sides(code)
    found: set[tuple[int, int]] = set()
    hinted: set[tuple[int, int]] = set()
    for word in words(text) if known else ():
        found.update(known.get(word, known.get(stemmed(word, code), [])))
        hinted.update(known.get(f"({word})", []))
    return frozenset(found), frozenset(hinted)


def is_opposite(question: str, text: str) -> bool:
    """Has a text the opposite of a word of the question, and not that?"""
    asked, hinted = _held(question)
    if not asked or _is_told_by_it(question, text):
        return False
    code = language(question)  # a label tells no language
    there, told = about, _ = _held(text, code if code != "en" else "")
    if BAR not in text and language(text) == code == "en":
        asked = frozenset((n, side) for n, side in asked if n not in _OF_ROWS)
        opening = (" ".join(line.split()[:_OPENING]) for line in text.splitlines())
        about, _ = _held("\n".join(opening), "en")
    return any(
        (n, 1 - side) in about - asked - hinted and (n, side) not in there | told
        for n, side in asked
    )


def _is_told_by_it(question: str, text: str) -> bool:
    """Does the opposite tell what is asked for: closed at the time at which one asks when it is
    open, or who lost to whom?"""
    if _IS_OPEN.search(question) and _IS_OPEN.search(text):
        return any(times(question) & times(text) for times in (days, months, _seasons))
    won = _AGAINST.search(question) is not None
    return won and re.search(r"\bgegen\b", text, re.IGNORECASE) is not None


def _seasons(text: str) -> frozenset[str]:
    return frozenset(match[0].lower() for match in _SEASONS.finditer(text))
