"""Is there an amount, a time, or a number to call in a sentence at all?

A sentence without one does not tell how many or when, however much it shares with the question:
"Sehr geehrte Frau Behrendt" does not say how old she is. German, French, Spanish, Italian and
English words are known, and Chinese and Japanese figures; of other languages nothing is said.
"""

from __future__ import annotations

import re
from itertools import chain

from rag import lazy_re
from rag.patterns.clock import FORM as CLOCK
from rag.patterns.clock import asks_time
from rag.patterns.contact import form_of_contact, is_contact, without_sums
from rag.question.shape import wanted
from rag.text import language
from rag.vocabulary import DAYS, MONTHS, NUMBERS, across, any_of, up_to

_KNOWN = frozenset({"de", "fr", "es", "it", "en", "zh", "ja"})
# What costs nothing is told in words as well.
_FIGURES = r"\d | [零一二三四五六七八九十百千万萬亿億半两兩数數几幾每] | 免[费費] | 無料"
_NUMBERS = {
    "de": rf"""
        \b(?:{any_of(up_to(12, "de"))}|dutzend|doppel|dreifach
            |halb(?!jähr)|hälfte|kein|niemand|null\b|beide|einzig|sämtlich|anderthalb|eineinhalb
            |einmal|frei(?:e[mnrs]?)?\b|gratis|umsonst|unentgeltlich|unbegrenzt|nichts)
        | (?:kosten|gebühren|beitrags|steuer)(?:frei|los)
        | (?:zig|hundert|tausend|million|milliard|drittel|viertel|fünftel|zehntel|\bein)
            (?:en?|e[mrs])?\b""",
    "fr": rf"""
        \b(?:{any_of(up_to(12, "fr"))}|trei?ze|quator|quin[zt]|seiz
            |vingt|trent|quarant|soixant|cent(?!r)|mill|une?\b|demie?\b|moitié|tiers|quart(?!ier)|double
            |triple|douzaine|aucun|seule?\b|gratuit|gratis)""",
    "es": rf"""
        \b(?:{any_of(up_to(14, "es"))}|quin|veint
            |treint|cuarent|cincuent|cien|mil|un[ao]?s?\b|medi[oa]|mitad|tercio|cuarto|doble|docena
            |ning[uú]n|nadie|cero|amb[oa]s|únic[oa]|dieci|sesent|setent|ochent|novent|novec|setec
            |gratis|gratuit)""",
    "it": rf"""
        \b(?:{any_of(NUMBERS["it"])}
            |quindici|sedici|diciassette|diciotto|diciannove|vent[io]|trent[ao]|quarant|cinquant
            |sessant|settant|ottant|novant|cent[oi]|mill?[ae]|un[oa]?\b|un['’]|mezz[oa]|metà|terzo
            |quarto|doppi[oa]|dozzina|nessun|entramb|unic[oa]|gratuit|gratis)""",
    "en": rf"""
        \b(?:one|{any_of(up_to(12, "en"))}|\w+teen|\w+ty|hundred
            |thousand|half|third|quarter|dozen|double|twice|once|none|no|both|single|only)\b""",
}
# Characters of times in Chinese and Japanese: day, month, week, morning, spring, before …
_DATES = r"[年月日时時天周週晚早春夏秋冬前后後当當]"
_TIMES = {
    "de": rf"""
        \b(?:{any_of(DAYS["de"])}|mo|di|mi|do|fr|sa|so(?=\s*[.:/–-]))s?\b
        | (?:täg|wöchent|monat|jähr|stünd|minüt)lich | tags?\b | woche | monat | jahr | stunde
        | minute
        | \b(?:wenn|sobald|solange|nach|nachdem|bevor|vor|während|seit|heute|gestern|sofort|immer
            |nie|stets|jede[mnrs]?|dauerhaft|unbefristet|lebenslang|anfang|mitte|ende|ostern
            |pfingsten|unverzüglich|umgehend|danach|daraufhin|vorher|zuletzt|später|spätestens
            |demnächst|künftig|selten|oft|häufig|regelmäßig|silvester|advent|ferien|fasching
            |karneval|saison|uhr|jederzeit|durchgehend|ganzjährig|mehrmals|gelegentlich|manchmal
            |ständig|ewig|bald|beim)\b
        | \bbei\s+(?:(?:de[rm]|starke[rm]|sichtbare[rm])\s+)?(?:\w+ung|ankunft|abreise|bedarf)\b
        | morgen | mittag | abend | nacht | dämmerung | sonnen(?:auf|unter)gang
        | frühling | frühjahr | sommer | herbst | winter | weihnacht
        | \b(?:{any_of(chain(*across(MONTHS, "de")))}
            |jan|feb|mär|apr|jun|jul|aug|sept?|okt|nov|dez)\b""",
    "fr": rf"""
        \b(?:{any_of(DAYS["fr"])}|quand|lorsque|dès|après|avant
            |pendant|depuis|jusqu|aujourd|demain|hier|toujours|jamais|chaque|tous|toutes|jour
            |semaine|mois|an|année|heure|matin|midi|soir|nuit|printemps|été|automne|hiver|noël
            |pâques)s?\b
        | \b(?:{any_of(MONTHS["fr"])}|janv|févr|avr|juil|sept|oct|nov|déc)\b""",
    "es": rf"""
        \b(?:{any_of(DAYS["es"])}|cuando|después|tras|antes|durante
            |desde|hasta|hoy|mañana|ayer|siempre|nunca|cada|todos|todas|día|semana|mes(?:es)?|año
            |hora|tarde|noche|primavera|verano|otoño|invierno|navidad)s?\b
        | \b(?:{any_of(MONTHS["es"])}|feb|abr|jun|jul|ago|sept?|oct|nov|dic)\b""",
    "it": rf"""
        \b(?:{any_of(DAYS["it"])}|domeniche|quando|dopo|prima|durante
            |da[il]?|dalle?|fino|entro|oggi|domani|ieri|sempre|mai|ogni|tutt[ie]|giorn[oi]|settiman[ae]
            |mes[ei]|ann[oi]|or[ae]|mattin[ao]|ser[ae]|nott[ei]|primavera|estate|autunno|inverno
            |natale|pasqua)\b
        | \b(?:{any_of(MONTHS["it"])}|gen|feb|apr|mag|giu|lug|ago|set|ott|nov|dic)\b""",
    "en": rf"""
        \b(?:\w+day|when|after|before|until|since|during|while|once|today|tomorrow|always|never
            |every|each|annual|daily|weekly|monthly|yearly|day|week|month|year|hour|minute|morning
            |noon|evening|night|spring|summer|autumn|winter|christmas|easter)(?:s|ly)?\b
        | \b(?:{any_of(MONTHS["en"])}|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b""",
}
# "In welchem Jahr", "哪一年": nothing less than a year or a century tells it.
_ASKS_YEAR = lazy_re.compile(
    r"\bwelche[mns]\s+jahr(?:hundert|zehnt)?(?:e?s)?\b|\bquelle\s+année\b|\bqué\s+año\b|哪一?年|何年",
    re.IGNORECASE,
)
# A year or century, also one told by where it lies: "vor zwei Jahren", "去年".
_YEAR = lazy_re.compile(
    r"\d{2,4}|[〇零一二三四五六七八九]{2,4}年|jahrhundert|siècle|siglo|世[纪紀]"
    r"|\b(?:vor|letzte[ns]?|vergangene[ns]?|nächste[ns]?|dieses?)\b.*\bjahr|[今去明前后後当當]年",
    re.IGNORECASE,
)


