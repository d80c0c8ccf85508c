"""The commands that look into collections and delete them."""

from __future__ import annotations

import io
from pathlib import Path

from click.testing import CliRunner, Result

from app.cli import main
from rag.index.manifest import key_of
from tests.rag.index.toys import fill


def run(root: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, [*arguments, "--index-root", str(root)], input=typed)


def test_a_collection_that_is_damaged_is_listed_by_its_name_and_deleted(tmp_path: Path) -> None:
    fill(tmp_path, "papers", {"a": "one"})
    (tmp_path / key_of("papers") / "generations" / "1.json").write_text("{")
    assert run(tmp_path, "collections", "list").stdout.startswith("papers: ")
    kept = run(tmp_path, "collections", "delete", "papers", typed="n\n")
    assert kept.exit_code == 1
    assert "Delete 'papers', which can't be opened?" in kept.stderr
    assert run(tmp_path, "collections", "delete", "papers", "--yes").exit_code == 0
    assert run(tmp_path, "collections", "delete", "papers", "--yes").exit_code == 3
    assert not run(tmp_path, "collections", "list").stdout


class _Interrupts(io.BytesIO):
    """What is typed at a prompt: Ctrl-C."""

    def read1(self, size: int | None = -1, /) -> bytes:
        raise KeyboardInterrupt


def test_an_interrupt_at_a_question_is_one_and_deletes_nothing(tmp_path: Path) -> None:
    fill(tmp_path, "papers", {"a": "one"})
    command = ["collections", "delete", "papers", "--index-root", str(tmp_path)]
    done = CliRunner().invoke(main, command, input=_Interrupts())
    assert done.exit_code == 130
    assert "Interrupted" in done.stderr
    assert run(tmp_path, "collections", "list").stdout.startswith("papers: ")


def test_a_backup_names_the_folder_that_is_missing(tmp_path: Path) -> None:
    fill(tmp_path, "papers", {"a": "one"})
    nowhere = tmp_path / "nowhere"
    done = run(tmp_path, "collections", "backup", "papers", str(nowhere / "x"))
    assert done.exit_code == 10
    assert f"There is no folder {nowhere}" in done.stderr
    assert "--index-root" not in done.stderr
    assert run(tmp_path, "collections", "restore", str(nowhere)).exit_code == 2
