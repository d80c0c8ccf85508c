"""Invisible characters and encodings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsers.clean import Cleaner, decode

_ANY = st.text(st.characters(), max_size=200)


@given(_ANY)
def test_cleaned_text_is_safe_to_store_and_stays_clean(text: str) -> None:
    cleaned = Cleaner().clean(text)
    cleaned.encode("utf-8")
    assert not set(cleaned) & set("\x00\r\x0b\x0c\x85\u200b\u202e\ufeff\u2028\U000e0041")
    assert "\n".join(cleaned.split("\n")) == cleaned
    assert Cleaner().clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("dirty", "clean", "warned"),
    [
        ("a\U000e0049\U000e0067b", "ab", "2 tag"),
        ("user\u202eexe.txt", "userexe.txt", "1 bidirectional control"),
        ("pass\u200bword", "password", "1 zero-width"),
        ("a\ufe01\ufe02\ufe03b", "ab", "3 zero-width"),
        ("hy\xadphen", "hyphen", ""),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd", ""),
        ("\ud800", "\ufffd", ""),
    ],
)
def test_what_nobody_sees_goes_and_is_noted(dirty: str, clean: str, warned: str) -> None:
    cleaner = Cleaner()
    assert cleaner.clean(dirty) == clean
    assert warned in " ".join(cleaner.warnings())
    assert bool(warned) == bool(cleaner.warnings())


@pytest.mark.parametrize("text", ["می\u200cخواهم", "👩\u200d👩\u200d👧", "क्\u200dष", "❤\ufe0f"])
def test_joiners_that_mean_something_stay(text: str) -> None:
    assert Cleaner().clean(text) == text


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le-bom", "cp1252"],
)
def test_encodings(encoding: str) -> None:
    text = "Über die Größe der Bäume, naïve café. " * 5
    if encoding == "utf-16-le-bom":
        data = b"\xff\xfe" + text.encode("utf-16-le")
    else:
        data = text.encode(encoding)
    assert decode(data) == (text, ())


def test_a_broken_byte_in_utf8_costs_one_character() -> None:
    text, warnings = decode("größer und schöner".encode() + b"\xff" + "ä".encode())
    assert text == "größer und schöner\ufffdä"
    assert warnings == ("1 bytes are not UTF-8 and were replaced",)


@given(st.binary(max_size=300))
def test_every_file_decodes(data: bytes) -> None:
    text, _ = decode(data)
    assert isinstance(text, str)
