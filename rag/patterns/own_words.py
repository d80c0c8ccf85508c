"""Birth, death, marriage, age, colours and passwords: told in words of their own, or not at all.

A year beside somebody's name is that of something else wherever none of these words stands by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import lazy_re

# What asks for each of them, and what a text has that may tell it: any of many words, or signs
# such as "† 1901" and "(1850-1901)".
_TOLD = (
    (  # birth
        r"\b(?:was|were|is|are)\b.*\bborn\b|\b(?:(?:when|what|which)\b.*\bbirthday(?=\W*$)|birth\s?date|date\s+of\s+birth|(?:place|year)\s+of"
        r"\s+birth)|\bgeboren\b|\bgeburts(?:tag|datum|ort|jahr)|\bnée?\s*\?|\bnaissance\b|\bnaci(?:ó|miento)"
        r"|出生|生日",
        r"born|birth|\bd\.?o\.?b\b|nativ|zur\s+welt|into\s+the\s+world|\bb\.\s?\d|geb(?:oren|urt|\.)|\bnée?s?\b|naiss|\bnaci|\d\s?[-–]\s?\d|\*|出生|生于|生於|生日|年生",
    ),
    (  # death
        r"\b(?:when|where|how|(?:what|which)\s+\w+)\s+did\b.*\bdie\b|\bdate\s+of\s+death|\bgestorben\b"
        r"|\b(?:wann|wo|woran)\s+starb|\btodes(?:tag|datum|jahr|ursache)|\bmort[e]?\s*\?|\bmuri[óo]\b|去世|逝世",
        r"\bdie[sd]?\b|\bd\.\s?\d|\bdying|death|dead|kill|execut|murder|assassin|perish|casualt|lost|\blives?\b|\blife\b|late\b|widow|funeral"
        r"|mort|muri|starb|stirbt|gestorb|tod\b|tot\b|todes|verst[oa]rb|getötet|hingericht|†|\d\s?[-–]\s?\d|死|逝|亡"
        r"|去世|病故|身故|故于|牺牲|犧牲|passed\s+away|succumb|fatal|slain|drown|suicide|hang(?:ed|ing)\b|behead|fell\s+(?:at|in)"
        r"|ermord|ums\s+leben|umgekommen|erlag|gefallen|verschied|décéd|décès|fallec|asesin",
    ),
    (  # marriage
        r"\b(?:who|whom|when|where)\b.*\b(?:marr(?:y|ied)|(?-i:wed))\b|\bwho\b.*\b(?:wife|husband|spouse)\b"
        r"|\bverheiratet\b|\bwer\b.*\b(?:ehemann|ehefrau|heiratete)|\bwie\s+hei(?:ß|ss)t\b.*\b(?:mann|frau)\s+von\b"
        r"|结婚|丈夫|妻子",
        r"marri|wife|wives|husband|spouse|\bwed|bride|widow|divorc|fianc|partner|heirat|ehe(?!r)|gatt|witwe"
        r"|\b(?:seine?|ihre?[mnr]?|meine?[mnr]?|unsere?)\s+(?:mann|frau)\b|\b(?:mann|frau)\s+von|époux|épouse"
        r"|mari[ée]?\b|espos|cas(?:ad|ó)|婚|丈夫|妻|太太|夫人|娶|嫁",
    ),
    (  # the age of somebody
        r"\bhow\s+old\s+(?:is|was)\s+(?:(?:mr|mrs|ms|dr|prof)\b|(?-i:[A-Z][a-z]+)\b(?!\s+\w+\s+(?:of|in)\b))"
        r"|\b(?-i:Wie)\s+alt\s+ist\s+(?:herr|frau|dr|(?-i:[A-Z][a-zäöü]+))\b",
        r"\bold\b|(?:[,(]|\bis|\bwas|\bist|\bwar|\bthen)\s*(?:\d{1,3}\b(?![.:]\d)|[a-z]+ty\b|[a-z]+zig)"
        r"|\b\d{1,3}\s?(?:j\b|jahre|years)|\bage[ds]?\b|born|birth|\bturn(?:s|ed|ing)\b|years?\s+young|found|establish|built|\d-year"
        r"|jahre?\s+alt|jährig|jahrgang|alter\b|geb(?:oren|urt|\.)|wird\s+\d+|岁|年龄|\bd\.?o\.?b\b|\*\s?\d"
        r"|(?:million|billion|thousand)\s+years|\bago\b|construct|erect|\bformed\b|dates?\s+(?:from|back)"
        r"|\bopened\b|inaugurat|errichte|erbaut|gegründet|eröffnet|entstand|stammt",
    ),
    (  # a colour
        r"\bwhat\s+colou?rs?\b|\bwelche\s+farben?\b|\bquelles?\s+couleurs?\b|\bqué\s+color|颜色",
        r"colou?r|paint|farb|couleur|color|\b(?:dark|light|black|white|grey|gray|red|green|blue|yellow"
        r"|orange|brown|pink|purple|violet|crimson|magenta|maroon|gold|silver|beige|cyan|turquoise)"
        r"|(?:schwarz|weiß|weiss|grau|rot|rote[mnrs]?|grün|blau|gelb|braun|rosa|lila|golden|silbern)"
        r"|\b(?:noir|blanc|gris|rouge|vert|bleu|jaune|marron|negr[oa]|blanc[oa]|roj[oa]|verde|azul"
        r"|amarill[oa]|teal|navy|ivory|cream|tan\b|scarlet|amber|lavender|olive|khaki|indigo|lilac|mauve|auburn"
        r"|bronze|copper|chestnut|charcoal|blonde?|brune?|pale|tint|shade|striped|transparent|marrón"
        r"|naranja|morad|celeste|dorad|platead|ral\b|rgb|pantone)|#[0-9a-f]{3,8}\b"
        r"|türkis|violett|bunt|anthrazit|dunkel|hell[a-zäöü]*|durchsichtig|[粉青褐色]|[黑白灰红紅绿綠蓝藍黄黃棕紫橙金银]",
    ),
    (  # a password
        r"(?:\b(?:what|where)(?:['’]s|\s+(?:is|are|was))|\bwie\s+(?:lautet|ist|hei(?:ß|ss)t)|\bwas\s+ist"
        r"|\b(?:what|which|welches)(?=\s+passwor)|\bquel(?:le)?s?\s+est|\bcuál\s+es)"
        r"\s+(?:[\w'’-]+\s+){0,4}?(?:passwor[dt]s?|kennwort|mot\s+de\s+passe|contraseña)\b"
        r"(?!\s+(?:length|polic|manager|rule|reset))|密码(?:是|为|為|多少|\W*$)",
        r"passwor|passphrase|passcode|credential|\bpw[d:]|\bclave\b|kennwort|\bcode\b|\bkey\b|\bpin\b|mot\s+de\s+passe|contraseña|密码|schlüssel",
    ),
)
_FORMS = tuple((lazy_re.compile(asks, re.I), lazy_re.compile(told, re.I)) for asks, told in _TOLD)


def is_elsewhere(question: str, texts: Sequence[str]) -> list[bool]:
    """Which texts say nothing of what a question asks for of them, where others do?"""
    asked = _asked(question)
    untold = [any(not told.search(text) for told in asked) for text in texts]
    return [False] * len(texts) if all(untold) else untold


def is_untold(question: str, text: str) -> bool:
    """Does a question ask for one of them, of which a text says nothing?"""
    return any(not told.search(text) for told in _asked(question))


def _asked(question: str) -> list[re.Pattern[str]]:
    """What tells each of them that a question asks for."""
    return [told for asks, told in _FORMS if asks.search(question)]
