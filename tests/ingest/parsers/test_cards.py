"""Calendars and contacts."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parsers.calendar import parse as parse_calendar
from ingest.parsers.contacts import parse as parse_contacts
from rag.errors import DocumentError


def _file(folder: Path, lines: str) -> Path:
    path = folder / "a.ics"
    path.write_bytes(lines.replace("\n", "\r\n").encode())
    return path


def _event(folder: Path, lines: str, calendar: str = "") -> str:
    card = f"BEGIN:VEVENT\nSUMMARY:Choir\n{lines}\nEND:VEVENT"
    whole = f"BEGIN:VCALENDAR\nVERSION:2.0\n{calendar}{card}\nEND:VCALENDAR\n"
    return parse_calendar(_file(folder, whole)).text


def test_an_event_tells_its_day_hours_and_place(tmp_path: Path) -> None:
    text = _event(
        tmp_path,
        "DTSTART;TZID=Europe/London:20250715T143000\nDTEND;TZID=Europe/London:20250715T150000\n"
        'LOCATION:Smile Clinic\\, 4 Mutley\n  Plain\nORGANIZER;CN="Crane, Ada":mailto:a@b.example\n'
        "DESCRIPTION:Bring the brace.\\nAsk.\nBEGIN:VALARM\nDESCRIPTION:Reminder\nEND:VALARM",
    )
    assert text == (
        "Choir\n\nChoir, date: Tuesday, 15 July 2025, 14:30 to 15:00\n"
        "Choir, place: Smile Clinic, 4 Mutley Plain\nChoir, organiser: Crane, Ada\n\n"
        "Bring the brace.\nAsk."
    )


@pytest.mark.parametrize(
    ("lines", "calendar", "said"),
    [
        ("DTSTART;VALUE=DATE:20250809\nDTEND;VALUE=DATE:20250810", "", "9 August 2025, all day"),
        (
            "DTSTART;VALUE=DATE:20250809\nDTEND;VALUE=DATE:20250824",
            "",
            "9 August 2025 to Saturday, 23 August 2025",
        ),
        ("DTSTART:20250926T080000Z\nDURATION:PT1H30M", "", "September 2025, 08:00 to 09:30 UTC"),
        (
            "DTSTART:20250926T080000Z",
            "X-WR-TIMEZONE:Europe/Berlin\n",
            "26 September 2025, 10:00",
        ),
        ("DTSTART:20250901\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "",
         "Choir, repeats: every 2 weeks on Monday, Thursday"),
        ("RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20251231", "",
         "every month on last Friday until Wednesday, 31 December 2025"),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=-1", "",
         "every month on the last of Monday, Friday"),
        ("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "", "every year on last Sunday in March"),
        ("RRULE:FREQ=YEARLY;BYWEEKNO=20\nRRULE:FREQ=MONTHLY;BYMONTHDAY=15,-1", "",
         "every year (BYWEEKNO=20); every month on day 15, last day"),
        ("RRULE:FREQ=DAILY\nRDATE:20250501\nEXDATE;VALUE=DATE:20251225,20251226", "",
         "Choir, also: Thursday, 1 May 2025\n"
         "Choir, except: Thursday, 25 December 2025; Friday, 26 December 2025"),
        ("RECURRENCE-ID:20250501T100000\nDTSTART:20250502T110000", "",
         "Friday, 2 May 2025, 11:00\nChoir, instead of: Thursday, 1 May 2025, 10:00"),
        ("DTSTART;TZID=Asia/Tokyo:20250502T110000", "X-WR-TIMEZONE:Europe/Berlin\n",
         "11:00 (Asia/Tokyo)"),
        ("ORGANIZER:mailto:a@b.example\nATTENDEE:MAILTO:c@d.example\nCATEGORIES:Work", "",
         "organiser: a@b.example\nChoir, with: c@d.example\nChoir, groups: Work"),
        ("DESCRIPTION:<p>Bring <b>tea</b>.<br>Ask.</p>", "", "Choir\n\nBring tea.\nAsk."),
        ("DESCRIPTION:Not folded\nas it should be.", "", "Not folded\nas it should be."),
        ("DESCRIPTION:Two\u2028lines.", "", "Two\nlines."),
        ("DTSTART:soon\nSTATUS:CANCELLED", "", "Choir, date: soon\nChoir, status: cancelled"),
    ],
)  # fmt: skip
def test_days_and_rules(tmp_path: Path, lines: str, calendar: str, said: str) -> None:
    assert _event(tmp_path, lines, calendar).endswith(said)


def test_contacts_of_every_version(tmp_path: Path) -> None:
    parsed = parse_contacts(
        _file(
            tmp_path,
            "BEGIN:VCARD\nVERSION:3.0\nFN:Judith Crane\nTEL;TYPE=CELL,VOICE:+44 7700\n"
            "ADR;TYPE=WORK:;;Elm Street 2;Plymouth;;PL4;UK\nBDAY:1968-05-17\n"
            "item1.EMAIL:j@choir.example\nitem1.X-ABLabel:_$!<Choir>!$_\nEND:VCARD\n"
            "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Garc=C3=ADa;Luc=\n"
            "=C3=ADa;;;\nTEL;CELL:+34 600\nPHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/4AAQ\n IBwc\n"
            "BDAY:--0312\nX-SKYPE:lucia.g\nEND:VCARD\n",
        )
    )
    assert parsed.text == (
        "Judith Crane\n\nJudith Crane, phone (cell): +44 7700\n"
        "Judith Crane, address (work): Elm Street 2, Plymouth, PL4, UK\n"
        "Judith Crane, birthday: 17 May 1968\nJudith Crane, e-mail (choir): j@choir.example\n\n"
        "Lucía García\n\nLucía García, phone (cell): +34 600\nLucía García, birthday: 12 March\n"
        "Lucía García, skype: lucia.g"
    )


def test_a_year_that_nobody_gave_is_not_told(tmp_path: Path) -> None:
    card = "BEGIN:VCARD\nFN:Ada\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-05-17\nEND:VCARD"
    assert parse_contacts(_file(tmp_path, card)).text.endswith("birthday: 17 May")


def test_letters_that_are_folded_in_two_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    folded = "BEGIN:VCARD\nFN:Gr\u00fc\u00dfe\nEND:VCARD".encode()
    path.write_bytes(folded.replace(b"\xc3\x9f", b"\xc3\r\n \x9f"))
    assert parse_contacts(path).text == "Gr\u00fc\u00dfe"


def test_cards_that_nothing_ends_are_in_order(tmp_path: Path) -> None:
    cut = "BEGIN:VCARD\nFN:Ada\nBEGIN:VCARD\nFN:Bob\nTEL:1"
    assert parse_contacts(_file(tmp_path, cut)).text == "Ada\n\nBob\n\nBob, phone: 1"


@pytest.mark.parametrize(
    "unit",
    ["QUOTED-PRINTABLE", "N;QUOTED-PRINTABLE:=\n", ";a=", ';"', "A\n", "_$!<", "BEGIN:VCARD\n"],
)
def test_no_lines_take_more_than_a_moment(tmp_path: Path, unit: str) -> None:
    begun = process_time()
    card = f"BEGIN:VCARD\nFN:Ada\na.X-ABLABEL:{unit * (400_000 // len(unit))}\na.TEL:1\nEND:VCARD"
    assert parse_contacts(_file(tmp_path, card)).text
    assert process_time() - begun < 8


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=st.lists(st.one_of(st.text(max_size=8), st.sampled_from(
    ["\nBEGIN:VEVENT\n", "\nEND:VEVENT\n", "\nBEGIN:VCARD\nFN:", "\nDTSTART:2025",
     "\nRRULE:FREQ=DAILY;BY",
     "\nDESCRIPTION:<p>", "=\n", "\n ", ";ENCODING=QUOTED-PRINTABLE:", "\nEXDATE:", ",", ":", ";"]
)), max_size=30))  # fmt: skip
def test_any_text_gives_ordered_blocks(tmp_path: Path, content: list[str]) -> None:
    path = tmp_path / "a.ics"
    path.write_text("".join(content), encoding="utf-8", errors="replace", newline="")
    for parse in (parse_calendar, parse_contacts):
        try:
            parsed = parse(path)
        except DocumentError:
            continue
        position = 0
        for block in parsed.blocks:
            assert position <= block.start < block.end <= len(parsed.text)
            assert parsed.text[block.start : block.end].strip()
            position = block.end


def test_what_is_cut_off_or_empty_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    cut = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Choir\nDTSTART:20250715"
    assert "15 July 2025" in parse_calendar(_file(tmp_path, cut)).text
    assert parse_calendar(_file(tmp_path, "BEGIN:VCALENDAR\nEND:VCALENDAR")).text.startswith(
        "BEGIN"
    )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=st.lists(st.sampled_from(
    ["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCARD", "END:VCARD", "SUMMARY:x",
     "DTSTART:99999999T999999Z", "DTSTART:99991231", "DTEND:00010101", "DURATION:P9999W",
     "RRULE:FREQ=DAILY;UNTIL=x", "FN:y", "BDAY:00000000", ":", "N:;"]
)))  # fmt: skip
def test_no_order_of_lines_is_an_error_of_ours(tmp_path: Path, content: list[str]) -> None:
    path = _file(tmp_path, "x\n" + "\n".join(content))
    for parse in (parse_calendar, parse_contacts):
        assert parse(path).text
