"""Where a server is: its address taken apart, and whether that is this machine."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from rag.errors import ServerError


def address(server: str) -> SplitResult:
    """The parts of the address of a server.

    Raises:
        ServerError: it is none, or not of HTTP.
    """
    try:
        url = urlsplit(server.strip())
        if url.scheme in ("http", "https") and url.hostname and url.port != 0:
            url.hostname.encode("idna")
            if not re.search(r"[^!-~]", url.path + url.query):
                return url
    except ValueError:  # a port that is no number, half a bracket, a name with two dots in a row
        pass
    raise ServerError(f"{server!r} is not an address of a server. Write it as http://host:port/v1.")


def is_local(host: str) -> bool:
    """Is `host`, a name or an IP address, this machine and reached from it alone?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
