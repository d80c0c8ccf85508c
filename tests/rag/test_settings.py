import pwd
from dataclasses import fields
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.paths import at_home
from rag.settings import Settings
from rag.weights import cache_folder


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for field in fields(Settings):
        monkeypatch.delenv(f"FOOTNOTE_{field.name.upper()}", raising=False)


def test_the_caller_beats_the_environment_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "footnote.toml").write_text("passages = 7\nsentences = 4\nmode = 'quote'\n")
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "8")
    monkeypatch.setenv("FOOTNOTE_SENTENCES", "6")
    settings = Settings.load(passages=9, sentences=None)
    assert (settings.passages, settings.sentences, settings.mode) == (9, 6, "quote")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("mode", "loud", "auto, quote, write"),
        ("passages", "many", "takes an int"),
        ("passages", 3.7, "takes an int"),
        ("passages", 0, "use 1 to 100"),
        ("index_root", b"x", "takes a str"),
        ("threshold", 1.5, "use 0 to 1"),
        ("offline", "perhaps", "takes a bool"),
        ("colour", "red", "no setting 'colour'"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_takes(
    name: str, value: object, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        Settings.load(**{name: value})


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_bytes("\ufeffpassages = 7\r\n".encode())
    assert Settings.load().passages == 7


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text("passages = = 7")
    with pytest.raises(UsageError, match=r"footnote\.toml is not valid TOML"):
        Settings.load()


def test_other_variables_of_ours_are_not_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_DEBUG", "1")
    assert Settings.load() == Settings()


def test_every_setting_says_what_it_does_and_there_are_few() -> None:
    help_ = Settings().help()
    assert all(text.endswith(".") for text in help_.values())
    assert len(help_) <= 25


def test_the_same_folder_is_meant_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.load(index_root="~/indexes").root == tmp_path / "indexes"
    assert Settings.load(index_root=tmp_path / "mine").index_root == str(tmp_path / "mine")
    assert Settings.load(cache="~/models").cache_folder == tmp_path / "models"
    assert Settings.load().cache_folder is None
    # What is nobody's home may be a folder.
    assert Settings.load(index_root="~nobody-here/x").root == Path("~nobody-here/x")


@pytest.mark.parametrize(("said", "meant"), [("on", True), ("YES", True), ("off", False)])
def test_switches_are_read_as_people_write_them(said: str, meant: bool) -> None:
    assert Settings.load(offline=said).offline is meant


def test_a_wrong_setting_is_named_with_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "footnote.toml").write_text("passages = 0")
    with pytest.raises(UsageError, match=r"footnote\.toml: Setting passages is 0"):
        Settings.load()
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "five")
    with pytest.raises(UsageError, match=r"FOOTNOTE_PASSAGES: Setting passages is 'five'"):
        Settings.load()
    assert Settings.load(passages=7).passages == 7  # what is overruled does no harm


def test_an_empty_index_root_is_not_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_INDEX_ROOT", "")
    with pytest.raises(UsageError, match="FOOTNOTE_INDEX_ROOT: Setting index_root is empty"):
        Settings.load()


def test_a_user_without_a_home_has_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in a container that is run as a number."""

    def nobody(number: int) -> None:
        raise KeyError(number)

    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "FOOTNOTE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.chdir(tmp_path)
    assert Settings.load() == Settings()
    with pytest.raises(UsageError, match="FOOTNOTE_CACHE"):
        cache_folder()
    with pytest.raises(UsageError, match="no home folder for ~/papers"):
        at_home("~/papers")  # or a folder "~" would be made here
    assert cache_folder(tmp_path) == tmp_path


def test_a_working_folder_that_was_deleted_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(UsageError, match="has been deleted"):
        Settings.load()


def test_a_folder_may_begin_with_a_tilde_that_is_no_home() -> None:
    assert Settings(index_root="~draft papers").root == Path("~draft papers")


def test_settings_that_a_program_makes_are_checked_as_those_of_a_file(tmp_path: Path) -> None:
    made = Settings(index_root=tmp_path, threshold="0.5", passages=5.0)  # type: ignore[arg-type]
    assert (made.index_root, made.threshold, made.passages) == (str(tmp_path), 0.5, 5)
    assert type(made.passages) is int
    with pytest.raises(UsageError, match="think is 'maybe'; it takes a bool"):
        Settings(think="maybe")  # type: ignore[arg-type]


def test_the_key_of_a_server_is_not_printed_with_the_settings() -> None:
    assert "sk-abc" not in f"{Settings(server_key='sk-abc')!r}"
