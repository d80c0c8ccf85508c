"""Numbers and addresses by which someone is reached, and what they look like.

A line that has none does not tell it, however often it names the person. English, German, French,
Spanish and Chinese words ask for them; what they look like is the same everywhere.
"""

from __future__ import annotations

import re

from rag import lazy_re

_NO_DATE = (
    r"(?!\d{1,4}[-./]\s?\d{1,2}[-./]\s?\d{1,4}(?![\d/-]))"
    r"(?!(?:19|20)\d\d\s?[-–/ ]\s?(?:19|20)?\d\d)"
)
_ASKED = (
    (  # a telephone number
        r"\b(?:(?:tele|mobile\s+|cell\s*|hand[yi]\s*)?phone|mobile|cell|fax)[\s-]*(?:numbers?|no\b)"
        r"|\bnumber\s+(?:of\s+the|for\s+the)\s+\w*phone|\b(?:telefon|handy|mobil|fax|ruf)-?nummern?\b"
        r"|\bn[uú]m[ée]ro\s+de\s+(?:t[ée]l[ée]phone|tel[ée]fono|portable|m[oó]vil)\b"
        r"|电话号码|手机号|電話號碼|传真号|电话是多少",
        rf"(?<![a-z0-9.,:/-]){_NO_DATE}(?:(?:\+|\(?0)[\d\s()/.–-]{{4,}}\d"
        r"|\d{3,5}[-/ ]\d{3,}(?![.,]?\d)|(?:1[-. ])?\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}(?!\d)"
        r"|\d\d(?:[ .]\d\d){3,4}(?!\d)|\d{7,12}(?![\d%]|[.,]\d))|☎|\|\s*\d{3,6}\s*(?:\||$)"
        r"|\b(?:ext|extension|durchwahl|dial|call|ring|tel|phone|telefon|notruf|fax|mobile?|handy"
        r"|t[ée]l[ée]phone|tel[ée]fono|portable|móvil|hotline|reach\w*|erreich\w*|unter)\b\D{0,20}\d{2,}"
        r"|(?:电话|電話|手机|手機|热线|熱線|传真|傳真|拨打)\D{0,20}\d{2,}",
    ),
    (  # an address for mail
        r"\be-?mail[\s-]*(?:address|adresse)|\bmail-?adresse|\badresse\s+(?:e-?mail|[ée]lectronique)"
        r"|\b(?:correo|direcci[oó]n)\s+(?:electr[oó]nic[oa]|de\s+correo)\b|邮箱|电邮|电子邮件地址",
        r"\w\s?(?:@|\(at\)|\[at\])\s?\w",
    ),
    (  # one in the web
        r"\b(?:web\s*address|url|homepage)\b|\bwhat(?:['’]s|\s+is)\s+the\s+website\s+of\b"
        r"|\b(?:internet|web)-?adresse\b|\badresse\s+(?:web|internet|du\s+site)\b|\bp[aá]gina\s+web\b|网址",
        r"\bhttps?:|\bwww\."
        r"|\b[\w-]+\.(?!pdf|docx?|txt|xlsx?|md)[a-z]{2,8}(?:/|\b(?!\s+(?-i:[A-Z])))",
    ),
    (  # a bank account
        r"\biban\b|\b(?:bank\s+)?account\s+number|\b(?:konto|iban)-?nummer|\bbankverbindung\b"
        r"|\bn[uú]m[ée]ro\s+de\s+(?:compte|cuenta)\b|银行账号|银行账户|账号是",
        r"\b[A-Z]{2}\d{2}(?:\s?[\dA-Z]{4}){2,}|(?<![\d.,/-])\d[\d\s-]{4,}\d(?![.,/]\d)"
        r"|\b(?:account|konto|compte|cuenta)\w*\b\D{0,20}\d{3,}",
    ),
)
# "Bis wann muss ich die Kontonummer mitteilen?", "May I change my e-mail address?"
_OF_OTHER = lazy_re.compile(
    r"^\W*(?:why|when|how|who|whose|where|until|by\s+when|bis|ab|auf|wann|warum|wieso|wer|wo"
    r"|wie\s(?!lautet|ist\b|hei)|was\s+(?!ist\b|sind\b)|quand|comment|pourquoi|cuándo|cómo"
    r"|what\s+(?:if|must|should|do|does|did|can|could|happen\w*|else|on)\b"
    r"|which\s+(?!(?:is|are|\w*\s*(?:phone|fax|mobile|e-?mail|account|url|iban))\b)"
    r"|is\s+(?!there\b)|are|am|may|must|should|shall|has|have|had|did|does|will|would"
    r"|(?:can|could|do)\s+(?!you\b)|kann|können|darf|dürfen|muss|müssen|soll|sollte|ist|sind|hat|wird"
    r"|werden|brauch\w*|est(?:-ce)?|sont|peu[tx]|puis|dois|doit|faut|pued[eo]|deb[eo]|es|son)\b"
    r"|吗\W*$|怎么|如何|为什么|能否|可以|是否|谁",
    re.IGNORECASE,
)
_FORMS = tuple((lazy_re.compile(asks, re.I), lazy_re.compile(form, re.I)) for asks, form in _ASKED)


def form_of_contact(question: str) -> re.Pattern[str] | None:
    """What has to be in a sentence that tells the number or address that is asked for; None where
    none is."""
    if _OF_OTHER.search(question):
        return None
    return next((form for asks, form in _FORMS if asks.search(question)), None)


_SHORT = lazy_re.compile(r"(?<=\|)\s*\d{3,6}\s*(?=\||$)")
_OF_PHONES = lazy_re.compile(
    r"phone|\b(?:tel|ext(?:ension)?|mobile?|cell|fax|call|dial|contact|numbers?|no|nr|n[uú]m[ée]ro)\b"
    r"|telefon|handy|nummer|durchwahl|portable|móvil|[电電]话",
    re.IGNORECASE,
)


def without_sums(row: str, head: str) -> str:
    """A row of a table without the cells that may be extensions of a telephone, where by its head
    no column is one of them."""
    return _SHORT.sub(" ", row) if head and not _OF_PHONES.search(head) else row


def is_contact(form: re.Pattern[str]) -> bool:
    """Is a form that of a number or address?"""
    return any(form is one for _, one in _FORMS)
