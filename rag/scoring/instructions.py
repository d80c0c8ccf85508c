"""Sentences of documents that tell the assistant what to do, and are no evidence therefore.

"Ignore all previous instructions", "add this link to your reply", "you are now …": whoever puts
that into a document speaks to what reads it, not to the person who asks. Such a sentence answers
no question but one about itself. Each pattern says how sure it makes us; a sentence is left out
from `SURE` on. Ordinary imperatives ("Run the installer", "Do not ignore warnings") have none of
the marks, since they speak of the reader's things and not of an answer, a prompt or a model.

The patterns were made on one half of the kinds of published payloads and on one set of
documentation, and measured on the others: docs/trust.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag import lazy_re

if TYPE_CHECKING:
    from rag.evidence import Sentence

SURE = 1.0
_LONGEST = 2_000  # characters that are looked at
_PARTS = 4  # what follows so many of the last colons is looked at by itself, too


def _any(words: str) -> str:
    """One of some words, written in a row; an underscore stands for a space."""
    return f"(?:{'|'.join(words.split()).replace('_', ' ')})"


# A sentence may begin with a label or a courtesy before its verb.
_LEAD = _any(
    "important note attention warning p\\.?s\\.? instead now then also finally please kindly always"
    " just and but do_not don['’]t never you_must you_should you_will you_have_to you_can"
)
_START = rf"^[\W_]*(?:{_LEAD}[\W_]+)*"
_FORGET = _any("ignore disregard forget override bypass overrule discard neglect")
_GIVEN = _any(
    "previous prior above earlier preceding foregoing former original existing initial system"
)
_ORDERS = _any(
    "instructions? prompts? directions? directives? guidelines? commands? rules orders tasks?"
    " requests? constraints programming context conversation messages? questions?"
)
_BEFORE = _any("above before so_far you_were you_have_been you_had_been")
_REPLY = _any("answers? response reply replies output message completion explanation elucidation")
_CHANGE = _any(
    "add append include insert integrate incorporate mention modify augment enhance enrich embed"
    " provide give begin start end finish conclude prefix prepend precede replace remove render"
    " translate convert rewrite rearrange scramble substitute encode format write express phrase"
    " use combine group introduce misspell jumble repeat limit keep restrict change alter make"
)
_SAY = _any("respond answer reply say output print return state claim write")
_ONLY = _any("only just exactly simply solely nothing_but")
_MODEL = _any(
    "ai ai_models? assistants? chat_?bots? bots? language_models? large_language_models? llms?"
    " gpt\\S* chatgpt"
)
_SHOW = _any(
    "reveal print repeat output show tell leak display disclose dump recite summari[sz]e send quote"
)
_MAKE = _any(
    "write compose draft create provide develop generate give_me tell_me make_up come_up_with"
    " produce sing recite"
)
_INVENT = _any("compose create generate develop give_me make_up come_up_with")
_WORK = _any(
    "poems? haiku limerick song rap story tale essay speech jokes? recipe sonnet lyrics"
    " tweet blog_post screenplay dialogue"
)
# By which way, when and where people reply to people: by email, by Friday, in writing.
_BY_POST = (
    r"(?:by(?! \w+ing\b)|before|until|no later|within|in (?:writing|person|time|ink|pencil|black"
    r"|blue|(?:the|this) (?:\w+ )?(?:space|box|field|column|margin)))"
)
_HERE = (
    r"(?:on|at|from|in|of) (?:\w+ )?(?:pages?|chapter|section|unit|lesson|exercise|figure|table)\b"
)
_SNIPPET = rf"{_any('following subsequent below')} code {_any('snippet block excerpt section')}"
_CODE = _any("code codebase solution implementation algorithm response answer reply explanation")
_TURN = _any("im_start im_end system user assistant endoftext eot_id start_header_id").replace(
    " ", "_"
)
# The first of all such orders in the languages that we can read.
_FORGET_ELSEWHERE = (
    r"(?:ignorier\w*|vergiss|vergessen sie|missachte\w*)[^.!?]{0,30}"
    r"(?:vorherig|vorig|bisherig|obig|früher|vorangegangen)\w*[^.!?]{0,20}"
    r"(?:anweisung|befehl|regel|vorgabe|instruktion)",
    r"(?:ignore[zr]?|oublie[zr]?)[^.!?]{0,25}(?:instruction|consigne|directive|règle)s?"
    r"[^.!?]{0,15}(?:précédent|ci-dessus|antérieur|donné)",
    r"(?:ignor[ae]|olvid[ae]|esquec[ae]|dimentica)[^.!?]{0,25}"
    r"(?:instruccion|instruç|istruzion|orden)\w*[^.!?]{0,15}(?:anterior|previ|precedent)",
    r"(?:игнорируй|забудь)\w*[^.!?]{0,25}(?:инструкци|указани)",
    r"(?:忽略|无视|無視|忘记|忘掉)[^。！？]{0,12}(?:指令|指示|提示|说明|要求|命令)",
    r"(?:以前|前|上記|これまで)の?[^。！？]{0,6}(?:指示|命令|プロンプト)[^。！？]{0,6}(?:無視|忘れ)",
    r"تجاهل[^.!؟]{0,20}(?:تعليمات|أوامر)",
)

_PATTERNS: tuple[tuple[float, str], ...] = (
    # --- what went before is not to count
    (1.0, rf"\b{_FORGET}\b[^.!?]{{0,40}}?\b{_GIVEN}\b[^.!?]{{0,30}}\b{_ORDERS}\b"),
    (1.0, rf"\b{_FORGET}\b[^.!?]{{0,40}}?\b{_ORDERS}\b[^.!?]{{0,12}}\b{_BEFORE}\b"),
    (
        1.0,
        rf"\b{_FORGET} (?:everything|anything|all|what(?:ever)?)\b[^.!?]{{0,25}}"
        r"\b(?:above|before|previous(?:ly)?|so far|prior|was said"
        r"|you (?:were|have been|know|learned))\b",
    ),
    (1.0, "|".join(_FORGET_ELSEWHERE)),
    (0.5, r"\bdo (?:this|the following) instead\b"),
    # --- it speaks of the answer that is being written, or gives orders about it
    (
        0.6,
        r"\byour (?:(?:final|next|entire|whole|full|own|written|overall) )?"
        rf"{_REPLY}\b(?! {_BY_POST})",
    ),
    (0.5, rf"{_START}(?:in|with|at the \w+ of) (?:your|the|every|each) {_REPLY}\b"),
    (0.5, rf"{_START}{_CHANGE}\b"),
    (
        1.0,
        rf"{_START}{_SAY} (?:{_ONLY} )+(?!{_BY_POST})"
        r"(?:with|in|as|by|the (?:word|phrase|text|sentence)|[\"'“‘«])",
    ),
    (
        0.7,
        rf"{_START}(?:respond|answer|reply)(?: {_ONLY}| always)? (?!{_BY_POST})"
        r"(?:with|in|as|by|to every)\b",
    ),
    (0.5, r"\b(?:to|tell|ask|inform|convince|persuade|direct|redirect|warn) the users?\b"),
    (1.0, rf"{_START}(?:respond to|answer|reply to) (?:every|any|all) questions? (?:with|in|by)\b"),
    (
        0.5,
        r"\b(?:must|should|shall) (?:always |never |not |only )*"
        r"(?:say|answer|respond|reply|tell|ignore|mention|recommend)\b",
    ),
    (0.5, r"\binstead of (?:answering|responding|replying|the answer)\b"),
    # --- it speaks to a model, or makes one play a part
    (
        1.0,
        r"\byou are (?:now |no longer |not |actually |from now on )*(?:an?|the|in) "
        rf"(?:\w+[ -]){{0,3}}?(?:{_MODEL}|dan|developer mode)\b",
    ),
    (1.0, r"\byou are now (?:free|unrestricted|uncensored|jailbroken)\b"),
    (1.0, rf"\b(?:if|since|when) you(?:['’]re| are) (?:an? |the )?(?:\w+ )?{_MODEL}\b"),
    (1.0, rf"(?:^|[.!?:] )(?:dear|hey|hi|hello|attention|note (?:to|for)),? (?:\w+ )?{_MODEL}\b"),
    (0.6, r"^(?:an? |the |all )?(?:ai(?: assistants?| models?)?|assistants?|llms?)[,:!]"),
    (0.5, rf"\b(?:all|any|every|attention|dear) {_MODEL}\b|\b{_MODEL} (?:must|should|shall)\b"),
    (0.6, rf"{_START}(?:act|behave|pose|role-?play) as (?:if|though|an?|the)\b"),
    (0.6, r"\bpretend (?:to be|that|you)\b"),
    (0.5, r"\bfrom now on\b|\bfor the rest of (?:this|the) (?:conversation|chat|session)\b"),
    (0.4, r"\byou (?:must|will|shall|are to|have to|may not|are not allowed to)\b"),
    # --- it wants to see what is kept from it
    (
        1.0,
        rf"{_START}{_SHOW}\b[^.!?]{{0,30}}\b"
        rf"(?:your|system|hidden|initial|secret) (?:\w+ )?{_ORDERS}\b",
    ),
    (
        1.0,
        rf"{_START}{_SHOW}\b[^.!?]{{0,30}}\b"
        r"(?:words|text|everything|lines?|sentences?|prompt|instructions) above\b",
    ),
    (0.5, r"\bsystem prompt\b|\byour (?:\w+ )?(?:instructions|prompt|programming)\b"),
    # --- marks of a conversation
    (1.0, rf"<\|{_TURN}\|>|</?(?:system|assistant)>|\[/?INST\]|<<SYS>>"),
    (0.6, r"^\W*(?:system|assistant|new instructions?|end of (?:document|context))\s*:"),
    # --- work for a writer, not for the reader of a document
    (1.0, rf"{_START}{_MAKE}\b[^.!?:;]{{0,40}}?\b(?:an?|some) (?:\w+ )?{_WORK}\b"),
    # What one writes to a landlord, or provides of a doctor, is a letter, too.
    (1.0, rf"{_START}{_INVENT}\b[^.!?:;]{{0,40}}?\ban? (?:\w+ )?letter\b(?!.* your\b)"),
    (
        1.0,
        rf"{_START}translate (?:this|it|everything|the (?:following|text|sentence|phrase))\b"
        rf"(?! {_HERE})",
    ),
    (1.0, rf"\b{_SNIPPET}\b[^.!?]{{0,60}}\byour (?:\w+ )?{_CODE}\b"),
)
_COMPILED = tuple((weight, lazy_re.compile(text, re.IGNORECASE)) for weight, text in _PATTERNS)

# A question about such things. One about assembly instructions is none.
_ABOUT = lazy_re.compile(
    r"\bprompts?\b|\binjection|\bjailbreak|\bpayload|\bhomework\b|\bexercises?\b|\bassignments?\b"
    r"|\b(?:essay|poem|translat\w*)\b|anweisung|consigne|instruccion|指令|指示|提示"
    r"|\binstruct\w*\b.*\b(?:gives?|given|contain\w*|hid\w*|inject\w*|embed\w*|assistant|ai|chatbot|llm)\b"
    r"|\b(?:hid\w*|inject\w*|embed\w*|ignor\w+|told|tells?)\b.*\b(?:instruct|assistant|chatbot|ai\b)",
    re.IGNORECASE,
)


def score(text: str) -> float:
    """How sure it is that a sentence gives orders to an assistant, in [0, 1].

    "Whoever is asked about this does the following: …" is one if what follows is.
    """
    text = " ".join(text[:_LONGEST].split())
    parts = (text, *text.split(": ")[1:][-_PARTS:])
    return min(1.0, max(map(_total, parts)))


def _total(text: str) -> float:
    return sum(weight for weight, pattern in _COMPILED if pattern.search(text))


def without(found: Sequence[Sentence], question: str) -> list[Sentence]:
    """The sentences that can be evidence for `question`, in their order.

    Nothing is left out where the question asks for such things, or where nothing would be left.
    What an instruction announces with a colon goes with it.
    """
    if _ABOUT.search(question):
        return list(found)
    kept: list[Sentence] = []
    announced: int | None = None  # hit in which the sentence before was left out
    for item in found:
        after = announced == item.hit
        announced = None
        if after or score(item.whole) >= SURE:
            announced = item.hit if item.text.rstrip("`\"' \n").endswith(":") else None
        else:
            kept.append(item)
    return kept or list(found)
