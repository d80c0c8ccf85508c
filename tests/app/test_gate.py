"""Who is let in, and how often one may guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from app import gate
from app.cli import main
from app.service import Service
from rag.errors import UsageError

MAIN = str(Path(__file__).parents[2] / "app" / "main.py")


@pytest.mark.parametrize(
    ("address", "local"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("", False), ("0.0.0.0", False),
     ("192.168.1.5", False), ("localhost.example.org", False)],
)  # fmt: skip
def test_others_are_served_only_behind_a_password(
    address: str, local: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(gate.PASSWORD, raising=False)
    assert gate.is_local(address) is local
    if local:
        gate.check_address(address)
    else:
        with pytest.raises(UsageError, match=gate.PASSWORD):
            gate.check_address(address)
    monkeypatch.setenv(gate.PASSWORD, "open sesame")
    gate.check_address(address)


def test_the_command_refuses_to_serve_others_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(gate.PASSWORD, raising=False)
    done = CliRunner().invoke(main, ["app", "--headless", "--address", "0.0.0.0"])
    assert done.exit_code == 2
    assert gate.PASSWORD in done.output


def test_guesses_are_limited_for_each_address_and_for_all() -> None:
    door = gate.Gate("secret")
    for i in range(gate.ATTEMPTS):
        assert door.enter(f"guess {i}", "a", now=float(i)) is None
    assert door.wait("a", now=5.0) > 0
    assert door.enter("secret", "a", now=5.0) is None  # right, but too late
    assert door.enter("secret", "b", now=5.0)
    assert door.enter("secret", "a", now=gate.WINDOW + 1)
    for i in range(gate.ATTEMPTS_OF_ALL):
        door.enter("guess", f"address {i}", now=1000.0)
    assert door.enter("secret", "fresh", now=1001.0) is None


def test_a_token_is_known_until_it_has_run_out() -> None:
    door = gate.Gate("secret")
    token = door.enter("secret", "a", now=0.0)
    assert token
    assert door.knows(token, now=1.0)
    assert not door.knows(token, now=gate.LASTS + 1)
    assert not door.knows("guess", now=1.0)
    assert not gate.Gate("other").knows(token, now=1.0)


def test_the_page_shows_nothing_before_the_password(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(gate.PASSWORD, "open sesame")
    gate.gate_for.cache_clear()
    page = AppTest.from_file(MAIN, default_timeout=60).run()
    assert not page.chat_input
    page.text_input[0].set_value("wrong")
    page.button[0].click().run()
    assert "not the password" in page.error[0].value
    assert not page.chat_input
    page.text_input[0].set_value("open sesame")
    page.button[0].click().run()
    assert not page.exception
    assert page.chat_input
