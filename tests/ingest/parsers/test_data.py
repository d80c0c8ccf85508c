"""JSON, notebooks, XML, subtitles."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parsers.data import parse_json, parse_notebook, parse_xml
from ingest.parsers.subtitles import parse as parse_subtitles
from rag.errors import DocumentError


def _file(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def _json(folder: Path, value: Any) -> str:
    return parse_json(_file(folder, "a.json", json.dumps(value))).text


def test_json(tmp_path: Path) -> None:
    assert _json(tmp_path, [{"name": "Ada", "age": 36}, {"name": "Bob"}]) == (
        "name | age\nAda | 36\nBob | –"
    )
    nested = {"server": {"port": 80, "tls": True, "names": ["a", "b"]}, "x": None}
    assert _json(tmp_path, nested) == (
        "- server.port: 80\n- server.tls: true\n- server.names: a, b"
    )
    rows = {"title": "Tea", "rows": [{"k": "green", "p": 4}, {"k": "black", "p": 3}]}
    assert _json(tmp_path, rows) == "title: Tea\n\nrows\n\nk | p\ngreen | 4\nblack | 3"
    assert _json(tmp_path, [{"a": {"b": 1}}, {"a": {"b": 2}}]) == "a.b: 1\n\na.b: 2"
    assert _json(tmp_path, {"text": "word " * 200}).startswith("text: word word")


def test_json_lines_and_what_only_looks_like_json(tmp_path: Path) -> None:
    lines = '{"q": "Who?", "a": {"x": 1}}\n{broken\n{"q": "Why?", "a": {"x": 2}}\n{"q": "No"}\n'
    parsed = parse_json(_file(tmp_path, "a.jsonl", lines))
    assert parsed.text.startswith("- q: Who?\n- a.x: 1\n\n- q: Why?")
    assert parsed.warnings == ("1 lines are no JSON and were left out",)
    parsed = parse_json(_file(tmp_path, "b.json", "{// a comment\n x: 1}"))
    assert parsed.text == "{// a comment\n x: 1}"
    deep = parse_json(_file(tmp_path, "c.json", "[" * 100_000))
    assert "it was read as text" in deep.warnings[0]


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=12,
    )
)
def test_any_json_keeps_its_words(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "json"
    folder.mkdir(exist_ok=True)
    with suppress(DocumentError):
        text = _json(folder, [value, "sentinel"])
        assert "sentinel" in text


def test_a_notebook(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Tea\n", "It is *hot*."]},
        {"cell_type": "code", "source": "print(4)", "outputs": [{"text": ["4\n"]}]},
        {"cell_type": "code", "source": "x", "outputs": [{"data": {"text/plain": "5"}}]},
    ]
    parsed = parse_notebook(_file(tmp_path, "a.ipynb", json.dumps({"cells": cells})))
    assert parsed.title == "Tea"
    assert parsed.text.split("\n\n") == ["Tea", "It is hot.", "print(4)", "4", "x", "5"]


def test_feeds_and_other_xml(tmp_path: Path) -> None:
    feed = (
        "<rss><channel><title>News</title><item><title>Tea</title><pubDate>1 Jan</pubDate>"
        "<description>&lt;p&gt;It is hot.&lt;/p&gt;</description></item></channel></rss>"
    )
    parsed = parse_xml(_file(tmp_path, "a.xml", feed))
    assert (parsed.title, parsed.text) == ("News", "Tea\n\n1 Jan\n\nIt is hot.")
    other = parse_xml(_file(tmp_path, "b.xml", '<shop><tea kind="green">4</tea></shop>'))
    assert other.text == "- tea (kind=green): 4"


def test_text_after_an_element_of_a_sentence_is_kept(tmp_path: Path) -> None:
    manual = (
        "<doc><para>Open the <emphasis>valve</emphasis>, wait <quantity unit='min'>10</quantity>"
        " minutes<br/>and&nbsp;go.<list><item>One.</item><item>Two.</item></list></para>"
        "<para>Next.</para></doc>"
    )
    assert parse_xml(_file(tmp_path, "a.xml", manual)).text == (
        "- para: Open the valve, wait 10 minutes and go.\n- quantity (unit=min): 10\n"
        "- item: One.\n- item: Two.\n- para: Next."
    )
    chapter = f"<book>Stray <chapter>{'Long text. ' * 60}</chapter> words.</book>"
    lines = parse_xml(_file(tmp_path, "b.xml", chapter)).text.split("\n")
    assert (lines[0], lines[2]) == ("- book: Stray", "- book: words.")
    assert lines[1].startswith("- chapter: Long text. Long")


def test_paragraphs_of_an_article_in_a_feed_stay_apart(tmp_path: Path) -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="http://www.w3.org/1999/xhtml">'
        '<title>News</title><entry><title>Tea</title><content type="xhtml">'
        "<x:div><x:p>It is <x:b>hot</x:b>.</x:p><x:p>Wait &lt; 5.</x:p></x:div></content></entry>"
        "</feed>"
    )
    assert parse_xml(_file(tmp_path, "a.xml", feed)).text == "Tea\n\nIt is hot.\n\nWait < 5."


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_xml_that_is_not_in_the_encoding_it_declares(tmp_path: Path, mark: bytes) -> None:
    head = mark + b'<?xml version="1.0" encoding="utf-16"?>\n'
    path = tmp_path / "a.xml"
    path.write_bytes(head + "<shop><tea>grün</tea></shop>".encode())
    assert parse_xml(path).text == "- tea: grün"
    path.write_bytes(head + b'<!DOCTYPE a [<!ENTITY e "ha">]><a>&e;x</a>')
    with pytest.raises(DocumentError, match="entities"):
        parse_xml(path)


def test_xml_reaches_for_nothing(tmp_path: Path) -> None:
    secret = _file(tmp_path, "secret.txt", "the secret")
    for entity in (f'SYSTEM "{secret.as_uri()}"', '"ha"'):
        source = f"<!DOCTYPE a [<!ENTITY e {entity}>]><a>&e;x</a>"
        with pytest.raises(DocumentError, match=r"a\.xml.*entities"):
            parse_xml(_file(tmp_path, "a.xml", source))


def test_subtitles(tmp_path: Path) -> None:
    vtt = (
        "WEBVTT\n\n1\n00:01.000 --> 00:03.000 align:start\n<v Ada>It is <i>hot</i>.\n\n"
        "00:03.500 --> 00:05.000\nVery &amp; hot.\n\n01:00:20,000 --> 01:00:22,000\nLater.\n"
    )
    parsed = parse_subtitles(_file(tmp_path, "a.vtt", vtt))
    assert parsed.text == "[0:00:01] Ada: It is hot. Very & hot.\n\n[1:00:20] Later."
    with pytest.raises(DocumentError, match=r"a\.vtt: no text"):
        parse_subtitles(_file(tmp_path, "a.vtt", "WEBVTT\n"))


def test_a_chat_tells_who_said_what_on_which_day(tmp_path: Path) -> None:
    ada = {"user": "U1", "user_profile": {"real_name": "Ada King"}, "type": "message"}
    slack = [
        ada | {"ts": "1746517320.0002", "text": "<@U2> ok &amp; <https://a.example|plan>"},
        ada | {"ts": "1746517200.0001", "text": "It took 47 minutes", "reactions": [{"count": 2}]},
        {"user": "U2", "ts": "1746603600.0", "username": "Tom", "text": "Thanks"},
    ]
    assert _json(tmp_path, slack) == (
        "Tuesday, 6 May 2025\n\n[07:40] Ada King: It took 47 minutes\n\n"
        "[07:42] Ada King: @Tom ok & plan (https://a.example)\n\n"
        "Wednesday, 7 May 2025\n\n[07:40] Tom: Thanks"
    )
    said = {
        "from": "Ines",
        "date": "2025-06-01T09:01:00",
        "text": ["at ", {"text": "10"}, " sharp"],
    }
    chat = {"name": "Club", "messages": [said, {"author": {"nickname": "Bo"},
            "timestamp": "2025-06-01T09:02:00.1+00:00", "content": "", "attachments":
            [{"fileName": "map.png"}]}]}  # fmt: skip
    assert _json(tmp_path, chat) == (
        "Sunday, 1 June 2025\n\n[09:01] Ines: at 10 sharp\n\n[09:02] Bo: [map.png]\n\nname: Club"
    )
    review = {"user": "Ada", "date": "2025-06-01", "text": "good", "stars": 4}
    assert "stars" in _json(tmp_path, [review, review])


def test_each_speaker_of_a_transcript_has_a_paragraph(tmp_path: Path) -> None:
    lines = [
        "<v Mrs. Pascoe>I open it.", "<v Mrs. Pascoe>Welcome.", "Clerk (Tom): It is 42.",
        "So it is.", ">> Thanks.",
    ]  # fmt: skip
    cues = [f"00:0{n}.000 --> 00:0{n}.900\n{line}" for n, line in enumerate(lines)]
    parsed = parse_subtitles(_file(tmp_path, "a.vtt", "WEBVTT\n\n" + "\n\n".join(cues)))
    assert parsed.text == (
        "[0:00:00] Mrs. Pascoe: I open it. Welcome.\n\n[0:00:02] Clerk (Tom): It is 42. So it is."
        "\n\n[0:00:04] >> Thanks."
    )


def test_records_that_are_no_chat_lose_nothing(tmp_path: Path) -> None:
    log = [{"ts": 1746517320.5, "user": "bob", "message": "failed", "ip": "1.2.3.4"}] * 2
    assert "1.2.3.4" in _json(tmp_path, log)
    mail = {"from": "a", "to": "c", "date": "2025-06-01T10:00", "subject": "Rent", "body": "Up"}
    assert "| Rent |" in _json(tmp_path, {"messages": [mail, mail]})
    film = [{"sender": "A", "timestamp": n, "text": "Hi"} for n in (12.5, 20250601)]
    assert "1970" not in _json(tmp_path, {"messages": film})
    days = [{"sender": "A", "date": "2025-06-01", "text": "Hi"}] * 2
    assert "00:00" not in _json(tmp_path, {"messages": days})


def test_a_chat_keeps_what_nobody_said_and_what_has_no_time(tmp_path: Path) -> None:
    said = {
        "sender": "A",
        "timestamp": 1746517320,
        "text": "if a <b and c> d, then",
        "subject": "E",
    }
    joined = {"date": "2025-06-01T10:00:00", "text": "Ada joined"}
    chat = {"messages": [said, said, said, joined, {"sender": "B", "text": "Late."}]}
    text = _json(tmp_path, chat)
    assert "A: E: if a <b and c> d, then" in text
    assert "[10:00] Ada joined" in text
    assert "Late." in text


@pytest.mark.parametrize("unit", ["<https:", "<https:a|", "<@A|", "<p "])
def test_no_marks_of_chats_take_more_than_a_moment(tmp_path: Path, unit: str) -> None:
    begun = process_time()
    said = {"sender": "A", "timestamp": 1746517320, "text": unit * 60_000}
    assert _json(tmp_path, {"messages": [said]})
    assert process_time() - begun < 5


def test_captions_that_roll_say_nothing_twice(tmp_path: Path) -> None:
    lines = ["<v Ada>One.", "<v Ada>One.", "<v Ada>Two.", ">> Three.", ">> Three."]
    cues = [f"00:0{n}.000 --> 00:0{n}.900\n{line}" for n, line in enumerate(lines)]
    parsed = parse_subtitles(_file(tmp_path, "a.vtt", "WEBVTT\n\n" + "\n\n".join(cues)))
    assert parsed.text == "[0:00:00] Ada: One. Two.\n\n[0:00:03] >> Three."
