"""A map of a collection: its passages in two dimensions, and where a question falls among them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.render import clipped, visible
from app.service import Service
from rag.index.collection import Collection
from rag.types import Scope

MOST = 3000  # passages drawn; more are sampled evenly
_COLOURS = 12  # documents with a colour of their own
_OTHERS = "Others"


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """`places` is f32 (n, 2); a vector v lands at (v - mean) @ axes."""

    rows: NDArray[np.int64]
    places: NDArray[np.float32]
    mean: NDArray[np.float32]
    axes: NDArray[np.float32]


def project(opened: Collection) -> Projection:
    """The first two principal components of the passages' vectors (Pearson 1901)."""
    # Every document has an absolute path, so that this is all that is not deleted.
    mask = opened.allowed(Scope(folder="/"))
    rows = np.flatnonzero(mask) if mask is not None else np.arange(opened.rows)
    if len(rows) > MOST:
        rows = rows[np.linspace(0, len(rows) - 1, MOST).astype(np.int64)]
    vectors = opened.vectors(rows)
    mean = vectors.mean(axis=0) if len(rows) else np.zeros(vectors.shape[1], np.float32)
    centred = vectors - mean
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :2].astype(np.float32)
    # An eigenvector has no sign of its own: the larger side goes to the right and up.
    axes *= np.where(np.abs(axes.max(axis=0)) >= np.abs(axes.min(axis=0)), 1, -1)
    return Projection(rows.astype(np.int64), centred @ axes, mean, axes)


@lru_cache(maxsize=8)
def _points(opened: Collection) -> tuple[Projection, list[dict[str, Any]]]:
    found = project(opened)
    return found, _described(opened, found.rows, found.places)


def _described(
    opened: Collection, rows: NDArray[np.int64], places: NDArray[np.float32]
) -> list[dict[str, Any]]:
    infos = {info.id: info for info in opened.documents()}
    largest = sorted(infos.values(), key=lambda info: -info.chunks)[:_COLOURS]
    shown = {
        info.id: clipped(visible(info.title.strip() or Path(info.path).name), 40)
        for info in largest
    }
    points = []
    for stored, place in zip(opened.chunks(rows), places.tolist(), strict=True):
        info = infos[stored.document]
        text = opened.text(info.id, stored.chunk.start, stored.chunk.end)
        points.append(
            {
                "x": round(place[0], 4),
                "y": round(place[1], 4),
                "Document": shown.get(info.id, _OTHERS),
                "Passage": clipped(visible(text), 140),
                "Page": str(stored.chunk.page or ""),
            }
        )
    return points


def map_of(service: Service, collection: str) -> None:
    """Draws the map of a collection, and a question on it."""
    question = st.text_input(
        "Show a question on the map", key=f"map-question-{collection}", max_chars=500,
        placeholder="Where would the answer be?",
    )  # fmt: skip
    with service.opened(collection) as opened:
        if not opened.rows:
            st.html('<p class="fn-note">There is nothing to draw yet.</p>')
            return
        projection, points = _points(opened)
        hits: list[dict[str, Any]] = []
        asked: list[dict[str, Any]] = []
        if question.strip() and service.preload().ready:
            opened.check_fit(service.models.embedder.fingerprint())
            vector = service.models.embedder.encode_query(question)
            rows = opened.dense(vector, 5, opened.allowed(Scope(folder="/")))[0]
            # Of many passages those that are nearest are mostly not among the sampled ones.
            places = (opened.vectors(rows) - projection.mean) @ projection.axes
            hits = _described(opened, rows, places)
            at = (vector - projection.mean) @ projection.axes
            asked = [{"x": float(at[0]), "y": float(at[1]), "Question": visible(question)}]
        elif question.strip():
            st.caption("The models are loading; the question appears when they are there.")
    _draw(points, hits, asked)
    if asked:
        st.dataframe(
            [{"Document": p["Document"], "Page": p["Page"], "Passage": p["Passage"]} for p in hits],
            hide_index=True,
            width="stretch",
            alt="The passages nearest in meaning to the question",
        )
    st.caption(
        f"{len(points):,} passages, near each other where they mean the like. Two dimensions keep "
        "only a part of what the search sees; the ringed passages are nearest in all of them."
    )


_TOLD = "Map of the passages: near each other where they mean the like"  # for screen readers


def _draw(
    points: list[dict[str, Any]], hits: list[dict[str, Any]], asked: list[dict[str, Any]]
) -> None:
    import altair as alt

    x = alt.X("x:Q", axis=None, scale=alt.Scale(zero=False, padding=20))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(zero=False, padding=20))
    layers = [
        alt.Chart(alt.Data(values=points))
        .mark_circle(size=64, opacity=0.75)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "Document:N",
                scale=alt.Scale(scheme="tableau20"),
                legend=alt.Legend(orient="bottom", columns=2, labelLimit=320, title=None),
            ),
            tooltip=["Document:N", "Page:N", "Passage:N"],
        )
    ]
    if hits:
        layers.append(
            alt.Chart(alt.Data(values=hits))
            .mark_point(size=260, strokeWidth=2.5, color="#a4262c")
            .encode(x=x, y=y, tooltip=["Document:N", "Page:N", "Passage:N"])
        )
    if asked:
        layers.append(
            alt.Chart(alt.Data(values=asked))
            .mark_point(shape="diamond", size=260, filled=True, color="#a4262c", opacity=1)
            .encode(x=x, y=y, tooltip=["Question:N"])
        )
    st.altair_chart(alt.layer(*layers).properties(height=460, description=_TOLD), width="stretch")