def _any(*told: str) -> re.Pattern[str]:
    return lazy_re.compile(" | ".join(told), re.IGNORECASE | re.VERBOSE)


# Few words tell Romance languages from each other, and English is what nothing tells: the words of
# any count there. In German "und" would begin like a French one, and "hier" would be yesterday.
_NUMBER = _any(_FIGURES, *_NUMBERS.values())
_TIME = _any(_FIGURES, _DATES, *_NUMBERS.values(), *_TIMES.values())
_IN_GERMAN = {
    _NUMBER: _any(_FIGURES, _NUMBERS["de"]),
    _TIME: _any(_FIGURES, _DATES, _NUMBERS["de"], _TIMES["de"]),
}
# A time limit, as "bis wann" asks for one: "bis Freitag", "bis 18 Uhr", "spätestens am …", "vor dem
# …", "jusqu'au …". "Vom 19. bis 23. Mai" is none.
_LIMIT = lazy_re.compile(
    r"\bbis\W+(?:(?:spätestens|einschließlich|nach)\W+)?(?:zum|zur|zu|der|ende|anfang|mitte|\w+tag|ostern"
    r"|weihnacht\w*|frühjahr|frühling|sommer|herbst|winter|pfingsten|nikolaus|silvester|(?:ein|zwei|drei|vier|sechs)e?r?)\b"
    r"|(?<![\d.])\s\bbis(?::|\s+einschließlich)?\W{1,3}\d|\bauf\s+(?:ostern|weihnachten|pfingsten)\b"
    r"|\bbis\s+\d\d?(?::\d\d|\.\s?\d\d?\.\s?\d{4}|\.\s+\w+\s+\d{4})"
    r"|\d\s?[–-]\s?\d\d?(?:[:.]\d\d)?\s?uhr|:\d\d\s?[–-]\s?\d\d?:\d\d|\b(?:spätestens|innerhalb|binnen|fällig|frist|\w+schluss"
    r"|endet|verfällt|verjähr|ablauf|gültig|vorher\b)"
    r"|\bvor\s+(?:dem|der|beginn|ende|ablauf)\b"
    r"|\bjusqu|\bau plus tard|\bavant le\b|\bhasta\b|\bantes del?\b",
    re.IGNORECASE,
)
# What such a limit is told by at the head of a table: "Rückgabe bis".
_HEAD_OF_LIMITS = lazy_re.compile(
    r"\bbis\W*(?:\||$)|\b(?:fällig|spätestens|gültig|\w*frist\b|\w*schluss\b|ablauf|läuft\s+ab)"
    r"|\béchéance|\bjusqu|\bvencimiento|\bhasta\b",
    re.IGNORECASE | re.MULTILINE,
)
_ASKS_LIMIT = lazy_re.compile(
    r"^\W*(?:bis\s+(?:wann|zu\s+welchem\s+(?:tag|datum|termin|zeitpunkt|monat|jahr))|jusqu['’]à\s+quand|hasta\s+cuándo)\b",
    re.IGNORECASE,
)
_NO_LETTER = "(?![a-zà-ÿ])"  # "5km左右"
# Amounts whose unit is hardly ever left out, by what asks for them.
_OF_UNIT = tuple(
    (lazy_re.compile(asks, re.IGNORECASE), lazy_re.compile(told, re.IGNORECASE))
    for asks, told in (
        (  # a weight
            r"\b(?:wie\s?viel|was)\b.*\bwieg(?:t|en|e|st)\b|\bwie\s?viele?\s+(?:kilo(?!m)|kg|gramm|pfund)|多少(?:公斤|千克|斤)",
            r"\b(?:kg|g|mg|kilo(?!m)\w*|gram\w*|pfund|pounds?|lbs?|oz|ounces?|stone|tonn?e?[ns]?)\b"
            rf"|\d\s?(?:k?g|t|lbs?){_NO_LETTER}|克|斤|[吨噸]|leicht|schwer",
        ),
        (  # a percentage
            r"\bwie\s?viele?\s+prozent|百分之[几幾]",
            r"%|prozent|per\s?cent|hälfte|half\b|drittel|third|viertel|quarter|fünftel|zehntel|百分|[％成半]|分之"
            r"|\b(?:alle|jede[nrsm]?|keine?[nrsm]?|niemand|beide|all|every|none|nobody)\b|全|所有|没有|沒有",
        ),
        (  # a distance
            r"\bwie\s?viele?\s+(?:kilometer|km)\b|多少公里",
            rf"\b(?:km|m|\w*met(?:er|re)\w*|meilen?|miles?)\b|\d\s?k?m{_NO_LETTER}|公里|米|[英华華]里",
        ),
        (  # a temperature
            r"\bwie\s+(?:heiß|warm|kalt)\b|\bwie\s?viele?\s+grad\b",
            r"°|℃|\bgrad\b|\bdegrees?\b|\dc\b|heiß|warm|kalt|kühl|\b(?:hot|cold|cool)\b",
        ),
    )
)
# "How many", but for money.
_COUNTS = lazy_re.compile(
    r"\bhow many (?!(?:euros?|pounds?|dollars?|francs?|pence|cents?|gbp|eur|usd)\b)", re.IGNORECASE
)
# A number, or a word that stands for one: "all", "several".
_COUNTED = lazy_re.compile(
    rf"{_NUMBER.pattern} | \b(?:all|any|every|each|few|several|many|most|unlimited|zero)\b",
    re.IGNORECASE | re.VERBOSE,
)
# How long and how often is told in times as well.
_OF_TIME = lazy_re.compile(
    r"\bwie\s(?:lange?|oft|häufig|spät|früh|kurz|schnell)\b|\bcombien de (?:temps|fois)"
    r"|\bcuánt[ao]s? (?:tiempo|veces)|\bquant[oe] (?:tempo|volte|dura)|多[久长快]|几[次天年]",
    re.IGNORECASE,
)


