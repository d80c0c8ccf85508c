"""The question words of other languages than English: what kind of thing is asked for, and how.

German, French, Spanish, Italian, Portuguese, Dutch, Russian, Chinese and Japanese. Scripts without
spaces put the word where the answer would stand, so it is looked for anywhere; so it is in the
others, since "In welchem Jahr" and "À quelle date" begin with a preposition.
"""

from __future__ import annotations

import re

from rag import lazy_re
from rag.text import language

_WANTED = {
    "date": r"""
        \bwann\b | \bwelche[mnrs]?\s(jahr|datum|tag|monat|jahrhundert|jahrzehnt)
        | \bquand\b | \bquelle\s(année|date|époque) | \bquel\s(jour|mois|siècle)
        | \bcuándo\b | \bqu[eé]\s(año|fecha|día|mes|siglo|década)
        | \bquando\b
        | \b(che|quale|qual|em\sque|que)\s(anno|data|giorno|mese|secolo|ano|dia|mês|século)
        | \bwanneer\b | \bwelk\s(jaar|dag)\b | \bwelke\s(datum|eeuw|maand)
        | \bкогда\b | \bкаком\s(году|месяце|веке)
        | 什么时候 | 何时 | (哪|什么)一?(年|天|世纪|时期) | 几月 | 什麼時候 | いつ | 何年
        | 何月""",
    "number": r"""
        \bwie\s?(viele?[nrs]?|alt|lange?|weit|oft|häufig|gro(ß|ss)|hoch|tief|breit|schwer
            |schnell|teuer|dick|warm|kalt|kurz|laut|spät)\b
        | \bwelcher\s(anteil|prozentsatz) | \bwelche\s(prozentzahl|anzahl|zahl)
        | \bcombien\b | \bquel\s(nombre|pourcentage|montant|âge)
        | \bcu[aá]nt[oa]s?\b | \bqu[eé]\s(porcentaje|cantidad|número|edad)
        | \bquant[aoie]s?\b
        | \b(che|qual[ei]?)\s(percentuale|numero|porcentagem|número|quantidade)
        | \bhoe\s?(veel|oud|lang|ver|vaak|groot|hoog|diep|breed|zwaar|snel)\b
        | \bсколько\b | \bкакой\s(процент|возраст)
        | 多少 | 几[个名位次种条座年天岁] | 多[大长高远深久重快] | いくつ | いくら
        | 何[人個回歳%] | どのくらい""",
    "person": r"""
        \b(wer|wen|wem|wessen)\b | ^\W*(à\s|de\s|par\s|avec\s)?qui\b | \bqui[eé]n(es)?\b
        | \bchi\b | \bquem\b
        | \bwie\s(is|was|heeft|werd|zijn|won|schreef)\b | \b(кто|кого|кому|кем|чей)\b
        | [谁誰] | 哪一?位 | 哪个(人|科学家|作家|国王|皇帝|总统) | だれ""",
    "place": r"""
        \b(wo|wohin|woher)\b
        | \bwelche[mnrs]?\s(land|stadt|ort|staat|region|kontinent|dorf|gebiet|gegend)
        | \boù\b | \bquel(le)?\s(pays|ville|lieu|région|endroit|continent)
        | \b(dónde|adónde)\b | \bqu[eé]\s(país|ciudad|lugar|región|continente)
        | \b(dove|onde)\b | \b(che|quale|qual|que)\s(paese|città|luogo|país|cidade|lugar)
        | \bwaar\b(?!om) | \bwelk\s(land|dorp)\b | \bwelke\s(stad|plaats)
        | \b(где|куда|откуда)\b | \bкакой\s(стране|город)
        | 哪里 | 哪裡 | 何处 | 什么地方 | [哪何]个?(国家|城市|城镇|地方|地区|区域|大陆|州|省|地)
        | どこ""",
    "reason": r"""
        \b(warum|wieso|weshalb|weswegen)\b | \bpourquoi\b | \bpor\squé\b | \bperch[eé]\b
        | \bpor\sque\b
        | \bwaarom\b | \b(почему|зачем)\b | [为為]什[么麼](?!\W*$) | 为何 | なぜ | どうして""",
    "manner": r"""
        ^\W*wie\s(?!hei(ß|ss)|hie(ß|ss)|lautet|wird\s.*genannt|nennt) | \bcomment\b | \bcómo\b
        | ^\W*como\b | ^\W*come\b | ^\W*hoe\b | \bкак\b
        | 如何 | 怎[么样麼] | どのよう""",
}
_EXPLAINED = r"""
    ^\W*(warum|wieso|weshalb|worum\sgeht|wie\s(?!viele?|alt|lange?\b|weit|oft|häufig|gro(ß|ss)|hoch
        |tief|breit|schwer|schnell|teuer|spät|früh|dick|dünn|warm|kalt|stark|laut|kurz|klein|nah
        |heiß|heiss|lautet|hieß|hiess
        |(ist|war|lautet)\s(der|die|das|mein|dein|sein|ihr|unser)\S*\s\S*
            (name|adresse|nummer|wort|code|stand|preis|kurs|wert|temperatur|ergebnis)\b)
    |erklär(e|en)?|beschreib(e|en)?|erläuter(e|n)?|vergleich(e|en)?)\b
    | ^\W*(pourquoi|comment\s(?!s.appelle)|explique[rz]?|décri(re|s|vez)|compare[rz]?)\b
    | ^\W*¿?\s*(por\squé|cómo\s(?!se\sllama)|explica|describe|compara)\b
    | ^\W*(perch[eé]|come\s(?!si\schiama)|spiega|descrivi|confronta|por\sque|explique|descreva)\b
    | ^\W*(waarom|hoe\s(?!veel|oud|lang|ver|vaak|groot|hoog|heet)|leg\suit|beschrijf|vergelijk)\b
    | ^\W*(почему|зачем|как\s(?!зовут|называется)|объясни|опиши|сравни)
    | [为為]什[么麼](?!\W*$) | 为何 | ^\W*(如何|怎[么样]|解释|描述|比较|说明) | なぜ | どうして
    | 説明して"""
