"""What only makes a question polite: "Can you tell me when the rent is due?" asks when it is due.

Taken for a question for yes or no, it would be answered as one.
"""

from __future__ import annotations

import re

from rag import lazy_re

_ASKED_OF = r"(?:you|anyone|anybody|someone|somebody)"
_POLITE = lazy_re.compile(
    r"^\W*(?:please,?\s+)?(?:"
    rf"(?:(?:can|could|would|will)\s+{_ASKED_OF}\s+(?:please\s+)?)?"
    r"(?:tell|show|give|remind|inform)\s+(?:me|us)\s+(?!(?:more\s+)?(?:about|something)\b)"
    rf"|(?:do|does|would)\s+(?:we|{_ASKED_OF})\s+(?:happen\s+to\s+)?know\s+"
    r"|(?:i(?:['’]d|\s+would)?|we)\s+(?:like|want|need|wanted)\s+to\s+know\s+"
    r"|i\s+(?:wonder|was\s+wondering)\s+"
    # "Can you name a successor?" may ask whether one can.
    r"|(?:can|could|would|will)\s+you\s+(?:please\s+)?(?=(?:explain|describe|summari[sz]e|outline"
    r"|compare|enumerate|(?:list|name|find)\s+(?:me\s+)?(?:the|all|some|every|two|three|four|five"
    r"|\d))\b)"
    r")(?:please\s+)?(?P<whether>(?:if|whether)\s+)?",
    re.IGNORECASE,
)


def direct(question: str) -> str:
    """An English question as it is asked without ado: "When the rent is due?", "Is it true that
    pets are allowed?"; as it is where it has nothing of that."""
    polite = _POLITE.match(question)
    rest = question[polite.end() :] if polite else ""
    if not polite or not rest.strip():
        return question
    return f"Is it true that {rest}" if polite["whether"] else f"{rest[:1].upper()}{rest[1:]}"
