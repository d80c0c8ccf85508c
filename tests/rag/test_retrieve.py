from rag.evidence import Sentence, languages, shares
from rag.retrieve import is_foreign


def test_a_language_that_the_embedder_lacks_is_foreign() -> None:
    german = "Wer hat die Brücke gebaut?"
    assert is_foreign(german, ["de"], ["en"])
    assert is_foreign(german, ["de", "en"], ["en"])
    assert is_foreign("Brennau", ["de"], ["en"])  # says nothing, but the documents do
    assert not is_foreign("Who built the bridge?", ["de", "en"], ["en"])
    assert not is_foreign(german, ["de"], [])  # not known: it may have all
    assert not is_foreign("Who?", [], ["en"])


def test_a_short_sentence_has_the_language_of_its_passage() -> None:
    texts = ("Die Brücken sind mit der Stadt und dem Land gewachsen.", "Holzbrücken brannten.")
    found = [Sentence(0, 0, len(text), text) for text in texts]
    assert languages(found) == ["de", "de"]
    # "brannten" and "Brannte" share a German stem, not an English one.
    assert shares("Brannte die Holzbrücke?", found, {})[1, 0] == 1.0
