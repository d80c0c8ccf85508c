"""Languages that are told by their script."""

from __future__ import annotations

from rag import lazy_re

_LANGUAGES = (
    ("ja", lazy_re.compile(r"[\u3040-\u30ff]")),
    ("zh", lazy_re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("ko", lazy_re.compile(r"[\uac00-\ud7af]")),
    ("ar", lazy_re.compile(r"[\u0600-\u06ff]")),
    ("ru", lazy_re.compile(r"[\u0400-\u04ff]")),
    ("el", lazy_re.compile(r"[\u0370-\u03ff]")),
    ("hi", lazy_re.compile(r"[\u0900-\u097f]")),
    ("th", lazy_re.compile(r"[\u0e00-\u0e7f]")),
    ("he", lazy_re.compile(r"[\u0590-\u05ff]")),
)
# All of them at once: most texts have no such letter, and need not be gone through for each.
_ANY = lazy_re.compile(f"[{''.join(pattern.pattern[1:-1] for _, pattern in _LANGUAGES)}]")


def of_script(text: str) -> str:
    """ISO 639-1 code of a text with more than a fifth of its letters in such a script, or ""."""
    if not _ANY.search(text):
        return ""
    letters = sum(character.isalpha() for character in text) or 1
    for code, pattern in _LANGUAGES:
        if len(pattern.findall(text)) > 0.2 * letters:
            return code
    return ""
