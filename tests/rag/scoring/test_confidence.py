"""Whether there is an answer, with the real models and the shipped calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import add
from rag import Pipeline, Scope
from rag.models import Models
from rag.scoring.calibration import log_odds
from rag.scoring.confidence import FEATURES, answerable, features

ASKED = "How long does Halden cheese ripen?"


def sure(pipeline: Pipeline, question: str) -> float:
    return answerable(question, pipeline.signals(question))


def of(pipeline: Pipeline, question: str) -> dict[str, float]:
    row = features(question, pipeline.signals(question))
    assert row.shape == (1, len(FEATURES))
    assert np.isfinite(row).all()
    return dict(zip(FEATURES, row[0].tolist(), strict=True))


def test_an_answer_makes_surer_than_its_absence(pipeline: Pipeline) -> None:
    there = sure(pipeline, ASKED)
    for absent in ("Who sells Halden cheese in Paris?", "What is the boiling point of tungsten?"):
        assert sure(pipeline, absent) < there


def test_what_no_document_has_shows_in_the_features(pipeline: Pipeline) -> None:
    asked, swapped = of(pipeline, ASKED), of(pipeline, "How long does Torvik cheese ripen?")
    assert (asked["missing"], swapped["missing"]) == (0, 1)
    assert swapped["terms"] < asked["terms"]


def test_versions_are_missed_as_a_whole(pipeline: Pipeline) -> None:
    assert of(pipeline, "How many ferries call at HB-310?")["missing"] > 0


@pytest.mark.parametrize("question", ["为什么奶酪要成熟九个月？", "Wer ist der Wärter?", "x" * 500])
def test_odd_questions_have_features_too(pipeline: Pipeline, question: str) -> None:
    of(pipeline, question)


def test_nothing_found_is_no_answer(pipeline: Pipeline) -> None:
    nothing = pipeline.signals(ASKED, scope=Scope(folder="/nowhere"))
    assert not nothing.hits
    assert answerable(ASKED, nothing) == 0.0


def test_an_explanation_may_be_there_although_no_span_is(pipeline: Pipeline) -> None:
    found = pipeline.signals(ASKED)
    measured = replace(found, offered=tuple(replace(o, spans=()) for o in found.offered))
    fact = answerable("Which Halden cheese is it?", measured)
    assert fact < answerable("Why is it Halden cheese?", measured) < 2 * fact


def test_german_has_a_decision_of_its_own(
    tmp_path: Path, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nouns that look like names, "Bauwerk" and "Stadt", need not be in the text; it tells an
    answer from none by more than the decision for English does."""
    text = "Der Leuchtturm von Skagen wurde im Jahr 1858 aus gelben Ziegeln gebaut."
    (tmp_path / "turm.txt").write_text(text, encoding="utf-8")
    settings = replace(models.settings, index_root=str(tmp_path / "indexes"))
    add([tmp_path / "turm.txt"], collection="de", settings=settings, embedder=models.embedder)
    nouns = "In welchem Jahr wurde das Bauwerk der Stadt Skagen gebaut?"
    asked = "Wann wurde der Leuchtturm von Skagen errichtet?"
    absent = "Wie viele Soldaten starben bei der Schlacht um die Festung?"
    with Pipeline.open("de", models=Models(settings)) as lighthouse:
        there, nowhere = sure(lighthouse, asked), sure(lighthouse, absent)
        assert nowhere < settings.threshold < min(there, sure(lighthouse, nouns))
        monkeypatch.setattr("rag.scoring.confidence.language", lambda text: "en")
        apart = log_odds(sure(lighthouse, asked)) - log_odds(sure(lighthouse, absent))
        assert apart < log_odds(there) - log_odds(nowhere)
        assert sure(lighthouse, absent) > nowhere


def answers_only_what_it_tells(
    folder: Path,
    models: Models,
    text: str,
    absent: Sequence[str],
    told: Sequence[tuple[str, str]],
) -> None:
    """Over one document, what is absent is refused and what is told answered."""
    (folder / "notes.txt").write_text(text, encoding="utf-8")
    settings = replace(models.settings, index_root=str(folder / "indexes"))
    add([folder / "notes.txt"], collection="notes", settings=settings, embedder=models.embedder)
    with Pipeline.open("notes", models=Models(settings)) as notes:
        for question in absent:
            assert not notes.ask(question).found
        for question, answer in told:
            assert answer in notes.ask(question).text


def test_a_salutation_tells_no_age(tmp_path: Path, models: Models) -> None:
    """It shares all that the question has, a name, and no sentence has what is asked for."""
    text = (
        "Sehr geehrte Frau Behrendt,\n\nvielen Dank für Ihr Schreiben vom 3. Februar. Der Beitrag "
        "wird halbjährlich abgebucht. Die Hallenschuhe kosten 40 Euro.\n"
    )
    absent = ("Wie alt ist Frau Behrendt?", "Wie hoch ist der Beitrag?")
    told = (
        ("Wie oft wird der Beitrag abgebucht?", "halbjährlich"),
        ("Wie viel kosten die Hallenschuhe?", "40 Euro"),
    )
    answers_only_what_it_tells(tmp_path, models, text, absent, told)


