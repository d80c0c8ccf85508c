"""Charts of Office files (DrawingML) as the tables that they draw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.parsers.build import Builder
from ingest.parsers.grid import Grid
from ingest.parsers.package import local
from ingest.parsers.sheet_values import dated, shown

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST = 100_000  # points of a series


def add_chart(builder: Builder, root: _Element) -> None:
    """Adds the title of a chart and a table of what each of its plots shows."""
    builder.add("caption", _title(root))
    since_1904 = any(_val(one) not in ("0", "false") for one in _all(root, "date1904"))
    by_day = next((_val(one, "formatCode") for axis in _all(root, "dateAx")
                   for one in _all(axis, "numFmt")), "")  # fmt: skip
    for area in _all(root, "plotArea"):
        for plot in area:
            series = [child for child in plot if local(child) == "ser"]
            for group in [series] if not _of(series, "xVal") else [[one] for one in series]:
                _table(builder, group, by_day, since_1904)


def _table(builder: Builder, series: list[_Element], by_day: str, since_1904: bool) -> None:
    """Series that share their categories, or one of points with an x and a y."""
    heads = _of(series, "cat") or _of(series, "xVal")
    labels = _points(heads[0], by_day, since_1904) if heads else {}
    columns = [
        _points(values[0], "", since_1904) if values else {}
        for values in (_of([one], "val") or _of([one], "yVal") for one in series)
    ]
    count = max((max(points, default=-1) for points in (labels, *columns)), default=-1) + 1
    if not any(columns):
        return
    rows = [
        ["X" if _of(series, "xVal") else "Category", *(_name(one) or "Value" for one in series)]
    ]
    for at in range(count):
        values = [points.get(at, "") for points in columns]
        rows.append([labels.get(at, str(at + 1)), *values])
    Grid(builder).table(rows)


def _points(source: _Element, by_day: str, since_1904: bool) -> dict[int, str]:
    """What stands at each place of a series. Categories on several levels are told together."""
    if levels := list(_all(source, "lvl")):
        found: dict[int, str] = {}
        told = [dict(_cached(level)) for level in levels]
        last = [""] * len(levels)
        for at in range(max((max(level, default=-1) for level in told), default=-1) + 1):
            last = [told[0].get(at, ""), *(level.get(at, old) for level, old in
                                           zip(told[1:], last[1:], strict=True))]  # fmt: skip
            found[at] = " ".join(filter(None, reversed(last)))
        return found
    form = next(("".join(one.itertext()) for one in _all(source, "formatCode")), "")
    numeric = any(True for name in ("numCache", "numLit") for _ in _all(source, name))
    return {
        at: _number(text, form, by_day, since_1904) if numeric else text
        for at, text in _cached(source)
    }


def _number(text: str, form: str, by_day: str, since_1904: bool) -> str:
    from openpyxl.styles.numbers import is_date_format

    try:
        number = float(text)
    except ValueError:
        return text
    for day in (form, by_day):
        if is_date_format(day):
            return dated(number, day, from_1904=since_1904)
    return dated(number, "", from_1904=since_1904) if by_day else shown(number, form)


def _cached(source: _Element) -> Iterator[tuple[int, str]]:
    for point in _all(source, "pt"):
        at = point.get("idx") or ""
        value = next(_all(point, "v"), None)
        if value is not None and at.isascii() and at.isdigit() and len(at) < 9 and int(at) < _MOST:
            yield int(at), " ".join((value.text or "").split())


def _title(root: _Element) -> str:
    chart = next(_all(root, "chart"), root)
    titles = [child for child in chart if local(child) == "title"]
    return " ".join("".join(one.text or "" for one in _all(title, "t")) for title in titles)


def _name(series: _Element) -> str:
    texts = [one for title in _of([series], "tx") for one in _all(title, "v")]
    return " ".join((texts[0].text or "").split()) if texts else ""


def _of(series: list[_Element], name: str) -> list[_Element]:
    return [child for one in series for child in one if local(child) == name]


def _all(element: _Element, name: str) -> Iterator[_Element]:
    return (one for one in element.iter() if local(one) == name)


def _val(element: _Element, name: str = "val") -> str:
    return element.get(name) or ""
