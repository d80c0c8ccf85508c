"""Conversations and judgements, kept in one SQLite file: a reload or a restart loses nothing.

What a person thinks of an answer is kept with it, also when the question is asked again.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.database import Database
from app.records import dump_answer, dump_scope, finder, load_answer, load_scope
from rag.errors import UsageError
from rag.types import Answer, Scope

NAME_LENGTH = 60
_TURNS = (
    "select t.*, j.good, j.reason, j.better from turns t left join judgements j on j.turn = t.id"
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A named row of questions to one collection."""

    id: str
    collection: str
    name: str
    created: str  # ISO 8601, UTC
    updated: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it: an answer, an error, or nothing yet."""

    id: str
    conversation: str
    number: int  # from 1
    question: str
    scope: Scope
    asked: str
    answer: Answer | None
    error: str | None
    job: str | None  # the mark of the work whose answer is kept; that of earlier work is not
    good: bool | None = None
    reason: str = ""
    better: str = ""  # what the person would have answered
    plain: bool = False  # asked as it stands, whatever was said before
    everywhere: bool = False  # searched in all documents, whatever it names


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer that a person has judged."""

    collection: str
    answer: Answer
    good: bool
    reason: str
    better: str


class Store:
    """The conversations of one index root."""

    def __init__(self, path: Path) -> None:
        self.path = path
        database = Database(path)
        self._open, self._read = database.open, database.read

    # --- conversations ---

    def start(self, collection: str, name: str) -> Conversation:
        """A new conversation with a collection, named after its first question."""
        now = _now()
        made = Conversation(uuid.uuid4().hex[:12], collection, shortened(name), now, now)
        with self._open() as db:
            db.execute(
                "insert into conversations values (?, ?, ?, ?, ?)",
                (made.id, made.collection, made.name, made.created, made.updated),
            )
        return made

    def conversations(
        self, collection: str | None = None, containing: str = ""
    ) -> list[Conversation]:
        """Conversations, the latest first; those whose name or text has the words, if any."""
        where, values = ["true"], []
        if collection is not None:
            where.append("collection = ?")
            values.append(collection)
        if containing.strip():
            turns = "select 1 from turns where conversation = c.id and has(question, answer)"
            where.append(f"(has(name, null) or exists ({turns}))")
        with self._read() as db:
            db.create_function("has", 2, finder(containing), deterministic=True)
            rows = db.execute(
                f"select * from conversations c where {' and '.join(where)}"
                " order by updated desc, rowid desc",
                values,
            ).fetchall()
        return [Conversation(**row) for row in rows]

    def conversation(self, key: str) -> Conversation | None:
        """A conversation by its id."""
        with self._read() as db:
            row = db.execute("select * from conversations where id = ?", (key,)).fetchone()
        return Conversation(**row) if row else None

    def rename(self, key: str, name: str) -> None:
        """Gives a conversation another name; an empty one changes nothing."""
        if name.strip():
            with self._open() as db:
                db.execute("update conversations set name = ? where id = ?", (shortened(name), key))

    def delete(self, key: str) -> None:
        """Deletes a conversation with all its questions, answers and judgements."""
        with self._open() as db:
            db.execute("delete from conversations where id = ?", (key,))

    def delete_all(self, collection: str | None = None) -> None:
        """Deletes the conversations with a collection, or all there are."""
        with self._open() as db:
            if collection is None:
                db.execute("delete from conversations")
            else:
                db.execute("delete from conversations where collection = ?", (collection,))

    # --- questions and answers ---

    def ask(self, conversation: str, question: str, scope: Scope, *, plain: bool = False) -> Turn:
        """Notes a question, before anybody works on it."""
        with self._open() as db:
            number = db.execute(
                "select coalesce(max(number), 0) + 1 as next from turns where conversation = ?",
                (conversation,),
            ).fetchone()["next"]
            turn = Turn(
                uuid.uuid4().hex[:12], conversation, number, question, scope, _now(),
                None, None, uuid.uuid4().hex[:12], plain=plain,
            )  # fmt: skip
            db.execute(
                "insert into turns (id, conversation, number, question, scope, asked, job, plain)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    turn.id, conversation, number, question, dump_scope(scope), turn.asked,
                    turn.job, plain,
                ),
            )  # fmt: skip
            db.execute(
                "update conversations set updated = ? where id = ?", (turn.asked, conversation)
            )
        return turn

    def again(self, turn: str) -> Turn | None:
        """Makes room for another answer; a judged one is kept, to be compared with the next.

        Returns the question as it is now, with the mark of the work that may answer it from now on;
        None where it has been deleted.
        """
        with self._open() as db:
            db.execute(
                "insert into earlier select t.id, t.answer, j.good, j.reason, j.better"
                " from turns t join judgements j on j.turn = t.id"
                " where t.id = ? and t.answer is not null",
                (turn,),
            )
            db.execute(
                "update turns set answer = null, error = null, job = ? where id = ?",
                (uuid.uuid4().hex[:12], turn),
            )
            db.execute("delete from judgements where turn = ?", (turn,))
            row = db.execute(f"{_TURNS} where id = ?", (turn,)).fetchone()
        return _turn(row) if row else None

    def reword(self, turn: str, question: str, *, plain: bool = False) -> None:
        """Puts another question in the place of one."""
        with self._open() as db:
            db.execute(
                "update turns set question = ?, plain = ?, everywhere = 0 where id = ?",
                (question, plain, turn),
            )

    def widen(self, turn: str) -> None:
        """Lets a question be searched in all documents, whatever it names."""
        with self._open() as db:
            db.execute("update turns set everywhere = 1 where id = ?", (turn,))

    def answer(self, turn: str, answer: Answer, job: str | None = None) -> None:
        """Keeps the answer to a question; that of a `job` only while the question waits for it."""
        with self._open() as db:
            db.execute(
                "update turns set answer = ?, error = null where id = ?"
                " and job is coalesce(?, job)",
                (dump_answer(answer), turn, job),
            )

    def fail(self, turn: str, error: str, job: str | None = None) -> None:
        """Keeps why a question has no answer; a `job` is heeded as in `answer`."""
        with self._open() as db:
            db.execute(
                "update turns set error = ?, answer = null where id = ?"
                " and job is coalesce(?, job)",
                (error, turn, job),
            )

    def turns(self, conversation: str) -> list[Turn]:
        """The questions of a conversation in order, with what came of them."""
        with self._read() as db:
            rows = db.execute(
                f"{_TURNS} where conversation = ? order by number", (conversation,)
            ).fetchall()
        return [_turn(row) for row in rows]

    def marks(self, conversation: str) -> list[str | None]:
        """The marks of the work on each question of a conversation, which change with whatever is
        asked there."""
        with self._read() as db:
            asked = "select job from turns where conversation = ? order by number"
            return [row["job"] for row in db.execute(asked, (conversation,))]

    def judge(
        self,
        turn: str,
        good: bool | None,
        reason: str = "",
        better: str = "",
        job: str | None = None,
    ) -> None:
        """Keeps what a person thinks of an answer, be it only that of a `job`; None takes it back.

        Raises:
            UsageError: the answer is there no longer.
        """
        with self._open() as db:
            there = "select 1 from turns where id = ? and job is coalesce(?, job)"
            if db.execute(there, (turn, job)).fetchone() is None:
                raise UsageError("This answer was deleted or replaced elsewhere; it isn't judged.")
            if good is None:
                db.execute("delete from judgements where turn = ?", (turn,))
            else:
                db.execute(
                    "insert or replace into judgements (turn, good, reason, judged, better)"
                    " values (?, ?, ?, ?, ?)",
                    (turn, int(good), reason.strip(), _now(), better.strip()),
                )

    def judged(self) -> list[Judged]:
        """All judged answers, those of questions that were asked again included; oldest first."""
        with self._read() as db:
            rows = db.execute(
                "select c.collection, t.answer, j.good, j.reason, j.better, t.asked from turns t"
                " join judgements j on j.turn = t.id join conversations c on c.id = t.conversation"
                " where t.answer is not null union all"
                " select c.collection, e.answer, e.good, e.reason, e.better, t.asked from earlier e"
                " join turns t on t.id = e.turn join conversations c on c.id = t.conversation"
                " order by asked"
            ).fetchall()
        return [
            Judged(
                row["collection"],
                load_answer(row["answer"]),
                bool(row["good"]),
                row["reason"],
                row["better"],
            )
            for row in rows
        ]


def shortened(name: str) -> str:
    """A name on one line and of a length that a list can show."""
    line = " ".join(name.split())
    return line if len(line) <= NAME_LENGTH else line[: NAME_LENGTH - 1].rstrip() + "…"


def _turn(row: dict[str, object]) -> Turn:
    answer, good = row["answer"], row["good"]
    return Turn(
        **{
            **row,
            "scope": load_scope(str(row["scope"])),
            "answer": load_answer(str(answer)) if answer else None,
            "good": None if good is None else bool(good),
            "reason": row["reason"] or "",
            "better": row["better"] or "",
            "plain": bool(row["plain"]),
            "everywhere": bool(row["everywhere"]),
        }  # type: ignore[arg-type]
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
