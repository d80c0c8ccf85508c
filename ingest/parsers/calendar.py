"""Calendars (ICS): each event and task under its name, with its day, hours, place and rule."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.parsers.build import Builder
from ingest.parsers.card_lines import Card, Line, add_card, cards
from ingest.parsers.clean import decode, require_text
from ingest.parsers.plain import parse_text
from rag.types import Parsed

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_LENGTH = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?")
_DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday",
    "SA": "Saturday", "SU": "Sunday",
}  # fmt: skip
_EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_BY_DAY = re.compile(r"([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)")
_ORDER = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"}
_MOST_NAMES = 20  # of those who take part


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """The events and tasks of a calendar in the order of the file. `password` is not used.

    Raises:
        DocumentError: there is no text in the file.
    """
    text, warnings = decode(path.read_bytes())
    builder = Builder()
    builder.warnings.extend(warnings)
    found = list(cards(builder.cleaner.clean(text)))
    calendar = next((card for card in found if card.kind == "VCALENDAR"), Card("", ()))
    zone = _zone(calendar.text("X-WR-TIMEZONE"))
    for card in found:
        if card.kind in ("VEVENT", "VTODO", "VJOURNAL"):
            _add(builder, card, zone)
    if builder.is_empty:
        return parse_text(path)
    parsed = builder.parsed(calendar.text("X-WR-CALNAME") or calendar.text("NAME") or path.stem)
    require_text(path, parsed.text, "Export the calendar again.")
    return parsed


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError):  # no zone of this machine's
        return None


def _add(builder: Builder, card: Card, zone: tzinfo | None) -> None:
    begin, end = card.get("DTSTART"), card.get("DTEND")
    names = [line.parameters.get("CN", "") for line in card.lines if line.name == "ATTENDEE"]
    organiser = card.get("ORGANIZER")
    state = card.text("STATUS").replace("-", " ").lower()
    due = card.get("DUE")
    told = {
        "Date": _when(begin, end, card.text("DURATION"), zone) if begin else "",
        "Due": _moment(due, zone) if due else "",
        "Repeats": _rule(card.text("RRULE"), zone),
        "Place": card.text("LOCATION"),
        "Organiser": organiser.parameters.get("CN", "") if organiser else "",
        "With": ", ".join(filter(None, names[:_MOST_NAMES])),
        "Status": "" if state == "confirmed" else state,
        "Address": card.text("URL"),
    }
    add_card(builder, card.text("SUMMARY") or "(no title)", told.items())
    description = card.get("DESCRIPTION")
    for paragraph in (description.text if description else "").split("\n\n"):
        builder.add("paragraph", paragraph)


def _when(begin: Line, end: Line | None, length: str, zone: tzinfo | None) -> str:
    """The day and hours: "Tuesday, 15 July 2025, 14:30 to 15:00"."""
    first = _stamp(begin, zone)
    last = _stamp(end, zone) if end else _after(first, length)
    if first is None:
        return begin.text
    if not isinstance(first, datetime):
        if last is not None and not isinstance(last, datetime) and last > first:
            last -= timedelta(days=1)  # the end is the day after it
            return f"{_day(first)} to {_day(last)}" if last > first else f"{_day(first)}, all day"
        return f"{_day(first)}, all day"
    shown = f"{_day(first)}, {first:%H:%M}"
    if isinstance(last, datetime) and last != first:
        same = last.date() == first.date()
        shown += f" to {last:%H:%M}" if same else f" to {_day(last)}, {last:%H:%M}"
    return shown + (" UTC" if _is_utc(begin, zone) else "")


def _after(first: date | None, length: str) -> date | None:
    """The end of what begins then and is so long: "PT1H30M"."""
    match = _LENGTH.fullmatch(length)
    if first is None or not match:
        return None
    weeks, days, hours, minutes = (min(int(part or 0), 10_000) for part in match.groups())
    try:
        return first + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


def _moment(line: Line, zone: tzinfo | None) -> str:
    stamp = _stamp(line, zone)
    if stamp is None:
        return line.text
    if not isinstance(stamp, datetime):
        return _day(stamp)
    return f"{_day(stamp)}, {stamp:%H:%M}{' UTC' if _is_utc(line, zone) else ''}"


def _stamp(line: Line, zone: tzinfo | None) -> date | None:
    """A day or, where it tells the hour, a moment; None where it is neither."""
    match = _STAMP.match(line.value.strip())
    try:
        if not match or match[4] is None:
            return date(*map(int, match.groups()[:3])) if match else None
        year, month, day, hour, minute = (int(part or 0) for part in match.groups()[:5])
        moment = datetime(year, month, day, hour, minute)
        if match[7] and zone:
            moment = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment


def _is_utc(line: Line, zone: tzinfo | None) -> bool:
    return zone is None and line.value.strip().endswith("Z")


def _day(day: date) -> str:
    return f"{_DAYS[list(_DAYS)[day.weekday()]]}, {day.day} {day:%B} {day.year}"


def _rule(rule: str, zone: tzinfo | None) -> str:
    """ "every 2 weeks on Monday, Thursday until …", from "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    unit = _EVERY.get(parts.get("FREQ", ""))
    if not unit:
        return ""
    step = parts.get("INTERVAL", "1")
    shown = f"every {unit}" if step == "1" else f"every {step} {unit}s"
    days = [f"{_ORDER.get(n, n)} {_DAYS[day]}".strip() for n, day in
            _BY_DAY.findall(parts.get("BYDAY", ""))]  # fmt: skip
    if days:
        shown += f" on {', '.join(days)}"
    if until := parts.get("UNTIL"):
        shown += f" until {_moment(Line('UNTIL', until, {}, ()), zone)}"
    return shown + (f", {parts['COUNT']} times" if parts.get("COUNT") else "")
