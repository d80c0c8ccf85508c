"""Lines of a stream of chat completions: what each of them says, or that it is none."""

from __future__ import annotations

import json
from typing import Any

from rag.errors import ServerError

_PAGE = (b"{", b"<", b"[")  # what a page or a whole JSON document begins with


def choice(line: bytes, where: str) -> dict[str, Any] | None:
    """The choice that a line holds, empty where it only counts tokens or keeps the line open; None
    at the end of the stream.

    `where` names the server in messages.

    Raises:
        ServerError: the line reports an error, or is no part of a chat completion.
    """
    field, _, value = (part.strip() for part in line.partition(b":"))
    if field == b"error":  # as older servers of llama.cpp write it
        raise ServerError(f"{where} reports: {message(value)}.")
    if line.startswith(_PAGE):
        raise _nonsense(line, where)
    if field != b"data":  # comments keep the connection alive
        return {}
    if value == b"[DONE]":
        return None
    try:
        event = json.loads(value or b'{"usage": null}')
        if event.get("error") or event.get("object") == "error":
            raise ServerError(f"{where} reports: {message(value)}.")
        if "choices" not in event and ("usage" in event or event.get("type") == "ping"):
            return {}
        # The last event of some servers only counts tokens and has no choice.
        found = event["choices"][0] if event["choices"] else {}
        if not isinstance(found, dict) or not isinstance(found.get("delta") or {}, dict):
            raise TypeError
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise _nonsense(value, where) from error
    return found


def _nonsense(said: bytes, where: str) -> ServerError:
    shown = said.strip()[:80].decode(errors="replace")
    return ServerError(
        f"{where} sent {shown!r}, which is no chat completion. "
        "Check that the address is that of an OpenAI-compatible server."
    )


def parts(content: object) -> tuple[str, str]:
    """What is thought and what is said in the content of a message: a text, or a list of parts as
    Mistral and some gateways send it."""
    if isinstance(content, str):
        return "", content
    thought = said = ""
    for part in content if isinstance(content, list) else ():
        if isinstance(part, str):
            said += part
        elif isinstance(part, dict) and "thinking" in part:
            thought += "".join(parts(part["thinking"]))
        elif isinstance(part, dict) and isinstance(part.get("text"), str):
            said += part["text"]
    return thought, said


def whole(text: str) -> str:
    """The text without half characters, which an escape of JSON can hold and nothing can write."""
    return text.encode("utf-8", "replace").decode()


def message(content: bytes) -> str:
    """The words of an error reply, whatever form they have; one line of at most 300 characters."""
    try:
        found = json.loads(content)
        found = found.get("error") or found
        found = found.get("message", found) if isinstance(found, dict) else found
    except (ValueError, AttributeError):
        found = content.decode(errors="replace")
    shown = "".join(c if c.isprintable() else " " for c in str(found))  # it is for a terminal
    return " ".join(shown.split())[:300]