_ABOUT = r"""
    \bworum\sgeht\s?(es|['’]s)?(\s(hier|darin)|\s(in|bei)\s.{0,40}(dokument|datei|text|bericht|buch
        |artikel|aufsatz|brief|unterlagen|sammlung|papier|protokoll|seite|studie|arbeit|ordner)\w*)?\W*$
    | \bwovon\shandel[nt] | \bzusammen(zu)?fassen\b | \bfass(e|t|en)?\b.{1,40}\bzusammen\b
    | ^\W*((gib|schreib|erstell|mach|ich|kannst|bitte|zeig)\w*\b.{0,40}
        |((eine|kurze)\s)*)\bzusammenfassung\b
    | \bde\squoi\sparle | \brésume[rz]? | \brésumé\sd
    | \bde\squé\s(trata|tratan|habla) | \bresum(e|en|ir)\b | \bdi\s(che\s)?cosa\s(parla|tratta)
    | \briassum | \bdo\sque\strata | \bresuma\b | \bwaar\sgaa[nt]?\b.{1,40}\bover\b
    | \bvat\b.*\bsamen\b
    | \bо\sчём\s(этот|эта|это|эти)\b | 关于什么的?(文件|文档)?\s*[？?]?$ | 总结 | 概括 | 摘要
    | 要約"""

# A question that begins with its verb, or has a word for it, and one that is asked for what else.
_WHETHER = r"""
    ^\W*(ist|sind|war|waren|bin|hat|haben|hatte|hatten|wird|werden|wurde|wurden|kann|können|konnte
        |darf|dürfen|durfte|muss|müssen|musste|soll|sollen|sollte|will|wollen|gibt|gilt|bekommt?
        |geht|stimmt|gab)\s
    | ^\W*est-ce\b | \w(-t)?-(il|elle|on|ils|elles|ce|je|vous|nous)\b
    | ^\W*¿?\s*(es|está|están|son|hay|tiene|tienen|puedo|puede|se\s(puede|permite)|fue|ha|han)\s
    | [吗嗎]\W*$ | 是不是 | 是否 | [能可会有]不[能可会] | 有没有"""
_WHAT = r"""
    \b(w(er|en|em|essen|as|ann|o|ohin|oher|ie|elche[mnrs]?|arum|ieso|eshalb)|womit|wofür|woran
        |qu(i|e|oi|and|el|elle|els|elles)|comment|où|pourquoi|combien
        |qui[eé]n|qué|cuándo|cómo|dónde|cuál|cu[aá]nt[oa]s?)\b
    | 什[么麼] | [谁誰] | 哪 | 几 | 多少 | 何 | 怎"""

_OF_KIND = {
    name: lazy_re.compile(text, re.IGNORECASE | re.VERBOSE) for name, text in _WANTED.items()
}
_ASKS_WHETHER = lazy_re.compile(_WHETHER, re.IGNORECASE | re.VERBOSE)
_ASKS_WHAT = lazy_re.compile(_WHAT, re.IGNORECASE | re.VERBOSE)
_EXPLAIN = lazy_re.compile(_EXPLAINED, re.IGNORECASE | re.VERBOSE)
_SUMMARY = lazy_re.compile(_ABOUT, re.IGNORECASE | re.VERBOSE)


def wanted(question: str) -> str | None:
    """The kind of thing that answers a question in one of these languages, where its words tell.

    "date", "number", "person", "place", "reason" or "manner", as in `rag.question.shape`.
    """
    if language(question) == "en":
        return None
    return next((name for name, pattern in _OF_KIND.items() if pattern.search(question)), None)


def kind(question: str) -> str | None:
    """The kind of answer that a question in one of these languages wants.

    None for English, whose "Was it …?" must not be looked for in German.
    """
    if language(question) == "en":
        return None
    if _SUMMARY.search(question):
        return "summary"
    return "explain" if _EXPLAIN.search(question) else "fact"


def asks_whether(question: str) -> bool:
    """Does a question in one of these languages ask whether something is so?

    Its kind is "fact" all the same, since a yes or no to it is not made out.
    """
    if language(question) == "en" or not _ASKS_WHETHER.search(question):
        return False
    return not _ASKS_WHAT.search(question)
