"""Which language a text is in, by its script and its function words."""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache

from rag import lazy_re
from rag.scripts import of_script

# The most frequent function words that tell one language from its neighbours.
FUNCTION_WORDS = {
    "en": "the of and to in is was that for it with as are on by what which who how when where why "
    "a did does do from at were",
    "de": "der die das und ist von den im zu mit des ein eine nicht auf für wer wie was wann wo "
    "warum welche welcher welches welchem welchen wurde wurden wird viele dem bei sich als einer "
    "in wen wem zum zur nach kann durch aus es dieser diese diesem dieses worum wovon sind darf "
    "dürfen muss müssen ich wir mein meine meinen habe haben hat kein keine welch gibt vom oder",
    "es": "el los las la de y es del una un en que por con para se lo qué quién cómo cuándo dónde "
    "cuál fue cuántos cuántas cuánto quien quienes cual cuando cuanto cuanta cuantos cuantas donde "
    "hasta desde este esta según más",
    "fr": "le la les des et est du une un de dans que qui pour au aux à sur par en se ce cette ces "
    "il elle je nous vous avec chez quel quelle comment où ou quand quels quelles quoi "
    "combien pourquoi est-ce était sont faut",
    "it": "il lo la le gli di e è del della dei delle degli un una nel nella per con sono si che "
    "da chi come quando dove quale ora alla dal dalla dalle quanto quanta quanti quante",
    "pt": "o os as de e é da do dos das na um uma em que por com para se não quem como quando onde "
    "qual quanto quanta quantos quantas foi",
    "nl": "de het een van en is in op dat niet met voor zijn wie wat hoe wanneer waar welke werd",
    "sv": "och att det som en på är av för den med till var vem hur när inte ett",
    "no": "og det som en på er av for den med til var hvem hva hvordan når ikke et",
    "da": "og det som en på er af for den med til var hvem hvad hvordan hvornår ikke et",
    "fi": "ja on ei että se hän oli joka mutta kun kuka mitä miten missä",
    "hu": "a az és hogy nem egy is van ki mi hogyan mikor hol volt",
    "ro": "și în este de la cu care pe din un o nu ce cine cum când unde",
    "tr": "ve bir bu için ile de da ne kim nasıl nerede olarak olan",
}
# What only one of the Romance languages writes, or ends words in: they share most short words.
_OF_ONE = {
    "es": lazy_re.compile(r"[ñ¿¡áíóú]|[^\W\d_]{2}(?:os?|as|dad)\b"),
    "fr": lazy_re.compile(
        r"[èêâîôûëïœç]|é|\b[djnmts]['’]|[^\W\d_]{2}(?:ez|eau|eux|ment|ée?s?|[^\Waeiosn])\b"
    ),
    "it": lazy_re.compile(r"[èìò]|[^\W\d_](?:zione|i|[^\W\d_]{2}o)\b"),
    "pt": lazy_re.compile(r"[ãõç]|[^\W\d_]ões\b"),
}
_WORD = lazy_re.compile(r"[^\W\d_]+")
# What is a word before a vowel only: "L" alone is a size, and in "L'Oréal" part of a name.
_ELIDED = {
    "fr": lazy_re.compile(r"\b(?:[LlJj]|[Qq]u)['’](?=[a-zß-ÿœ])"),
    "it": lazy_re.compile(r"\b(?:[Ll]|[Qq]uant)['’](?=[a-zß-ÿ])"),
}


def language(text: str) -> str:
    """ISO 639-1 code of a text by script and function words; "en" where nothing tells."""
    return _language(text[:2000])


# One question asks it of the same few texts some eighty times.
@lru_cache(maxsize=1024)
def _language(sample: str) -> str:
    if code := of_script(sample):
        return code
    votes = Counter({"en": 0})
    known = _languages_of_word()
    for word in _WORD.findall(sample.lower()):
        votes.update(known.get(word, ()))
    for code, elided in _ELIDED.items():
        votes[code] += len(elided.findall(sample))
    best, count = votes.most_common(1)[0]
    if count <= votes["en"]:
        return "en"
    tied = [code for code in _OF_ONE if votes[code] == count] if best in _OF_ONE else []
    return max(tied, key=lambda code: len(_OF_ONE[code].findall(sample.lower())), default=best)


@cache
def _languages_of_word() -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for code, listed in FUNCTION_WORDS.items():
        for word in listed.split():
            codes.setdefault(word, []).append(code)
    return codes
