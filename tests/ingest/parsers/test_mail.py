"""Mail: one message, a mailbox, attachments of any depth."""

from __future__ import annotations

import base64
import mailbox
from email.message import EmailMessage
from pathlib import Path
from time import process_time

import pytest

from ingest.parsers import members
from ingest.parsers.mail import parse_eml, parse_mbox
from rag.errors import DocumentError


def _message(subject: str = "Tea", text: str = "It costs 4 euros.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ada Lovelace <ada@example.org>"
    message["To"] = "bob@example.org"
    message["Date"] = "Mon, 20 Jul 2015 10:00:00 +0200"
    message["Subject"] = subject
    message.set_content(text)
    return message


def _eml(folder: Path, message: EmailMessage | bytes) -> Path:
    path = folder / "a.eml"
    path.write_bytes(message if isinstance(message, bytes) else bytes(message))
    return path


def test_a_message_with_attachments(tmp_path: Path) -> None:
    message = _message("Prix du thé")
    message.add_attachment("Name,Price\ngreen,4\n", subtype="csv", filename="prices.csv")
    message.add_attachment(_message("Inner", "The inner text."))
    message.add_attachment(b"\0\1\2", maintype="application", subtype="x", filename="blob.bin")
    parsed = parse_eml(_eml(tmp_path, message))
    assert parsed.title == "Prix du thé"
    assert parsed.metadata["date"] == "2015-07-20"
    parts = parsed.text.split("\n\n")
    assert parts[0] == "Prix du thé"
    assert "From: Ada Lovelace <ada@example.org>" in parts[1]
    assert parts[2:5] == ["It costs 4 euros.", "prices.csv", "Name | Price\ngreen | 4"]
    assert parts[5] == "Inner"
    assert parts[-1] == "The inner text."
    (warning,) = parsed.warnings
    assert warning.startswith("blob.bin: looks like")


def test_html_goes_before_plain_text(tmp_path: Path) -> None:
    message = _message(text="plain")
    message.add_alternative(
        "<p>rich</p><table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>",
        subtype="html",
    )
    text = parse_eml(_eml(tmp_path, message)).text
    assert text.endswith("rich\n\na | 1\nb | 2")
    assert "plain" not in text


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.c\nSubject: =?utf-99?q?bad?=\nContent-Type: text/plain; charset=nope\n\nHi\xff",
        b"From: a@b.c\nSubject: x\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nHi",
        b"From: \xff\xfe\nDate: 99 Foo\nSubject: x\nContent-Transfer-Encoding: base64\n\nSGk=",
    ],
)
def test_broken_mail_gives_its_text(tmp_path: Path, raw: bytes) -> None:
    assert "Hi" in parse_eml(_eml(tmp_path, raw)).text


@pytest.mark.parametrize(
    ("charset", "written", "text"),
    [
        ("iso-8859-1", "cp1252", "Seiten 10–20 kosten 50 €, „Größe“ zählt"),
        ("iso-8859-9", "cp1254", "Sayfa 10–20, İstanbul, 50 €"),
        ("gb2312", "gb18030", "朱镕基说第1–9页很好"),
        ("ks_c_5601-1987", "cp949", "펲시 똠방각하 10쪽"),
        ("us-ascii", "utf-8", "Größe 10–20"),
        ("utf-8", "utf-8", "Größe 10–20"),
    ],
)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_charset_is_read_as_mail_programs_mean_it(
    tmp_path: Path, charset: str, written: str, text: str, kind: str
) -> None:
    head = f"From: a@b.c\nSubject: x\nContent-Type: text/{kind}; charset={charset}\n\n"
    parsed = parse_eml(_eml(tmp_path, head.encode() + text.encode(written)))
    assert parsed.text.split("\n\n")[-1] == text
    word = base64.b64encode(text.encode(written)).decode()
    subject = f"From: a@b.c\nSubject: =?{charset}?B?{word}?=\n\nHi".encode()
    if charset != "us-ascii":
        assert parse_eml(_eml(tmp_path, subject)).title == text


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_headers_with_letters_as_they_are(tmp_path: Path, encoding: str) -> None:
    raw = "From: Jürgen <a@b.c>\nSubject: Grüße aus Köln – 50 €\n\nHi".encode(encoding)
    parsed = parse_eml(_eml(tmp_path, raw))
    assert parsed.title == "Grüße aus Köln – 50 €"
    assert parsed.metadata["author"] == "Jürgen <a@b.c>"


