"""The names of months, of days of the week and of small numbers, by language (ISO 639-1).

Rules take them from here and say which they leave out: "mars" is a planet, "elf" an English word.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping


def _by_language(**told: str) -> Mapping[str, tuple[str, ...]]:
    return {code: tuple(names.split()) for code, names in told.items()}


MONTHS = _by_language(
    en="january february march april may june july august september october november december",
    de="januar februar märz april mai juni juli august september oktober november dezember",
    fr="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    es="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    it="gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    " dicembre",
)
# From Monday on.
DAYS = _by_language(
    en="monday tuesday wednesday thursday friday saturday sunday",
    de="montag dienstag mittwoch donnerstag freitag samstag sonntag",
    fr="lundi mardi mercredi jeudi vendredi samedi dimanche",
    es="lunes martes miércoles jueves viernes sábado domingo",
    it="lunedì martedì mercoledì giovedì venerdì sabato domenica",
)
# What a month and a day are called in a part of the country.
REGIONAL = {"januar": ("jänner",), "samstag": ("sonnabend",)}
# From two on: in each language "one" is an article, or as good as one.
NUMBERS = _by_language(
    en="two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty",
    de="zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn"
    " sechzehn siebzehn achtzehn neunzehn zwanzig",
    fr="deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    es="dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
    it="due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici",
    nl="twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien",
)


def up_to(last: int, *codes: str) -> tuple[str, ...]:
    """The numbers from two to `last` in some languages."""
    return tuple(word for code in codes for word in NUMBERS[code][: last - 1])


def across(table: Mapping[str, tuple[str, ...]], *codes: str) -> tuple[tuple[str, ...], ...]:
    """For each month or day of a table its names in some languages, each name once."""
    rows = zip(*(table[code] for code in codes), strict=True)
    return tuple(
        tuple(dict.fromkeys(name for one in row for name in (one, *REGIONAL.get(one, ()))))
        for row in rows
    )


def any_of(names: Iterable[str], *, but: Container[str] = ()) -> str:
    """A pattern of the names, each once, without those of `but`; not in a group."""
    return "|".join(dict.fromkeys(name for name in names if name not in but))
