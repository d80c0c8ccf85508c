"""What a French, Spanish or Italian question asks about by a noun that no passage has: "parking" in
"Combien coûte le parking ?" where the prices of other things are told.

As for German, what comes next to the question word and its verb is seldom told in other words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import PurePath
from unicodedata import combining, normalize

from rag import lazy_re
from rag.patterns.standing import placed
from rag.question.shape import kind
from rag.text import language, stemmed, stop_words, words
from rag.types import Hit

# Letters that a noun and a word of a passage have to share: "directeur", "direction". Where a stem
# is shorter, the words themselves have to be the same, in the singular.
_BEGUN = 5
_NOUN = r"(?P<noun>(?-i:[a-zß-ÿœ])[\w-]*[^\W\d_])"  # what has a capital is a name
# An article or whose it is, and how new or old it is.
_FRENCH = (
    r"(?:(?:les?|la|une?|des|du|de\s+la|[mts](?:on|a|es)|[nv](?:otre|os)|leurs?|cet(?:te)?|ces?)\s+"
    r"|(?:de\s+)?l['’]|d['’]une?\s+)(?:(?:nouve(?:lle|l|au)|premi(?:er|ère)|ancien(?:ne)?|petite?"
    r"|grande?|prochaine?|derni(?:er|ère)|bon(?:ne)?)s?\s+)?"
)
_OF_FRENCH = (
    r"(?:(?:du|des|de\s+(?:la|[mn](?:on|a|es|otre|os)|votre|vos))\s+|de\s+l['’]|d['’](?:une?\s+)?)"
)
_SPANISH = (
    r"(?:el|l[ao]s?|un[ao]?s?|del|mis?|tus?|sus?|nuestr[oa]s?|est[ea]s?)\s+"
    r"(?:(?:nuev|primer|antigu|próxim|últim|viej)[oa]?s?\s+|gran\s+)?"
)
_OF_SPANISH = r"(?:del|de\s+(?:l[ao]s?|mis?|una?|nuestr[oa]s?))\s+"
_ITALIAN = (
    r"(?:(?:il|l[aoe]|i|gli|un[ao]?|de(?:l|lla|llo|i|gli|lle)|quest[oa])\s+|(?:de|un)?l?l['’])"
    r"(?:(?:mi[oa]|miei|mie|tu[oa]|su[oa]|nostr[oaie]|vostr[oaie]|nuov[oa]|prim[oa]|vecchi[oa]"
    r"|prossim[oa])\s+)?"
)
_OF_ITALIAN = r"(?:(?:del|della|dello|dei|degli|delle|di\s+una?)\s+|dell['’])"
_ASKED = {
    "fr": (
        rf"\bcombien\s+(?:co[uû]t\w+|vau[tx]|valent)\s+{_FRENCH}{_NOUN}",
        rf"\bcombien\s+d(?:e\s+|['’]){_NOUN}",
        rf"\bquel(?:le)?s?\s+(?:est|sont|était)\s+{_FRENCH}(?:prix|tarifs?|co[uû]t|montant|num[eé]ro"
        r"|adresse|code|nom|t[eé]l[eé]phone|[aâ]ge|horaires?|dur[eé]e|date|heures?)\s+"
        rf"(?:de\s+(?!la\b|[mnv])\w+\s+)?{_OF_FRENCH}{_NOUN}",
        rf"\b(?:quand|où|[aà]\s+quelle\s+heure|quel\s+jour)\s+(?:[\w'’-]+\s+){{0,3}}?{_FRENCH}{_NOUN}",
        rf"\b(?:qui\s+(?:est|sont|sera)|comment\s+s['’]appell\w+)\s+{_FRENCH}{_NOUN}",
    ),
    "es": (
        rf"\bcu[aá]nto\s+(?:cuestan?|valen?)\s+{_SPANISH}{_NOUN}",
        rf"\bcu[aá]nt[oa]s\s+{_NOUN}",
        rf"\bcu[aá]nt[oa]\s+{_NOUN}(?=\s+(?:hay|se|lleva|hace)\b)",
        rf"\bcu[aá]l(?:es)?\s+(?:es|son|era)\s+{_SPANISH}(?:precio|tarifa|coste|costo|importe"
        r"|n[uú]mero|direcci[oó]n|nombre|tel[eé]fono|edad|horario|duraci[oó]n|fecha|hora)\s+"
        rf"(?:de\s+(?!l[ao]s?\b|mis?\b|una?\b)\w+\s+)?{_OF_SPANISH}{_NOUN}",
        r"\b(?:cu[aá]ndo|d[oó]nde|a\s+qu[eé]\s+hora|qu[eé]\s+día)\s+"
        rf"(?:\w+\s+){{0,3}}?{_SPANISH}{_NOUN}",
        rf"\b(?:qui[eé]n(?:es)?\s+(?:es|son|será)|c[oó]mo\s+se\s+llaman?)\s+{_SPANISH}{_NOUN}",
    ),
    "it": (
        rf"\bquanto\s+(?:costa(?:no)?|viene|vengono)\s+{_ITALIAN}{_NOUN}",
        rf"\bquant[iae]\s+{_NOUN}",
        rf"\bquanto\s+{_NOUN}(?=\s+(?:serve|occorre|ci|si|va)\b)",
        rf"\bqual\s+(?:è|era)\s+{_ITALIAN}(?:prezzo|tariffa|costo|importo|numero|indirizzo|nome"
        rf"|telefono|età|orario|durata|data|ora)\s+(?:di\s+(?!una?\b)\w+\s+)?{_OF_ITALIAN}{_NOUN}",
        rf"\b(?:quando|dove|a\s+che\s+ora|che\s+giorno)\s+(?:\w+\s+){{0,3}}?{_ITALIAN}{_NOUN}",
        rf"\b(?:chi\s+(?:è|sono|sarà)|come\s+si\s+chiam\w+)\s+{_ITALIAN}{_NOUN}",
    ),
}
_PATTERNS = {
    code: tuple(lazy_re.compile(text, re.IGNORECASE) for text in told)
    for code, told in _ASKED.items()
}
# How much of it answers, when, or who, is told without the noun: by a unit, a date or a name.
_OF_KIND = {
    "fr": """prix tarif coût montant somme total nombre numéro téléphone portable mail date jour
        année an mois semaine heure minute seconde moment durée délai période âge taille hauteur
        largeur longueur profondeur poids surface superficie nom prénom titre adresse lieu endroit
        ville pays région siècle personne gens homme femme enfant fils fille monde fois temps euro
        dollar franc mètre kilomètre kilo gramme litre pourcentage part début fin quantité valeur
        température vitesse distance raison chose truc type argent point auteur responsable
        propriétaire anniversaire naissance mort habitant participant plus moins chef""",
    "es": """precio tarifa coste costo importe suma total número cantidad teléfono móvil correo
        fecha día año mes semana hora minuto momento duración plazo edad altura anchura longitud
        peso superficie nombre apellido título dirección lugar ciudad país región siglo persona
        gente hombre mujer niño niña hijo hija vez veces tiempo euro dólar metro kilómetro kilo
        gramo litro porcentaje parte principio inicio final fin valor temperatura velocidad
        distancia razón cosa tipo dinero punto autor responsable dueño propietario cumpleaños
        nacimiento muerte habitante participante jefe meses veces razones valores ciudades países
        mujeres lugares autores edades cantidades""",
    "it": """prezzo tariffa costo importo somma totale numero quantità telefono cellulare mail data
        giorno anno mese settimana ora minuto momento durata termine età altezza larghezza
        lunghezza peso superficie nome cognome titolo indirizzo luogo posto città paese regione
        secolo persona gente uomo donna bambino figlio figlia volta tempo euro dollaro metro
        chilometro chilo grammo litro percentuale parte inizio fine valore temperatura velocità
        distanza ragione cosa tipo soldi punto autore responsabile proprietario compleanno nascita
        morte abitante partecipante capo anni giorni mesi ore minuti volte settimane metri
        chilometri chili grammi litri persone uomini donne bambini figli figlie prezzi abitanti
        partecipanti gradi""",
}
# What only one of them says: in a row of a table no word may tell the language.
_SURELY = {"fr": "du au", "es": "los las", "it": "gli degli"}


def thing(question: str) -> str:
    """The noun that a French, Spanish or Italian question for a fact is about, lower-case; "" where
    none says so."""
    code = language(question)
    if code not in _PATTERNS or kind(question) != "fact":
        return ""
    found = next(
        (match for pattern in _PATTERNS[code] if (match := pattern.search(question))), None
    )
    noun = found["noun"].lower() if found else ""
    return "" if _single(noun) in _kinds(code) or noun in stop_words(code) else noun


def is_unheard_of(question: str, hits: Sequence[Hit], top: str) -> bool:
    """Is a question about something of which none of `hits` has the word, nor one that begins so?

    It is asked of passages in its own language, as far as the best sentence, `top`, tells.
    """
    noun = thing(question)
    code = language(question)
    if not noun or language(f"{top} {_SURELY[code]}") != code:
        return False
    return not all(any(_names(hit, part, code) for hit in hits) for part in noun.split("-"))


def _names(hit: Hit, noun: str, code: str) -> bool:
    told = _words(f"{placed(hit)}\n{PurePath(hit.path).stem}")
    stem = _stem(noun, code)
    if len(stem) < _BEGUN:  # "maire" and "mairie" have one stem
        return _single(noun) in map(_single, told)
    begun = stem[: max(_BEGUN, len(stem) - 3)]
    return any(_bare(word).startswith(begun) or _stem(word, code) == stem for word in told)


def _single(word: str) -> str:
    """A word without its accents and without what ends most plurals."""
    return _bare(word).rstrip("sx")


def _words(text: str) -> list[str]:
    """Its words, without an article that is written together with them."""
    return [part for word in words(text) for part in word.split("'")]


def _stem(word: str, code: str) -> str:
    return _bare(stemmed(word, code))


def _bare(word: str) -> str:
    """A word without its accents, which many leave out."""
    return "".join(c for c in normalize("NFD", word) if not combining(c))


@cache
def _kinds(code: str) -> frozenset[str]:
    return frozenset(map(_single, _OF_KIND[code].split()))