def form(question: str) -> re.Pattern[str] | None:
    """What has to be in a sentence that answers a question for an amount or a time, or by which
    number or address someone is reached; None for other questions. For amounts and times also in
    languages whose words are not known, and in English, which the reader knows."""
    if contact := form_of_contact(question):
        return contact
    if language(question) not in _KNOWN - {"en"}:
        return None
    if of_unit := next((told for asks, told in _OF_UNIT if asks.search(question)), None):
        return of_unit
    if asks_time(question) and language(question) != "de":  # what tells times in German is in _TIME
        return CLOCK
    if _ASKS_LIMIT.search(question):
        return _LIMIT
    if _ASKS_YEAR.search(question):
        return _YEAR
    asked = wanted(question)
    if asked not in ("date", "number"):
        return None
    return _TIME if asked == "date" or _OF_TIME.search(question) else _NUMBER


def is_without(text: str, wanted_form: re.Pattern[str] | None, head: str = "") -> bool:
    """Has `text`, in a language whose words are known, nothing of the `form` of a question?

    Of a row, `head` may say that a number in it is a limit in time, or no telephone's.
    """
    code = language(text)
    if wanted_form is None or code not in _KNOWN:
        return False
    of_limits = wanted_form is _LIMIT and _HEAD_OF_LIMITS.search(head) is not None
    if any(wanted_form is told for _, told in _OF_UNIT):
        text = f"{head}\n{text}"
    if is_contact(wanted_form):
        text = without_sums(text, head)
    if code == "de":
        wanted_form = _IN_GERMAN.get(wanted_form, wanted_form)
    return not (wanted_form.search(text) or (of_limits and _NUMBER.search(text)))


def asks_count(question: str) -> bool:
    """Is asked, in English, how many things there are, and not how many euros they are?"""
    return _COUNTS.search(question) is not None


def counts(cell: str) -> bool:
    """Does a cell of a table name a number, or all or few of them?"""
    return _COUNTED.search(cell) is not None