def test_html_tells_its_charset_where_the_message_does_not(tmp_path: Path) -> None:
    page = b'From: a@b.c\nContent-Type: text/html\n\n<meta charset="windows-1251"><p>'
    assert "Чай" in parse_eml(_eml(tmp_path, page + "Чай</p>".encode("cp1251"))).text


def test_what_is_no_mail(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"a\.eml: no mail message"):
        parse_eml(_eml(tmp_path, b"   \n\n  \n"))
    locked = b"From: a@b.c\nContent-Type: multipart/encrypted; boundary=q\n\n--q\n\nx\n--q--\n"
    with pytest.raises(DocumentError, match=r"a\.eml: an encrypted message"):
        parse_eml(_eml(tmp_path, locked))


def test_a_mailbox(tmp_path: Path) -> None:
    box = mailbox.mbox(str(tmp_path / "a.mbox"))
    for subject in ("One", "Two"):
        box.add(_message(subject, f"This is {subject}."))
    box.close()
    parsed = parse_mbox(tmp_path / "a.mbox")
    assert parsed.metadata == {"messages": "2"}
    headings = [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == "heading"]
    assert headings == ["One", "Two"]
    assert parsed.text.endswith("This is Two.")


def test_too_many_attachments_end_the_reading_not_the_message(tmp_path: Path) -> None:
    box = mailbox.mbox(str(tmp_path / "a.mbox"))
    message = _message()
    for number in range(5):
        message.add_attachment(f"file {number}", filename=f"{number}.txt")
    box.add(message)
    box.close()
    with members.budget(members.Budget(members=4)):
        parsed = parse_mbox(tmp_path / "a.mbox")
    assert "file 2" in parsed.text
    assert "file 4" not in parsed.text
    assert any("too many files" in warning for warning in parsed.warnings)


def test_an_over_full_message_keeps_what_was_read(tmp_path: Path) -> None:
    message = _message()
    for number in range(5):
        message.add_attachment(f"file {number}", filename=f"{number}.txt")
    path = _eml(tmp_path, message)
    with members.budget(members.Budget(members=4)):
        parsed = parse_eml(path)
    assert parsed.title == "Tea"
    assert "It costs 4 euros." in parsed.text
    assert "file 2" in parsed.text
    assert "file 4" not in parsed.text
    assert any("too many files" in warning for warning in parsed.warnings)


def test_quoted_mail_stands_under_the_line_that_says_whose_it_is(tmp_path: Path) -> None:
    text = (
        "It is now 19 March.\n\nOn 10 Feb 2025, at 21:05, Rob <r@b.example> wrote:\n\n"
        "> Can we move it?\n>\n>> On 7 Feb 2025, Helen wrote:\n>>\n>> It is on\n>> 12 March.\n"
    )
    parsed = parse_eml(_eml(tmp_path, _message(text=text)))
    assert [
        (block.kind, block.level, parsed.text[block.start : block.end]) for block in parsed.blocks
    ][2:] == [
        ("paragraph", 0, "It is now 19 March."),
        ("heading", 2, "On 10 Feb 2025, at 21:05, Rob <r@b.example> wrote:"),
        ("paragraph", 0, "Can we move it?"),
        ("heading", 3, "On 7 Feb 2025, Helen wrote:"),
        ("paragraph", 0, "It is on\n12 March."),
    ]


def test_answers_between_quoted_lines_keep_the_marks_that_part_the_two(tmp_path: Path) -> None:
    text = "On 3 March 2025 Ada wrote:\n> Is it hot?\n\nYes.\n\n> And sweet?\n\nNo.\n"
    parsed = parse_eml(_eml(tmp_path, _message(text=text)))
    assert parsed.text.endswith("> Is it hot?\n\nYes.\n\n> And sweet?\n\nNo.")


@pytest.mark.parametrize(
    "text", ["many words " * 40_000, "Ada and Bob wrote\n> Two roads\n" * 9000]
)
def test_a_line_of_any_length_is_read_at_once(tmp_path: Path, text: str) -> None:
    begun = process_time()
    assert parse_eml(_eml(tmp_path, _message(text=text))).text
    assert process_time() - begun < 5
