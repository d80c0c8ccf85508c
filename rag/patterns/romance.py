"""Months, days of the week and what stands before times in French, Spanish and Italian."""

from __future__ import annotations

import re

from rag import lazy_re, vocabulary
from rag.vocabulary import across

# With their plurals, where these are other words.
DAYS = tuple(
    tuple(dict.fromkeys((french, f"{french}s", spanish, f"{spanish.removesuffix('s')}s", italian)))
    for french, spanish, italian in zip(
        *(vocabulary.DAYS[c] for c in ("fr", "es", "it")), strict=True
    )
)
# "Santo Domingo" and "Ernesto Sabato" are none: of two words with a capital neither is a day.
_NO_NAME = r"(?-i:{}|(?<![a-zà-ÿ]\x20){}(?!\x20[A-Z]))"
NO_NAMES = {name: _NO_NAME.format(name, name.title()) for name in ("domingo", "domingos", "sabato")}
NUMBER_OF_MONTH = {
    name: n
    for n, names in enumerate(across(vocabulary.MONTHS, "fr", "es", "it"), 1)
    for name in names
}
# What is a word of English too, the planet Mars, is a month beside a number or a preposition only.
MONTH = (
    rf"\b(?:{'|'.join(sorted(NUMBER_OF_MONTH.keys() - {'mars', 'mayo', 'mai'}))}"
    r"|(?-i:mars|mayo|mai)(?=\s+(?:del?\s+)?(?:19|20)\d\d\b)"
    r"|(?:(?<=\d\s)|(?<=\der\s)|(?<=\bde\s)|(?<=\b[Ee]n\s)|(?<=\b[Dd]u\s))(?-i:mars|mayo|mai))\b"
)
SINCE = r"depuis|dès|à\s+(?:partir|compter)\s+d[eu]|desde|a\s+partir\s+del?|a\s+partire\s+dal?|dal"
UNTIL = r"jusqu['’](?:en|au?|à)|avant|hasta|antes\s+del?|fino\s+al?|entro|prima\s+del"
# "In 2021", "of 2021", "the year 2021".
OF_YEAR = (
    r"en|du|del|nel|année|año|anno|ann[ée]es|años|anni|exercice|ejercicio|esercizio"
    r"|(?<!\best\s)(?<!\bes\s)(?<!tait\s)de(?=\s(?:19|20)\d\d)"  # "est de 2000" tells how much
)
TO_DAY = r"au|al?"
# What reaches over more than what it names.
REACHES = (
    r"jusqu['’]\s?(?:en|au?|à)|à\s+partir\s+d[eu]|dès|depuis|avant|après|entre|sauf|hormis"
    r"|hasta|desde|antes\s+del?|después\s+del?|excepto|salvo"
    r"|fino\s+al?|dopo|entro|prima\s+del|tranne|du|dal"
)
ALWAYS = (
    r"chaque|tou(?:s|tes)\s+les|quotidien\w*|cada|tod[oa]s\s+l[oa]s|diari[oa]\w*|ogni|tutt[ie]"
    r"|week-?ends?|fin\s+de\s+semana|jours\s+(?:ouvr\w+|fériés)|festivos|laborables|feriali|festivi"
)
# What is asked for so is mostly another time than that of the thing: the invoice of March is paid
# in April.
ASKS_WHEN = lazy_re.compile(
    r"\b(?:quand|quelle\s+(?:date|année)|quel\s+(?:jour|mois)|cu[aá]ndo|qué\s+(?:fecha|día|mes|año)"
    r"|quando|(?:che|quale)\s+(?:data|giorno|mese|anno))\b",
    re.IGNORECASE,
)
