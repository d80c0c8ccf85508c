"""What is said and asks nothing of the documents: thanks, a greeting, a nod, or the wish for a
translation, which a quotation is none of. It gets a reply instead of a refusal."""

from __future__ import annotations

import re

from rag import lazy_re

# By language: thanks, greetings, what nods or leaves, and what asks for another language.
_SAID = {
    "en": (
        r"(?:many )?thanks?(?: you)?(?: (?:a lot|so much|very much|again))?|thx|cheers",
        r"(?:hello|hi|hey)(?: there)?|good (?:morning|afternoon|evening|day)",
        r"ok(?:ay)?|great|perfect|got it|i see|(?:good)?bye",
        r"(?:(?:please|now|can you|could you)\W+)*"
        r"(?:(?:translate|say|repeat|write|put|give|tell|answer)(?: me)?(?: (?:that|this|it|the"
        r" answer|again))* )?(?:in|into) (?:english|german|french|spanish|italian)(?:\W+please)?",
    ),
    "de": (
        r"(?:vielen |besten |herzlichen )?danke?(?: (?:schön|sehr|dir|ihnen))?",
        r"hallo|guten (?:morgen|tag|abend)|moin|servus|grüß gott",
        r"alles klar|verstanden|in ordnung|prima|tschüss|auf wiedersehen",
        r"(?:bitte )?(?:auf|ins) (?:englische?|deutsche?|französische?|spanische?|italienische?)"
        r"(?:,? bitte)?",
    ),
    "fr": (
        r"merci(?: (?:beaucoup|bien))?",
        r"bonjour|bonsoir|salut",
        r"d['’]accord|compris|au revoir",
        r"en (?:anglais|allemand|français|espagnol|italien)",
    ),
    "es": (
        r"(?:muchas )?gracias",
        r"hola|buen[oa]s (?:días|tardes|noches)",
        r"vale|de acuerdo|entendido|adiós",
        r"en (?:inglés|alemán|francés|español|italiano)",
    ),
}
_REPLIES = {
    "en": (
        "You're welcome.", "Hello. What would you like to know from your documents?", "All right.",
        "Answers are quoted from your documents, in their own language; nothing is translated.",
    ),
    "de": (
        "Gern geschehen.", "Hallo. Was möchten Sie aus Ihren Dokumenten wissen?", "Gut.",
        "Antworten sind aus Ihren Dokumenten zitiert, in deren Sprache; übersetzt wird nichts.",
    ),
    "fr": (
        "De rien.", "Bonjour. Que voulez-vous savoir de vos documents ?", "Bien.",
        "Les réponses citent vos documents dans leur langue ; aucune n'est traduite.",
    ),
    "es": (
        "De nada.", "Hola. ¿Qué desea saber de sus documentos?", "Bien.",
        "Las respuestas citan sus documentos en su idioma; ninguna se traduce.",
    ),
}  # fmt: skip
_OF = {
    code: lazy_re.compile(
        rf"\W*(?:(?:(?P<k0>{kinds[0]})|(?P<k1>{kinds[1]})|(?P<k2>{kinds[2]})|(?P<k3>{kinds[3]}))"
        r"\b\W*)+",
        re.IGNORECASE,
    )
    for code, kinds in _SAID.items()
}


def reply(asked: str, whole: str) -> str:
    """The reply to what is nothing but a remark; "" to all that may ask something, as what was
    made `whole` from what was said before does."""
    for code, pattern in _OF.items():
        if said := pattern.fullmatch(asked):
            kind = next(kind for kind in (3, 0, 1, 2) if said[f"k{kind}"])
            return "" if kind == 3 and whole != asked else _REPLIES[code][kind]
    return ""
