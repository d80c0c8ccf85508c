"""RTF, LaTeX, reStructuredText and source code."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parsers.code import parse as parse_code
from ingest.parsers.latex import parse as parse_latex
from ingest.parsers.rst import parse as parse_rst
from ingest.parsers.rtf import parse as parse_rtf
from rag.errors import DocumentError
from rag.types import Parsed


def _read(
    parse: Callable[[Path], Parsed], folder: Path, text: str | bytes, name: str = "a.txt"
) -> Parsed:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return parse(path)


def _blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def test_rtf(tmp_path: Path) -> None:
    source = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}"
        r"{\info{\title On Tea}{\author Ada}}{\header not this}"
        r"\pard\outlinelevel0 Kinds\par\pard Gr\'fcn \u8211? caf\'e9 {\f1\'cf\'f0}{\v secret}"
        r"{\footnote A note.}\par{\*\unknown not that}"
        r"{\field{\*\fldinst HYPERLINK x}{\fldrslt a link}}"
        r"\par\trowd\intbl Kind\cell Price\cell\row"
        r"\intbl green\cell 4\cell\row\pard End \bin3 }}}.\par}"
    )
    parsed = _read(parse_rtf, tmp_path, source)
    assert (parsed.title, parsed.metadata["author"]) == ("On Tea", "Ada")
    assert _blocks(parsed) == [
        ("heading", 1, "Kinds"),
        ("paragraph", 0, "Grün – café Пр"),
        ("paragraph", 0, "A note."),
        ("paragraph", 0, "a link"),
        ("table", 0, "Kind | Price\ngreen | 4"),
        ("paragraph", 0, "End ."),
        ("hidden", 0, "secret"),
    ]


def test_numbers_of_items_and_deleted_text_of_rtf(tmp_path: Path) -> None:
    source = (
        r"{\rtf1\ansi\pard\outlinelevel0{\listtext\pard\plain 2.1\tab}Kinds\par"
        r"\pard{\listtext\pard\plain\f3 \'b7\tab}It costs {\deleted 5}{\revised 4} euros.\par"
        r"{\pntext\f1 a)\tab}Boil it.\par{\listtext\pard\plain o\tab}Wait.\par}"
    )
    assert _blocks(_read(parse_rtf, tmp_path, source)) == [
        ("heading", 1, "2.1 Kinds"),
        ("paragraph", 0, "It costs 4 euros."),
        ("paragraph", 0, "a) Boil it."),
        ("paragraph", 0, "Wait."),
    ]


def test_latex(tmp_path: Path) -> None:
    parsed = _read(
        parse_latex,
        tmp_path,
        r"""\documentclass{article}\title{On \emph{Tea}}\author{Ada}
\begin{document}\maketitle\begin{abstract}Short \cite{x}.\end{abstract}
\section{Kinds}\label{k} Tea is h\"ot, $E = mc^2$ --- and
\begin{equation}a = b\end{equation} so. % comment

Next.
\begin{enumerate}\item one \item two\end{enumerate}
\begin{table}\caption{Prices}\begin{tabular}{ll}\hline Kind & Price \\ \hline a \& b & 4 \\
\end{tabular}\end{table}
\begin{verbatim}
x = 1
\end{verbatim}\input{/etc/passwd}\end{document}""",
        "a.tex",
    )
    assert (parsed.title, parsed.metadata["author"]) == ("On Tea", "Ada")
    assert _blocks(parsed) == [
        ("heading", 2, "Abstract"),
        ("paragraph", 0, "Short."),
        ("heading", 2, "Kinds"),
        ("paragraph", 0, r"Tea is höt, $E = mc^2$ — and \begin{equation}a = b\end{equation} so."),
        ("paragraph", 0, "Next."),
        ("list", 0, "1. one\n2. two"),
        ("caption", 0, "Prices"),
        ("table", 0, "Kind | Price\na & b | 4"),
        ("code", 0, "x = 1"),
    ]


def test_arguments_of_latex(tmp_path: Path) -> None:
    source = r"""\newtheorem{satz}{Theorem}[section]
