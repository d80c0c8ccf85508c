"""Calendars and contacts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parsers.calendar import parse as parse_calendar
from ingest.parsers.contacts import parse as parse_contacts


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


def test_what_is_cut_off_or_empty_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    cut = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Choir\nDTSTART:20250715"
    assert "15 July 2025" in parse_calendar(_file(tmp_path, cut)).text
    assert parse_calendar(_file(tmp_path, "BEGIN:VCALENDAR\nEND:VCALENDAR")).text.startswith(
        "BEGIN"
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
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
