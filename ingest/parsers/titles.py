"""Titles that a program wrote into a file and that nobody chose."""

from __future__ import annotations

import re

_NOBODYS = re.compile(
    r"untitled.*|microsoft word.*|\(?(?:anonymous|unspecified|unknown|none|title)\)?|[\W\d_]*"
    r"|(?:word.)?(?:document|dokument)\s*\d*|(?:powerpoint.)?(?:presentation|präsentation)\s*\d*"
    r"|(?:book|mappe|sheet|slide)\s*\d+|.*\.(?:docx?|pdf|dvi|tex|indd|qxd|xlsx?|pptx?|rtf|odt)\b.*",
    re.IGNORECASE | re.DOTALL,
)


def chosen(title: str | None) -> str | None:
    """The title that a file's properties give, or None where it is a program's own or a file name,
    as "Word Document" or "Microsoft Word - offer.doc"."""
    title = (title or "").strip()
    return None if _NOBODYS.fullmatch(title) else title
