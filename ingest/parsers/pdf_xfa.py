"""XFA forms: PDFs whose pages only say "please wait", while the form is XML inside.

PDFium is built without XFA. What is read is the wording of the template and the values of the
fields; scripts are not run.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.parsers.package import local, xml

if TYPE_CHECKING:
    from lxml.etree import _Element

XFA_ONLY = 2  # PDFium's FORMTYPE_XFA_FULL
_LARGEST = 64 * 1024 * 1024  # bytes of a packet
_TAG = re.compile(r"<[^>]+>")
_INVISIBLE = frozenset(["hidden", "invisible"])


def lines(path: Path, password: str | None) -> list[str]:
    """What the form says, "caption: value" for fields that are filled in; [] if unreadable."""
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(path.read_bytes()), password=password)
        root: Any = reader.trailer["/Root"]
        packets = _packets(root["/AcroForm"]["/XFA"])
        template = xml(packets["template"])
        values = _values(xml(packets["datasets"])) if "datasets" in packets else {}
    except Exception:  # pypdf fails in many ways; the pages are still there
        return []
    found = [" ".join(line.split()) for line in _template(template, values)]
    return list(dict.fromkeys(line for line in found if line))


def _packets(array: Any) -> dict[str, bytes]:
    packets = {}
    for name, stream in zip(array[::2], array[1::2], strict=False):
        data = stream.get_object().get_data()
        if len(data) <= _LARGEST:
            packets[str(name)] = data
    return packets


def _values(data: _Element) -> dict[str, list[str]]:
    """Values by the name of their field, in the order of the form."""
    found: dict[str, list[str]] = defaultdict(list)
    for element in data.iter():
        if not len(element) and (element.text or "").strip():
            found[local(element)].append(element.text or "")
    return found


def _template(template: _Element, values: dict[str, list[str]]) -> Iterator[str]:
    for element in template.iter():
        if element.get("presence") in _INVISIBLE:
            continue
        if local(element) == "draw":
            yield _said(element)
        elif local(element) == "field":
            name = element.get("name", "")
            caption = next((_said(child) for child in element if local(child) == "caption"), "")
            if values.get(name):
                yield f"{(caption or name).strip(' :')}: {values[name].pop(0)}"
            elif caption:
                yield caption


def _said(element: _Element) -> str:
    """The text that a part of the form shows."""
    parts = []
    for shown in (child for child in element if local(child) == "value"):
        for value in shown:
            if local(value) == "text":
                parts.append(value.text or "")
            elif local(value) == "exData":
                parts.append(_TAG.sub(" ", "".join(value.itertext())))
    return " ".join(parts)
