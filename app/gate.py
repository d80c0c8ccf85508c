"""The door: without a password only this machine is served, with one whoever knows it.

The password comes from the environment (FOOTNOTE_PASSWORD), never from a file or the command line,
where other users of the machine could read it. Instead of it, or beside it, people log in with an
account elsewhere (OpenID Connect): Streamlit does that where its `secrets.toml` has a section
[auth], and we let in those whom `allowed` in its section [footnote] names.
"""

from __future__ import annotations

import errno
import hmac
import os
import secrets
import socket
import time
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Any

from rag.errors import UsageError
from rag.generate.address import is_local

PASSWORD = "FOOTNOTE_PASSWORD"
COOKIE = "footnote"
ATTEMPTS = 5  # wrong passwords from one address within the window
ATTEMPTS_OF_ALL = 50  # from all addresses, so that many addresses don't help
WINDOW = 300.0  # seconds
LASTS = 14 * 24 * 3600.0  # seconds that a browser is remembered


def password() -> str:
    """The password that is asked for, or '' where none is."""
    return os.environ.get(PASSWORD, "")


def members() -> frozenset[str]:
    """Who may log in: addresses, and domains as "@example.org"; empty where nobody can.

    A login without a list is none: whoever has an account there could come in.
    """
    from streamlit.runtime.secrets import secrets_singleton

    if not secrets_singleton.load_if_toml_exists() or "auth" not in secrets_singleton:
        return frozenset()
    own = secrets_singleton.get("footnote", {})
    told = own.get("allowed", ()) if isinstance(own, Mapping) else ()
    names = [told] if isinstance(told, str) else list(told)
    return frozenset(str(name).strip().lower() for name in names if str(name).strip())


def may_enter(person: Mapping[str, Any], allowed: Collection[str]) -> bool:
    """Is somebody who has logged in one of those who are allowed, with a checked address?"""
    address = str(person.get("email") or "").strip().lower()
    name, at, domain = address.rpartition("@")
    if not name or not at or person.get("email_verified") is False:
        return False
    return address in allowed or f"@{domain}" in allowed


def check_address(address: str) -> None:
    """Whether the app may be served at `address`.

    Raises:
        UsageError: others could reach it there, and there is neither password nor login.
    """
    if is_local(address) or password() or members():
        return
    raise UsageError(
        f"At {address or 'all addresses'} others could read your documents. Set a password in "
        f"the environment variable {PASSWORD}, or a login in Streamlit's secrets.toml ([auth], and "
        'allowed = ["you@example.org"] in [footnote]), or serve the app at localhost.'
    )


def check_port(port: int, address: str) -> None:
    """Whether the app can be served at a port; before a browser is sent to what is there instead.

    Raises:
        UsageError: another program serves there, a port of that number takes more rights, or
            `address` is none.
    """
    try:
        places = socket.getaddrinfo(address or None, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # no such name; no name at all, as in "a..b"
        reason = getattr(error, "strerror", None) or "it is no name"
        raise UsageError(f"There is no address {address!r}: {reason}.") from None
    for family, kind, *_, place in places:
        try:
            with socket.socket(family, kind) as trial:
                if os.name != "nt":  # where it gives ports away that are taken
                    trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind(place)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                what = "is taken, perhaps by Footnote itself"
            elif error.errno == errno.EACCES:
                what = "may not be used by you"
            else:  # a family of addresses that this machine lacks
                continue
            raise UsageError(f"Port {port} {what}. Choose another with --port.") from None


@dataclass(slots=True)
class Gate:
    """Counts wrong attempts and remembers who was let in, by the hash of a random token."""

    secret: str
    _wrong: dict[str, deque[float]] = field(default_factory=dict)
    _all: deque[float] = field(default_factory=deque)
    _tokens: dict[bytes, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, client: str, now: float | None = None) -> float:
        """Seconds until `client` may try again; 0 where it may now."""
        now = time.monotonic() if now is None else now
        with self._lock:
            return self._wait(client, now)

    def enter(self, given: str, client: str, now: float | None = None) -> str | None:
        """A token for the right password; None for a wrong one, or while one has to wait."""
        now = time.monotonic() if now is None else now
        with self._lock:
            if self._wait(client, now):
                return None
            # Hashes are of one length, so that the comparison takes as long for any guess.
            if hmac.compare_digest(_digest(given), _digest(self.secret)):
                self._wrong.pop(client, None)
                token = secrets.token_urlsafe(32)
                self._tokens[_digest(token)] = now + LASTS
                return token
            self._wrong.setdefault(client, deque()).append(now)
            self._all.append(now)
            return None

    def knows(self, token: str, now: float | None = None) -> bool:
        """Was `token` given out, and is it still good?"""
        now = time.monotonic() if now is None else now
        with self._lock:
            return self._tokens.get(_digest(token), 0.0) > now

    def _wait(self, client: str, now: float) -> float:
        waits = []
        for tried, most in ((self._wrong.get(client), ATTEMPTS), (self._all, ATTEMPTS_OF_ALL)):
            while tried and tried[0] <= now - WINDOW:
                tried.popleft()
            if tried and len(tried) >= most:
                waits.append(tried[-most] + WINDOW - now)
        for gone in [key for key, tried in self._wrong.items() if not tried]:
            del self._wrong[gone]
        return max(waits, default=0.0)


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


@cache
def gate_for(secret: str) -> Gate:
    """The one gate of this process for a password."""
    return Gate(secret)
