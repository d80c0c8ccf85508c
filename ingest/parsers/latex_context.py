"""What pylatexenc does not know of LaTeX: arguments of macros and environments, and their text."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

_MACROS = {
    "href": "{{", "part": "*[{", "paragraph": "*[{", "caption": "*[{", "captionof": "*{[{",
    "multicolumn": "{{{", "multirow": "[{[{[{", "newtheorem": "*{[{[",
}  # fmt: skip
_LAST = ("href", "caption", "captionof", "multicolumn", "multirow")  # only the last is text
_ENVIRONMENTS = {
    "tabular": "[{", "tabular*": "{[{", "tabulary": "{{", "longtable": "[{", "minipage": "[[[{",
    "multicols": "{", "wrapfigure": "[{[{",
}  # fmt: skip
_THEOREMS = (
    "theorem", "proposition", "lemma", "corollary", "definition", "conjecture", "remark",
    "example", "proof",
)  # fmt: skip
_FAULTS = (IndexError, AttributeError, TypeError, ValueError, KeyError)  # of pylatexenc
_DECLARED = re.compile(r"\\newtheorem\*?\s*\{(\w+\*?)\}")
_OPEN_VERB = re.compile(r"\\verb\*?\s*\Z")  # pylatexenc looks for more behind it
_STARRED_VERB = re.compile(r"\\verb\*(?=[^\sA-Za-z*])")


def theorems(source: str) -> frozenset[str]:
    """Environments whose argument names a theorem: the usual ones and those a source declares."""
    return frozenset([*_THEOREMS, *_DECLARED.findall(source)])


def nodes_of(source: str, named: frozenset[str] = frozenset()) -> list[Any]:
    """The nodes of a source; `named` are its `theorems`."""
    from pylatexenc.latexwalker import LatexWalker

    source = _STARRED_VERB.sub(r"\\verb", _OPEN_VERB.sub("", source))
    walker = LatexWalker(source, latex_context=_arguments(named), tolerant_parsing=True)
    return list(walker.get_latex_nodes()[0])


@lru_cache(maxsize=4)
def _arguments(named: frozenset[str]) -> Any:
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import EnvironmentSpec, MacroSpec

    context = get_default_latex_context_db()
    environments = {**dict.fromkeys(named, "["), **_ENVIRONMENTS}
    context.add_context_category(
        "footnote",
        macros=[MacroSpec(name, arguments) for name, arguments in _MACROS.items()],
        environments=[EnvironmentSpec(name, spec) for name, spec in environments.items()],
        prepend=True,
    )
    return context


def text_of(nodes: list[Any]) -> str:
    """The text of nodes; what pylatexenc can't convert stays as it is written."""
    from pylatexenc.latex2text import LatexNodes2Text

    converter = LatexNodes2Text(
        latex_context=_texts(), math_mode="verbatim", keep_comments=False, strict_latex_spaces=True
    )
    try:
        return str(converter.nodelist_to_text(nodes))
    except _FAULTS:
        return "".join(_text(converter, node) for node in nodes)


def _text(converter: Any, node: Any) -> str:
    try:
        return str(converter.nodelist_to_text([node]))
    except _FAULTS:
        return str(node.latex_verbatim())


@cache
def _texts() -> Any:
    from pylatexenc.latex2text import MacroTextSpec, get_default_latex_context_db

    context = get_default_latex_context_db()
    macros = [MacroTextSpec(name, simplify_repl=_last) for name in _LAST]
    macros.append(MacroTextSpec("verb", simplify_repl=_verbatim))
    context.add_context_category("footnote", macros=macros, prepend=True)
    return context


def _last(node: Any, l2tobj: Any) -> str:
    return str(l2tobj.nodelist_to_text(node.nodeargd.argnlist[-1:]))


def _verbatim(node: Any, l2tobj: Any) -> str:
    return str(node.nodeargd.verbatim_text)