def test_french_passages_have_to_name_what_is_asked_about(tmp_path: Path, models: Models) -> None:
    text = (
        "La bibliothèque ouvre à 10 heures. La chambre d'hôtel coûte 92 € la nuit. La présidente, "
        "Sophie Arnaud, ouvre la séance à 19 heures.\n"
    )
    absent = (
        "Quand ouvre la patinoire ?",
        "Combien coûte le sauna ?",
        "Qui est le trésorier ?",
    )
    told = (
        ("Quand ouvre la bibliothèque ?", "10 heures"),
        ("Combien coûte une chambre ?", "92 €"),
    )
    answers_only_what_it_tells(tmp_path, models, text, absent, told)


def test_german_passages_have_to_name_what_is_asked_about(tmp_path: Path, models: Models) -> None:
    """Hours are hours and prices prices, whose ever they are."""
    text = (
        "Die Bücherei ist von 10 bis 18 Uhr geöffnet. Das Ferienhaus auf Fehmarn kostet 1.120 Euro "
        "für zwei Wochen. Die Jahresgebühr für den Ausweis beträgt 15 Euro.\n"
    )
    absent = (
        "Wann ist das Freibad geöffnet?",
        "Was kostet die Endreinigung im Ferienhaus?",
        "Wie hoch ist die Kurtaxe auf Fehmarn?",
    )
    told = (
        ("Wann ist die Bücherei geöffnet?", "10 bis 18"),
        ("Was kostet das Haus auf Fehmarn?", "1.120 Euro"),
    )
    answers_only_what_it_tells(tmp_path, models, text, absent, told)


def test_the_contrary_and_another_time_are_no_answer(tmp_path: Path, models: Models) -> None:
    """Each shares nearly all of the question's words with a sentence that tells something else."""
    newsletter = (
        "The cake sale in January brought in 318 euros. The flea market takes place in the gym. A "
        "table costs 8 euros.\n"
    )
    letter = (
        "Mietvertrag zwischen der Schrankwelt GmbH, Hafenstraße 8, 68159 Mannheim, und Karin Lang."
        "\n\nBei Beschädigung durch Dritte haftet die Vermieterin bis zu 200 Euro. Im Mai werden "
        "im Schulhof sechs Bäume gepflanzt. Das Schließfach wird Mia Lang vermietet.\n"
    )
    (tmp_path / "newsletter.txt").write_text(newsletter, encoding="utf-8")
    (tmp_path / "vertrag.txt").write_text(letter, encoding="utf-8")
    settings = replace(models.settings, index_root=str(tmp_path / "indexes"))
    files = [tmp_path / "newsletter.txt", tmp_path / "vertrag.txt"]
    add(files, collection="c", settings=settings, embedder=models.embedder)
    with Pipeline.open("c", models=Models(settings)) as papers:
        for absent in (
            "How much did the cake sale in April bring in?",
            "Wie lautet die Telefonnummer der Schrankwelt GmbH?",
            "In welchem Jahr werden die Bäume gepflanzt?",
        ):
            assert not papers.ask(absent).found, absent
        for told, answer in (
            ("How much did the cake sale in January bring in?", "318 euros"),
            ("Wie hoch haftet die Vermieterin?", "200 Euro"),
            ("Wie viele Bäume werden im Schulhof gepflanzt?", "sechs"),
        ):
            assert answer in papers.ask(told).text


def test_a_cell_of_words_or_a_price_is_no_count(tmp_path: Path, models: Models) -> None:
    rows = (
        "Job,Boat,Price £,State\nNew mast,Heron sloop,36,ready\nVarnish,Otter dinghy,61,waiting\n"
    )
    (tmp_path / "jobs.csv").write_text(rows, encoding="utf-8")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path / "jobs.csv"], collection="jobs", settings=settings, embedder=models.embedder)
    with Pipeline.open("jobs", settings=settings) as opened:
        assert not opened.ask("How many sloops do we own?").found
        assert opened.ask("What is the price of the new mast of the sloop?").short == "36"


def test_an_amount_lies_in_the_range_of_a_row(tmp_path: Path, models: Models) -> None:
    rows = "Weight,Dose,How often\n6 to 9 kg,3 ml,twice a day\n15 to 20 kg,7.5 ml,twice a day\n"
    (tmp_path / "amoxicillin dose by weight.csv").write_text(rows, encoding="utf-8")
    settings = replace(models.settings, index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="dose", settings=settings, embedder=models.embedder)
    with Pipeline.open("dose", models=Models(settings)) as dose:
        asked = "My child weighs {} kg, which dose of amoxicillin?"
        assert dose.ask(asked.format(17)).short == "7.5 ml"
        assert not dose.ask(asked.format(45)).found


def test_another_doctor_is_no_answer(tmp_path: Path, models: Models) -> None:
    text = (
        "For younger children please go to Dr. Lindner, Market Square 5.\n\n"
        "Dr. Sommer speaks German, English and Spanish; Dr. Weiss speaks German and Polish.\n"
    )
    (tmp_path / "faq.txt").write_text(text, encoding="utf-8")
    settings = replace(models.settings, index_root=str(tmp_path / "indexes"))
    add([tmp_path / "faq.txt"], collection="faq", settings=settings, embedder=models.embedder)
    with Pipeline.open("faq", models=Models(settings)) as faq:
        assert "Polish" in faq.ask("Which languages does Dr. Weiss speak?").text
        assert not faq.ask("Which languages does Dr. Lindner speak?").found
