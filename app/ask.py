"""The Ask page: a conversation with a collection, its footnotes, and the source beside it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import (
    answers,
    asking,
    beginning,
    components,
    judging,
    over_time,
    render,
    shell,
    sidebar,
    source,
    state,
    suggest,
    why,
)
from app.jobs import Snapshot
from app.render import md
from app.scope import picker, scoped
from app.service import Service, service
from app.store import Conversation, Turn
from rag.errors import FootnoteError
from rag.wording import count

_POLL = 0.3  # seconds between two looks at a running answer
_ELSEWHERE = 3.0  # seconds between two looks whether something was asked in another tab
_TYPING = ("question", "textarea")  # where a question is typed


def page() -> None:
    """Draws the page."""
    shared = service()
    infos = shared.collections()
    new = shell.new_collections(shared, infos)
    if not infos and not any(new):
        beginning.first_run(shared)
        return
    stored = [info.name for info in infos]
    with st.sidebar:
        collection = shell.pick_collection(infos, key="ask-collection", extra=new)
    if collection not in stored:  # another one must not answer in its place
        beginning.nothing_stored(shared, collection)
        return
    with st.sidebar:
        conversation = _conversation(shared, collection)
        sidebar.conversations(shared, collection, conversation)
        shell.readiness(shared, "You can ask already.")
    problem = next((info.problem for info in infos if info.name == collection), None)
    if problem:
        st.error(md(problem), icon=":material/error:")
        return
    now = asking.turns(shared, conversation.id) if conversation else []
    turns = [turn for turn, _ in now]
    opened = _opened(turns)
    main, side = shell.beside(opened is not None)
    with main, st.container(key="conversation"):
        _header(shared, collection, conversation)
        _history(shared, now, opened)
        _offers(shared, collection, turns)
    if side is not None and opened is not None:
        with side:
            source.panel(shared, collection, *opened)
    question = st.chat_input(f"Ask “{render.visible(collection)}”…", key="question")
    if question and question.strip():
        _ask(shared, collection, question)
    if conversation:
        _follow_others(shared, conversation, turns)


# --- where we are ---------------------------------------------------------------------------------


def _conversation(shared: Service, collection: str) -> Conversation | None:
    """The open conversation; none where it has been deleted, or belongs elsewhere."""
    found = shared.store.conversation(state.conversation()) if state.conversation() else None
    if found is not None and found.collection == collection:
        return found
    if state.conversation():
        state.open_conversation("")
        if found is None:  # in another tab, or it is an old link
            st.toast(md("That conversation has been deleted."))
    return None


def _opened(turns: list[Turn]) -> tuple[Turn, int] | None:
    place = state.citation()
    if place is None:
        return None
    turn = next((turn for turn in turns if turn.number == place.turn), None)
    return (turn, place.n) if turn and turn.answer else None


def _ask(shared: Service, collection: str, question: str) -> None:
    """Begins to answer; an empty conversation gets its name from its first question."""
    key = state.conversation()
    if not key or shared.store.conversation(key) is None:  # deleted since the page was drawn
        key = shared.store.start(collection, question).id
        state.open_conversation(key)
    state.open_citation(None)
    state.await_answer(asking.ask(shared, key, question, state.scope()).id)
    st.rerun()


def _follow_others(shared: Service, conversation: Conversation, turns: list[Turn]) -> None:
    """Draws the page anew when something is asked in another tab. Where the conversation is gone
    it stays: whoever is typing must not go on in another one."""
    drawn = [turn.job for turn in turns]

    def is_asked() -> bool:
        now = shared.store.marks(conversation.id)
        return bool(now) and now != drawn

    shell.go_on_when(is_asked, _ELSEWHERE)


# --- parts of the page ----------------------------------------------------------------------------


def _header(shared: Service, collection: str, conversation: Conversation | None) -> None:
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        key="asked" if conversation else "header",
    ):
        title = conversation.name if conversation else "Ask your documents"
        st.title(md(title), anchor=False, width="stretch")
        picker(shared, collection)
        if conversation:
            sidebar.menu(shared, conversation)


def _history(
    shared: Service, turns: list[tuple[Turn, Snapshot | None]], opened: tuple[Turn, int] | None
) -> None:
    for turn, job in turns:
        with st.container(key=f"question-{turn.id}"), st.chat_message("user"):
            _question(shared, turn)
        number = opened[1] if opened and opened[0].id == turn.id else None
        with st.chat_message("assistant"):
            if job is not None:
                st.fragment(_live, run_every=_POLL)(shared, turn, state.citation())
            else:
                with st.container():
                    _draw(turn, None, number)
                    _actions(shared, turn, last=turn is turns[-1][0])


def _question(shared: Service, turn: Turn) -> None:
    if state.editing() != turn.id:
        st.html(
            '<div class="fn-question" role="heading" aria-level="2" dir="auto">'
            f"{render.html(turn.question)}</div>"
        )
        if turn.scope:
            st.html('<div class="fn-note">Asked of some of the documents only</div>')
        return
    searched = turn.answer.searched if turn.answer else None
    correcting = state.correcting() and searched
    with st.form(f"edit-{turn.id}", border=False):
        text = st.text_area(
            "What was meant" if correcting else "Question",
            searched if correcting else turn.question,
            label_visibility="collapsed",
        )
        with st.container(horizontal=True):
            sent = st.form_submit_button("Ask", type="primary")
            left = st.form_submit_button("Cancel", type="tertiary")
    if left or (sent and not text.strip()):
        state.edit("")
        st.rerun()
    if sent:
        state.edit("")
        state.open_citation(None)
        asking.replace_question(shared, turn, text.strip(), plain=bool(correcting))
        state.await_answer(turn.id)
        st.rerun()


def _draw(turn: Turn, job: Snapshot | None, opened: int | None) -> None:
    """Draws what came of a question, be it stored or in the making."""

    def open_(n: int) -> None:
        if state.Place(turn.number, n) == state.citation():
            state.close_citation(turn.id, n)
        else:
            state.open_citation(state.Place(turn.number, n))

    shown = answers.describe(turn, job, opened) | {"asked": state.asked(turn.id)}
    components.answer(shown, key=f"answer-{turn.id}", on_open=open_)
    if turn.answer is not None and (values := over_time.points(turn.answer)):
        over_time.draw(values)


def _live(shared: Service, turn: Turn, citation: state.Place | None) -> None:
    """A running answer, drawn again and again until it is there."""
    job = asking.watched(shared, turn)
    if job is None or asking.is_changed(shared, turn) or state.citation() != citation:
        st.rerun()
    _draw(turn, job, None)
    st.button(
        "Stop",
        icon=":material/stop_circle:",
        key=f"stop-{turn.id}",
        on_click=_stop,
        args=(shared, turn),
    )


def _stop(shared: Service, turn: Turn) -> None:
    asking.stop(shared, turn)
    state.focus(*_TYPING)


def _actions(shared: Service, turn: Turn, *, last: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if last and not state.editing():
            _action(
                "Ask again",
                ":material/refresh:",
                f"again-{turn.id}",
                _anew(shared, turn, asking.again),
            )
            _action(
                "Edit question", ":material/edit:", f"edit-button-{turn.id}",
                lambda: state.edit(turn.id),
            )  # fmt: skip
            if turn.answer is not None and turn.answer.narrowed:
                _action(
                    "Search everywhere", ":material/travel_explore:", f"everywhere-{turn.id}",
                    _anew(shared, turn, asking.everywhere),
                )  # fmt: skip
            if turn.answer is not None and turn.answer.searched:
                _action(
                    "Not what I meant", ":material/edit_note:", f"meant-{turn.id}",
                    lambda: state.edit(turn.id, understood=True),
                )  # fmt: skip
        if turn.answer is not None and turn.answer.citations:
            why.button(turn)
        if turn.answer is not None:
            judging.judgement(shared, turn)
    why.explanation(shared, turn)


def _action(label: str, icon: str, key: str, act: Callable[[], None]) -> None:
    st.button(label, icon=icon, key=key, on_click=act, type="tertiary")


def _anew(shared: Service, turn: Turn, ask: Callable[[Service, Turn], None]) -> Callable[[], None]:
    def act() -> None:
        state.open_citation(None)
        ask(shared, turn)
        state.await_answer(turn.id)

    return act


def _offers(shared: Service, collection: str, turns: list[Turn]) -> None:
    """Questions to begin with, or to go on with."""
    if turns and (turns[-1].answer is None or state.editing()):
        return
    try:
        with shared.opened(collection) as opened:
            offered = (
                suggest.follow_ups(opened, turns)
                if turns
                else suggest.examples(scoped(opened.documents(), state.scope()), opened)
            )
    except FootnoteError as error:
        st.error(md(str(error)), icon=":material/error:")
        return
    if not turns:
        _invitation(shared, collection)
    for i, question in enumerate(offered):
        icon = ":material/subdirectory_arrow_right:" if turns else ":material/lightbulb:"
        if st.button(md(question), key=f"example-{len(turns)}-{i}", icon=icon):
            state.focus(*_TYPING)
            _ask(shared, collection, question)
    if not turns:
        beginning.growing(shared, collection)


def _invitation(shared: Service, collection: str) -> None:
    with shared.opened(collection) as opened:
        documents = len(scoped(opened.documents(), state.scope()))
    narrowed = " that you picked" if state.scope() else ""
    st.html(
        f'<p class="fn-lead">{render.html(count(documents, "document"))} in '
        f"“{render.html(collection)}”{narrowed}. Answers come with footnotes; click one to see the "
        "words it rests on.</p>"
    )
