from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ingest import add
from rag import Models
from rag.evidence import Sentence, languages, shares
from rag.index.collection import Collection
from rag.retrieve import in_context, is_foreign, retrieve


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


def test_terms_of_the_neighbours_count_for_half(tmp_path: Path, models: Models) -> None:
    words = "The ferry sails at noon. " * 40  # so long that each part is a chunk of its own
    (tmp_path / "a.md").write_text(f"# A\n\n## One\n\nfalcons {words}\n\n## Two\n\nherons {words}")
    (tmp_path / "b.md").write_text(f"# B\n\n## One\n\nfalcons {words}\n\n## Two\n\nowls {words}")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="c", settings=settings, embedder=models.embedder)
    with Collection.open(tmp_path / "indexes", "c") as opened:
        terms = ["falcon", "heron", "owl"]
        rows = np.arange(opened.rows)
        own = opened.matches(terms).table(rows).sum(axis=0)
        found = in_context(opened, opened.matches(terms), rows)
        of_document = [opened.document(opened.chunk(row).document).title for row in rows]
        text = [
            opened.text(c.document, c.chunk.start, c.chunk.end) for c in map(opened.chunk, rows)
        ]
    heron = next(i for i, t in enumerate(text) if "herons" in t)
    falcon = next(i for i, t in enumerate(text) if "falcons" in t and of_document[i] == "A")
    assert abs(heron - falcon) == 1
    assert found[heron] == pytest.approx(own[heron] + 0.5 * own[falcon], rel=1e-5)
    # The last chunk of A and the first of B stand side by side, but not in one document.
    alone = [i for i in rows if own[i] and not any(own[j] for j in rows if abs(i - j) == 1)]
    assert all(found[i] == pytest.approx(own[i]) for i in alone)


def test_a_document_of_many_chunks_gives_as_many_hits_as_wanted(
    tmp_path: Path, models: Models
) -> None:
    words = "The ferry of the harbour sails at noon. " * 30  # a chunk of its own each
    (tmp_path / "a.md").write_text("".join(f"# Part {i}\n\n{words}\n\n" for i in range(12)))
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path / "a.md"], collection="c", settings=settings, embedder=models.embedder)
    query = models.embedder.query("ferry")
    with Collection.open(tmp_path / "indexes", "c") as opened:
        for k in (1, 3, 5):
            hits = retrieve(opened, "ferry", query, k=k, dense_weight=0.5)
            assert len(hits) == k
            assert all(hit.text.count("# Part") + hit.text.count("Part ") <= 3 for hit in hits)
        spans = sorted((hit.start, hit.end) for hit in hits)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
