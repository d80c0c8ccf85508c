"""Encrypted files can be added without the command line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas
from streamlit.testing.v1 import AppTest

from app import adding, unlocking
from app.service import Service
from ingest.records import Outcome, Report
from tests.app.test_pages import library_page
from tests.app.waiting import until
from tests.ingest.toys import ToyEmbedder


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A PDF behind the password "päss"."""
    canvas = Canvas(str(tmp_path / "plain.pdf"))
    canvas.drawString(72, 700, "The secret is kept in the harbour.")
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=tmp_path / "plain.pdf")
    writer.encrypt("päss", algorithm="AES-256")
    writer.write(tmp_path / "locked.pdf")
    return tmp_path / "locked.pdf"


def settled(service: Service, page: AppTest) -> AppTest:
    """Runs a page again when nothing is being added any more."""
    until(lambda: all(job.over for job in adding.jobs(service, "letters")))
    return page.run()


def test_the_page_asks_for_the_password_of_an_encrypted_file(
    service: Service, locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "models", SimpleNamespace(embedder=ToyEmbedder()))
    page = library_page()
    page.session_state["planned"] = page.session_state["collection"] = "letters"
    page.run()
    assert not [field for field in page.text_input if "Password" in field.label]
    next(f for f in page.text_input if "pattern" in f.label).set_value(str(locked))
    [add] = [b for b in page.button if b.proto.form_id == "add-path"]
    add.click().run()
    for password in ("wrong", "päss"):
        settled(service, page)
        shown = " ".join(element.proto.body for element in page.get("html"))
        assert "locked.pdf" in shown
        assert "--password" not in shown
        [field] = [field for field in page.text_input if "Password" in field.label]
        assert "locked" in field.label  # which files are locked is said where they are opened
        assert field.value == ""
        field.set_value(password)
        next(b for b in page.button if b.label == "Read them").click().run()
        assert repr(password) not in repr(page.session_state)
    settled(service, page)
    assert not page.exception
    assert not [field for field in page.text_input if "Password" in field.label]
    with service.opened("letters") as opened:
        [info] = opened.documents()
        assert opened.text(info.id) == "The secret is kept in the harbour."


def test_files_that_need_a_password_are_told_from_others() -> None:
    notes = {
        "a.pdf": "a.pdf: encrypted PDF. Give its password with --password.",
        "b.docx": "b.docx: the password doesn't open this Office file. Give the right one.",
        "passwords.txt": "passwords.txt: damaged.",
        "c.odt": "c.odt: an OpenDocument file behind a password. Save it without one.",
    }
    outcomes = [Outcome(path, "failed", note=note) for path, note in notes.items()]
    outcomes.append(Outcome("d.eml", "added", note="e.zip: Give the password with --password."))
    report = Report("letters", tuple(outcomes), 1, 1, 0.1)
    assert unlocking.locked(report) == ["a.pdf", "b.docx", "d.eml"]
    assert unlocking.without_option(notes["a.pdf"]) == "a.pdf: encrypted PDF. Give its password."
