"""What a Chinese question asks about by a word that no passage has: the oven of "微波炉保修几年？"
where the years are those of a washing machine.

Words are not told apart in Chinese, but a word of which no passage has even one of the characters
is in none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from rag import lazy_re
from rag.folding import folded
from rag.question.shape import kind
from rag.text import language
from rag.types import Hit

_HAN = "[\u4e00-\u9fff]"
# Nothing that points back or counts, nor more than one word: then it is no name of a thing. Nor is
# "now" or "in all": "现在几点开门？", "一共多少钱？".
_WORD = (
    r"(?P<word>(?![这這该該那他她它其我你您每第从從在有克勺])"
    rf"(?:(?![是的和与與于於被把谁誰哪何多几幾什最]|[一总總]共|[现現]在|目前|大[概约約]){_HAN}){{1,6}}?)"
)
_PLEASE = lazy_re.compile("^(?:请问|請問)")
_PRICE = (
    "(?:价格|價格|单价|單價|价钱|租金|费用|費用|门票|門票|票价|票價"
    "|学费|學費|押金|电话|電話|地址|密码|密碼)"
)
_WHEN = r"(?:(?:[周週]|星期|礼拜)?[一二三四五六日天])?(?:[几幾][点點]|什[么麼][时時]候|何[时時])"
_DONE = (
    "(?:开门|開門|关门|關門|开放|開放|营业|營業|举行|舉行"
    "|举办|舉辦|开始|開始|结束|結束|开业|開業|上课|上課)"
)
_BEGINS = "^|(?<=[,，])"
# Who somebody is to others, and where something of theirs is, has many names: 妻子 is 夫人.
_BEGINS_OR_OF = f"{_BEGINS}|(?<=[^年月日天版]的)"
_OF_SOMEBODY = (
    rf"{_WORD}的?{_PRICE}?(?:是|要|需要|卖|賣)?多少[钱錢]",
    rf"{_WORD}的?{_PRICE}?(?:是|要)多少[？?]?$",
    rf"{_WORD}[由归歸][谁誰]",
)
_ASKED = (
    *(lazy_re.compile(f"(?:{_BEGINS_OR_OF}){text}") for text in _OF_SOMEBODY),
    *(
        lazy_re.compile(f"(?:{_BEGINS}){text}")
        for text in (
            rf"{_WORD}{_WHEN}{_DONE}[？?]?$",
            rf"[谁誰](?:是|负责|負責){_WORD}[？?]?$",
            rf"{_WORD}是[谁誰][？?]?$",
            rf"{_WORD}[住放]?在哪[里裡儿兒]?[？?]?$",
            rf"{_WORD}保修(?:期是)?(?:[几幾]|多[久长長])",
            rf".{{0,80}}[放加用]多少[克勺]?{_WORD}[？?]?$",
        )
    ),
)
# What is told without the word: "面积是多少？" by "85平方米".
_OF_KIND = lazy_re.compile(
    rf"(?:{_PRICE}|面[积積]|日期|[时時][间間]|年[龄齡紀纪]|[数數]量|[号號][码碼]?|[编編][号號]|金[额額]|比例|尺寸"
    "|大小|名字|姓名|人|[量度率额額数數值]|工[资資]|月薪|薪水|折扣|[优優]惠|距离|距離|地[点點]|[预預]算)$"
)
# What is written in one way in Taiwan and Hong Kong, in another elsewhere: of passages in the other
# way nothing is told.
_WAYS = (
    lazy_re.compile(
        "[們個這來國會學說過還後點錢幾麼誰時間電話開關門車號聯書費員長樓層動發應對與從種無現實價單雙廳圖請為]"
    ),
    lazy_re.compile(
        "[们个这来国会学说过还后点钱几么谁时间电话开关门车号联书费员长楼层动发应对与从种无现实价单双厅图请为]"
    ),
)


def thing(question: str) -> str:
    """The word that a Chinese question for a fact is about; "" where none says so."""
    if language(question) != "zh" or kind(question) != "fact":
        return ""
    asked = _PLEASE.sub("", "".join(folded(question).split()))
    found = next((match for pattern in _ASKED if (match := pattern.search(asked))), None)
    word = found["word"] if found else ""
    return "" if _OF_KIND.search(word) else word


def is_unheard_of(question: str, hits: Sequence[Hit]) -> bool:
    """Is a question about something with a character that none of `hits`, in Chinese, has?"""
    word = thing(question)
    if not word:
        return False
    told = folded("".join(_told(hit) for hit in hits))
    alike = all(way.search(told) for way in _WAYS if way.search(question))
    return alike and language(told) == "zh" and not set(word) <= set(told)


def _told(hit: Hit) -> str:
    return f"{hit.text}{hit.title}{''.join(hit.headings)}{PurePath(hit.path).stem}"
