"""Conversations to prompts, by the template that a model was trained with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.networks.vocabulary import plain_tokenizer
from rag.types import Message

# For models that bring no template: they have seen transcripts like this one.
FALLBACK = (
    "{% for message in messages %}"
    "{% if message.role == 'system' %}{{ message.content }}\n\n"
    "{% else %}{{ message.role | capitalize }}: {{ message.content }}\n\n{% endif %}"
    "{% endfor %}Assistant:"
)


class Chat:
    """Tokenizer and chat template of a model folder.

    Text that comes from people and documents can't end its turn: the names of control tokens in it
    are taken apart.
    """

    def __init__(self, folder: Path) -> None:
        from jinja2.ext import loopcontrols
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        self.tokenizer = plain_tokenizer(_needed(folder / "tokenizer.json"))
        about = _json(folder / "tokenizer_config.json")
        self._specials = {
            name: value["content"] if isinstance(value, dict) else value
            for name, value in about.items()
            if name in ("bos_token", "eos_token", "unk_token", "pad_token") and value
        }
        added = self.tokenizer.get_added_tokens_decoder()
        self._control = sorted((t.content for t in added.values()), key=len, reverse=True)
        self.ends = self._end_tokens(folder)
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols]
        )
        environment.filters["tojson"] = _tojson
        environment.globals.update(raise_exception=_refuse, strftime_now=_now)
        source = _template(folder, about)
        self.has_template = source is not None
        self._template = environment.from_string(source or FALLBACK)

    def _end_tokens(self, folder: Path) -> frozenset[int]:
        """Tokens that end a reply."""
        ends: set[int] = set()
        for name in ("generation_config.json", "config.json"):
            value = _json(folder / name).get("eos_token_id")
            ends.update(value if isinstance(value, list) else [value] if value is not None else [])
        if (eos := self._specials.get("eos_token")) is not None:
            found = self.tokenizer.token_to_id(eos)
            ends.update(() if found is None else (found,))
        return frozenset(ends)

    def prompt(self, messages: Sequence[Message]) -> str:
        """The conversation as the model wants it, up to where its reply begins.

        Raises:
            ModelError: the template refuses the conversation.
        """
        from jinja2 import TemplateError

        turns = [{"role": m.role, "content": self.harmless(m.content)} for m in messages]
        try:
            return self._render(turns)
        except TemplateError as first:
            # Some templates know no system role; then its words go before the first question.
            if len(turns) > 1 and turns[0]["role"] == "system":
                joined = f"{turns[0]['content']}\n\n{turns[1]['content']}"
                try:
                    return self._render([{**turns[1], "content": joined}, *turns[2:]])
                except TemplateError:
                    pass
            raise ModelError(f"The model's chat template refuses the messages: {first}.") from first

    def _render(self, turns: list[dict[str, str]]) -> str:
        return self._template.render(messages=turns, add_generation_prompt=True, **self._specials)

    def harmless(self, text: str) -> str:
        """The text with every control token's name broken by a space."""
        for name in self._control:
            if name.strip() and name in text:
                text = text.replace(name, f"{name[:1]} {name[1:]}")
        return text

    def encode(self, prompt: str) -> list[int]:
        """Token ids of a rendered prompt; the template has put in the special ones."""
        ids: list[int] = self.tokenizer.encode(prompt, add_special_tokens=not self.has_template).ids
        return ids

    def count(self, text: str) -> int:
        """Tokens of a text without special ones."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)


def _needed(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(f"{path} is missing. Save the model's fast tokenizer beside its weights.")
    return path


def _json(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found if isinstance(found, dict) else {}


def _template(folder: Path, about: dict[str, Any]) -> str | None:
    path = folder / "chat_template.jinja"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    found = about.get("chat_template") or _json(folder / "chat_template.json").get("chat_template")
    if isinstance(found, list):  # several, by name
        named = {one["name"]: one["template"] for one in found}
        found = named.get("default")
    return found if isinstance(found, str) else None


def _tojson(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(message: str) -> None:
    from jinja2 import TemplateError

    raise TemplateError(message)


def _now(pattern: str) -> str:
    return datetime.now().strftime(pattern)