\paragraph{Links} See \href{http://x.y}{the \emph{site}} and \verb|a_b|, \verb*+c d+.
\begin{satz}[Gauss] Every one.\end{satz}\begin{lemma}No name.\end{lemma}
\begin{longtable}[c]{lrr}\caption[Short]{Long}\\ Kind & \multicolumn{2}{c}{Both} \\
\multirow{2}{*}{tea} & 1 & 2 \\\end{longtable}
\begin{table}\caption[Short]{Prices}\end{table}\begin{minipage}[t]{3cm}Box.\end{minipage}"""
    assert _blocks(_read(parse_latex, tmp_path, source, "a.tex")) == [
        ("heading", 5, "Links"),
        ("paragraph", 0, "See the site and a_b, c d."),
        ("paragraph", 0, "(Gauss) Every one."),
        ("paragraph", 0, "No name."),
        ("table", 0, "Long\nKind | Both | –\ntea | 1 | 2"),
        ("caption", 0, "Prices"),
        ("paragraph", 0, "Box."),
    ]


@pytest.mark.parametrize("end", [r"\footnote", r"\href", r"\verb", r"\textcolor{red}", r"\sqrt"])
def test_latex_that_can_not_be_converted_costs_only_itself(tmp_path: Path, end: str) -> None:
    parsed = _read(parse_latex, tmp_path, rf"\section{{Tea}} It is \emph{{hot}}. {end}", "a.tex")
    assert parsed.text.startswith("Tea\n\nIt is hot.")


def test_cells_of_latex_that_span_all_too_much(tmp_path: Path) -> None:
    row = r"\multicolumn{9999}{c}{x} & y \\"
    source = f"\\begin{{tabular}}{{l}}{row * 3}\\end{{tabular}}"
    lines = _read(parse_latex, tmp_path, source, "a.tex").text.split("\n")
    assert [line.count("|") for line in lines] == [1000] * 3


def test_rst_with_directives_of_sphinx(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("not included")
    parsed = _read(
        parse_rst,
        tmp_path,
        """On Tea
======

See :ref:`kinds <k>` and :class:`~tea.Green`, ``code``.

.. versionadded:: 1.2
   New *thing*.

.. code-block:: python
   :linenos:

   x = 1

.. include:: other.txt

.. raw:: html

   <b>x</b>

.. py:function:: brew(kind)

   Brews it.

Kinds
-----

- green

  - sencha

=====  =====
Kind   Price
=====  =====
green  4
=====  =====
""",
        "a.rst",
    )
    assert parsed.title == "On Tea"
    assert _blocks(parsed) == [
        ("heading", 1, "On Tea"),
        ("paragraph", 0, "See kinds and tea.Green, code."),
        ("paragraph", 0, "1.2 New thing."),
        ("code", 0, "x = 1"),
        ("paragraph", 0, "brew(kind)"),
        ("paragraph", 0, "Brews it."),
        ("heading", 2, "Kinds"),
        ("list", 0, "- green\n- sencha"),
        ("table", 0, "Kind | Price\ngreen | 4"),
    ]


def test_lists_in_fields_and_terms_of_rst(tmp_path: Path) -> None:
    parsed = _read(
        parse_rst,
        tmp_path,
        """Houses.

:Rows: 20

:Columns:
    - age   of the house
    - rooms

dip
    For dialling.

    More of it.
""",
        "a.rst",
    )
    assert _blocks(parsed) == [
        ("paragraph", 0, "Houses."),
        ("list", 0, "- Rows\n20\n- Columns\n- age of the house\n- rooms"),
        ("paragraph", 0, "dip\nFor dialling."),
        ("paragraph", 0, "More of it."),
    ]


def test_definitions_in_code_are_headings(tmp_path: Path) -> None:
    source = 'import os\n\nclass Tea:\n    """Hot."""\n\n    def brew(self):\n\treturn 1\n'
    source += "\n\ndef f():\n    pass\n"
    parsed = _read(parse_code, tmp_path, source, "a.py")
    assert parsed.text == source.expandtabs(4).rstrip()
    assert parsed.title == "a.py"
    headings = [block for block in _blocks(parsed) if block[0] == "heading"]
    assert headings == [
        ("heading", 1, "class Tea:"),
        ("heading", 2, "def brew(self):"),
        ("heading", 1, "def f():"),
    ]


@pytest.mark.parametrize(
    ("source", "headings"),
    [
        ("func main() {\n\tx()\n}\n\ntype T struct {\n}\n", ["func main() {", "type T struct {"]),
        ("export default class A {\n  run() {}\n}\n", ["export default class A {"]),
        ("[server]\nport = 1\n", ["[server]"]),
        ("CREATE TABLE tea (\n  id int\n);\n", ["CREATE TABLE tea ("]),
        ("class_name = 1\nimport x;\n", []),
    ],
)
def test_definitions_of_other_languages(tmp_path: Path, source: str, headings: list[str]) -> None:
    parsed = _read(parse_code, tmp_path, source, "a.toml" if "[" in source else "a.go")
    assert [text for kind, _, text in _blocks(parsed) if kind == "heading"] == headings


_SIGNS = st.text(alphabet="\\{}[]&%$#_^~`*:.|=-+ \n\tabu'0Ω", max_size=120)


@pytest.mark.parametrize("parse", [parse_rtf, parse_latex, parse_rst, parse_code])
@settings(max_examples=60, deadline=None)
@given(text=_SIGNS)
def test_any_text_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, parse: Callable[[Path], Parsed], text: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    if parse is parse_rtf:
        text = "{\\rtf1 " + text
    with suppress(DocumentError):
        parsed = _read(parse, folder, text)
        position = 0
        for block in parsed.blocks:
            assert position <= block.start < block.end <= len(parsed.text)
            position = block.end
