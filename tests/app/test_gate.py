"""Who is let in, and how often one may guess."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from app import door, gate
from app.cli import main
from app.service import Service
from rag.errors import UsageError

MAIN = str(Path(__file__).parents[2] / "app" / "main.py")


@pytest.fixture
def port() -> str:
    """A port that no other program of this machine has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


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


@pytest.mark.parametrize(
    ("address", "opened"),
    [("localhost", "localhost"), ("0.0.0.0", "localhost"), ("::", "localhost"),
     ("192.0.2.7", "192.0.2.7"), ("fd00::7", "[fd00::7]")],
)  # fmt: skip
def test_a_browser_is_led_to_where_the_app_is_served(
    monkeypatch: pytest.MonkeyPatch, address: str, opened: str, port: str
) -> None:
    led: list[str] = []
    monkeypatch.setenv(gate.PASSWORD, "open sesame")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("click.launch", led.append)
    monkeypatch.setattr("streamlit.web.cli.main", lambda: None)
    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    monkeypatch.setattr("sys.argv", [])
    done = CliRunner().invoke(main, ["app", "--port", port, "--address", address])
    assert (done.exit_code, led) == (0, [f"http://{opened}:{port}"])
    assert f"Footnote: http://{opened}:{port} " in done.output


@pytest.mark.parametrize("browser", ["", "/opt/code/helpers/browser.sh"])
def test_no_browser_is_opened_where_there_is_no_screen(
    monkeypatch: pytest.MonkeyPatch, browser: str, port: str
) -> None:
    """Over ssh, unless the terminal brings one, as that of an editor does."""
    led: list[str] = []
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    if browser:
        monkeypatch.setenv("BROWSER", browser)
    monkeypatch.setattr("click.launch", led.append)
    monkeypatch.setattr("streamlit.web.cli.main", lambda: None)
    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    monkeypatch.setattr("sys.argv", [])
    done = CliRunner().invoke(main, ["app", "--port", port])
    assert (done.exit_code, bool(led)) == (0, bool(browser))
    assert f"Footnote: http://localhost:{port} " in done.output


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1"])
def test_the_command_tells_of_a_port_that_is_taken(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = CliRunner().invoke(main, ["app", "--port", str(port), "--address", address])
    assert done.exit_code == 2
    assert f"Port {port} is taken" in done.stderr
    assert "--port" in done.stderr
    assert opened == [], "nobody is sent to another program"
    gate.check_port(port, address)


@pytest.mark.parametrize("address", ["a..b", "a" * 64])
def test_the_command_tells_of_an_address_that_is_none(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    monkeypatch.setenv(gate.PASSWORD, "open sesame")
    done = CliRunner().invoke(main, ["app", "--port", "8791", "--address", address])
    assert (done.exit_code, opened) == (2, [])
    assert f"no address '{address}'" in done.stderr


SECRETS = """
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
cookie_secret = "salt"
client_id = "footnote"
client_secret = "pepper"
server_metadata_url = "http://localhost:1/.well-known/openid-configuration"
"""


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A secrets.toml with a login, read anew."""
    path = tmp_path / "secrets.toml"
    path.write_text(SECRETS + '[footnote]\nallowed = ["Ada@example.org", "@lab.example"]\n')
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(path)])
    monkeypatch.delenv(gate.PASSWORD, raising=False)
    secrets_singleton._reset()
    yield path
    config.set_option("secrets.files", before)
    secrets_singleton._reset()


@pytest.mark.parametrize(
    ("person", "enters"),
    [
        ({"email": "ada@example.org"}, True),
        ({"email": "Ada@Example.org", "email_verified": True}, True),
        ({"email": "grace@lab.example"}, True),
        ({"email": "ada@example.org", "email_verified": False}, False),
        ({"email": "eve@example.org"}, False),
        ({"email": "eve@evil.example@lab.example.evil"}, False),
        ({"email": "@lab.example"}, False),
        ({"email": None}, False),
        ({}, False),
    ],
)
def test_only_members_come_in_with_an_account(
    login: Path, person: dict[str, object], enters: bool
) -> None:
    assert gate.may_enter(person, gate.members()) is enters


def test_a_login_stands_in_for_the_password_if_it_says_for_whom(login: Path) -> None:
    gate.check_address("0.0.0.0")
    login.write_text(SECRETS)
    secrets_singleton._reset()
    with pytest.raises(UsageError, match="allowed"):
        gate.check_address("0.0.0.0")
    gate.check_address("localhost")


def test_the_page_sends_people_to_log_in(
    service: Service, login: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = AppTest.from_file(MAIN, default_timeout=600)
    people: list[dict[str, str] | None] = [None]
    monkeypatch.setattr(door, "visitor", lambda: people[0])
    assert [b.label for b in page.run().button] == ["Log in"]
    assert not page.chat_input
    people[0] = {"email": "eve@example.org"}
    assert "eve" in page.run().error[0].value
    assert [b.label for b in page.button] == ["Log out"]
    people[0] = {"email": "ada@example.org"}
    assert page.run().chat_input


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
    page = AppTest.from_file(MAIN, default_timeout=600).run()
    assert not page.chat_input
    page.text_input[0].set_value("wrong")
    page.button[0].click().run()
    assert "not the password" in page.error[0].value
    assert not page.chat_input
    page.text_input[0].set_value("open sesame")
    page.button[0].click().run()
    assert not page.exception
    assert page.chat_input
