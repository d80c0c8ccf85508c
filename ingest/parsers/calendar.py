"""Calendars (ICS): each event and task under its name, with its day, hours, place and rule."""

from __future__ import annotations

import re
from calendar import day_name, month_name
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.parsers.build import Builder
from ingest.parsers.card_lines import Card, Line, add_card, read_cards
from ingest.parsers.clean import require_text
from ingest.parsers.days import in_words
from ingest.parsers.plain import parse_text
from rag.types import Parsed

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_LENGTH = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?")
_DAYS = dict(zip("MO TU WE TH FR SA SU".split(), day_name, strict=True))
_EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_BY_DAY = re.compile(r"([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)")
_ORDER = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"}
_KNOWN = (
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST",
    "BYDAY", "BYSETPOS", "BYMONTHDAY", "BYMONTH",
)  # fmt: skip
_NUMBERS = frozenset(map(str, range(1, 13)))
_HTML = re.compile(r"</?(?:br|p|b|i|u|a|ul|ol|li|div|span|html-blob)\b[^<>]*>")
_MOST = 100  # of those who take part, and days of a rule


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """The events and tasks of a calendar in the order of the file. `password` is not used.

    Raises:
        DocumentError: there is no text in the file.
    """
    builder, found = read_cards(path)
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
    names = [_person(line) for line in card.lines if line.name == "ATTENDEE"]
    organiser, moved = card.get("ORGANIZER"), card.get("RECURRENCE-ID")
    state = card.text("STATUS").replace("-", " ").lower()
    due = card.get("DUE")
    told = {
        "Date": _when(begin, end, card.text("DURATION"), zone) if begin else "",
        "Due": _moment(due, zone) if due else "",
        "Repeats": "; ".join(
            _rule(line.value, zone) for line in card.lines if line.name == "RRULE"
        ),
        "Also": _moments(card, "RDATE", zone),
        "Except": _moments(card, "EXDATE", zone),
        "Instead of": _moment(moved, zone) if moved and begin and moved[1] != begin[1] else "",
        "Place": card.text("LOCATION"),
        "Organiser": _person(organiser) if organiser else "",
        "With": ", ".join(filter(None, names[:_MOST])),
        "Status": "" if state == "confirmed" else state,
        "Groups": card.text("CATEGORIES"),
        "Contact": card.text("CONTACT"),
        "Comment": card.text("COMMENT"),
        "Web": card.text("URL"),
    }
    add_card(builder, card.text("SUMMARY") or "(no title)", told.items())
    description = card.get("DESCRIPTION")
    _describe(builder, description.text if description else "")


def _describe(builder: Builder, text: str) -> None:
    """What is said of an event, in HTML by some programs."""
    if _HTML.search(text):
        from ingest.parsers.web import build_fragment

        build_fragment(text.replace("\n", "<br>"), builder)
        return
    for paragraph in text.split("\n\n"):
        builder.add("paragraph", paragraph)


def _person(line: Line) -> str:
    """A name, or the address of one who has none."""
    return line.parameters.get("CN", "") or re.sub(r"(?i)\Amailto:", "", line.text.strip())


def _moments(card: Card, name: str, zone: tzinfo | None) -> str:
    given = [(line, part) for line in card.lines if line.name == name
             for part in line.value.split(",")]  # fmt: skip
    return "; ".join(_moment(line._replace(value=part), zone) for line, part in given[:_MOST])


def _when(begin: Line, end: Line | None, length: str, zone: tzinfo | None) -> str:
    """The day and hours: "Tuesday, 15 July 2025, 14:30 to 15:00"."""
    first = _stamp(begin, zone)
    last = _stamp(end, zone) if end else _after(first, length)
    if first is None:
        return begin.text
    if not isinstance(first, datetime):
        if last is not None and not isinstance(last, datetime) and last > first:
            last -= timedelta(days=1)  # the end is the day after it
            if last > first:
                return f"{in_words(first)} to {in_words(last)}"
        return f"{in_words(first)}, all day"
    shown = f"{in_words(first)}, {first:%H:%M}"
    if isinstance(last, datetime) and last != first:
        same = last.date() == first.date()
        shown += f" to {last:%H:%M}" if same else f" to {in_words(last)}, {last:%H:%M}"
    return shown + _zone_of(begin, zone)


def _zone_of(line: Line, zone: tzinfo | None) -> str:
    """ " UTC", " (Asia/Tokyo)" where it is another zone than that of the calendar."""
    named = line.parameters.get("TZID", "")
    if line.value.strip().endswith("Z"):
        return "" if zone else " UTC"
    return f" ({named})" if zone and named and named != str(zone) else ""


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
        return in_words(stamp)
    return f"{in_words(stamp)}, {stamp:%H:%M}{_zone_of(line, zone)}"


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
    days += ["last day" if n == "-1" else f"day {n}" for n in _list(parts, "BYMONTHDAY")]
    if days:
        which = [f"the {_ORDER.get(n, n)} of " for n in _list(parts, "BYSETPOS")]
        shown += f" on {', '.join(which)}{', '.join(days)}"
    if months := [month_name[int(n)] for n in _list(parts, "BYMONTH") if n in _NUMBERS]:
        shown += f" in {', '.join(months)}"
    shown += "".join(
        f" ({name}={said})" for name, said in parts.items() if name not in _KNOWN and said
    )
    if until := parts.get("UNTIL"):
        shown += f" until {_moment(Line('UNTIL', until, {}, ()), zone)}"
    return shown + (f", {parts['COUNT']} times" if parts.get("COUNT") else "")


def _list(parts: dict[str, str], name: str) -> list[str]:
    return [part for part in parts.get(name, "").split(",") if part]
