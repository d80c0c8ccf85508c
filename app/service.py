"""What all pages of this process share: settings, models, open collections, jobs, conversations.

The models are loaded once, in the background; a collection is opened once and again when another
generation is in force. Streamlit runs a page anew for every click, but the modules stay.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from threading import Event, RLock, Thread
from typing import TYPE_CHECKING
from weakref import WeakSet

from app import database, preferences
from app.following import finish
from app.jobs import Registry
from app.preferences import Preferences
from app.store import Store
from rag.errors import CollectionBusy, FootnoteError, StorageError
from rag.index.collection import Collection, CollectionInfo, collections
from rag.models import Models
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

_PATIENCE = 15.0  # seconds at the end for work to stop: a batch is embedded in about ten
_PAINT_FIRST = 1.0  # seconds that the first page gets before loading competes with it

log = logging.getLogger(__name__)
_made: WeakSet[Service] = WeakSet()


@dataclass(slots=True)
class _Open:
    """A collection that is open, and how many are using it."""

    opened: Collection
    users: int = 0
    retired: bool = False
    fits: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far loading the models is. The errors are sentences for people."""

    ready: bool
    error: str | None = None
    unwritten: str | None = None  # why the language model is not there; quoting needs none
    over: bool = False  # nothing is being loaded any more


@dataclass(slots=True)
class _Loading:
    begun: bool = False
    done: Event = field(default_factory=Event)
    error: str | None = None
    unwritten: str | None = None
    over: bool = False


class Service:
    """One for each index root. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self.base = settings  # of file and environment
        self.root = settings.root
        self._finish()
        self.preferences = Preferences(preferences.kept_in(self.root))
        self.models = Models(self.settings)
        self.jobs = Registry()
        self.store = Store(database.kept_in(self.root))
        self._lock = RLock()
        self._open: dict[str, _Open] = {}
        self._loading = _Loading()

    @property
    def settings(self) -> Settings:
        """The settings in force, with what was chosen in the app for all collections."""
        return self.preferences.settings(self.base)

    # --- models ---

    def switch(self) -> None:
        """Loads other models, after the choice of them has changed; those in use stay till then."""
        with self._lock:
            self.models = Models(self.settings)
            self._loading = _Loading()
        self.preload()

    def preload(self) -> Readiness:
        """Begins to load the models, if nobody has yet, and says how far that is."""
        with self._lock:
            loading = self._loading
            if not loading.begun:
                loading.begun = True
                Thread(target=self._load, args=(loading,), name="models", daemon=True).start()
        ready = loading.done.is_set() and not loading.error
        return Readiness(ready, loading.error, loading.unwritten, loading.over)

    def retry(self) -> None:
        """Forgets that loading failed, so that the next `preload` tries again."""
        with self._lock:
            if self._loading.error:
                self._loading = _Loading()

    def wait_for_models(self, cancel: Event) -> bool:
        """Waits until the models can be used; false if cancelled or if they can't be loaded."""
        self.preload()
        while not cancel.is_set():
            if self._loading.done.wait(0.2):
                return not self._loading.error
        return False

    def _load(self, loading: _Loading) -> None:
        time.sleep(_PAINT_FIRST)
        try:
            self.models.embedder.encode_query("warm up")
            _ = self.models.reader
        except FootnoteError as error:
            loading.error = str(error)
        except Exception as error:
            log.exception("the models can't be loaded")
            loading.error = f"The models can't be loaded: {error!r}."
        _settle()
        loading.done.set()
        if loading.error is None:
            self._load_generator(loading)
            _settle()
        loading.over = True

    def _load_generator(self, loading: _Loading) -> None:
        """Only needed for some answers: whoever needs it before it is there waits for it."""
        try:
            from rag.generate.local import Generator

            generator, _ = self.models.generator, self.models.second_reader
            if isinstance(generator, Generator) and generator.network is not None:
                generator.network.prepare()
        except Exception as error:
            log.warning("the language model is not ready: %s", error)
            loading.unwritten = str(error)

    # --- collections ---

    def collections(self) -> list[CollectionInfo]:
        """The collections there are, by name."""
        self._finish()
        return collections(self.root)

    def _finish(self) -> None:
        with suppress(StorageError, CollectionBusy):  # read-only, or under way: another time
            finish(self.root)

    @contextmanager
    def opened(self, name: str) -> Iterator[Collection]:
        """The generation in force of a collection, pinned for the time of the block.

        Raises:
            CollectionNotFound, CollectionMismatch, CollectionDamaged: it can't be used; says why.
        """
        held = self._take(name)
        try:
            yield held.opened
        finally:
            self._leave(held)

    @contextmanager
    def pipeline(self, name: str, settings: Settings | None = None) -> Iterator[Pipeline]:
        """A collection with the models, for the time of the block. Loads what is not loaded.

        `settings` stand in for those chosen for the collection; they choose no other models.

        Raises:
            as `opened`, and ModelError.
        """
        from rag.pipeline import Pipeline

        held = self._take(name)
        try:
            if not held.fits:
                held.opened.check_fit(self.models.embedder.fingerprint())
                held.fits = True
            chosen = settings or self.preferences.settings(self.base, name)
            yield Pipeline(held.opened, self.models, chosen)
        finally:
            self._leave(held)

    def _take(self, name: str) -> _Open:
        with self._lock:
            held = self._open.get(name)
            if held is None or held.opened.stale():
                fresh = _Open(Collection.open(self.root, name))
                self._retire(name)
                held = self._open[name] = fresh
            held.users += 1
            return held

    def _leave(self, held: _Open) -> None:
        with self._lock:
            held.users -= 1
            if held.retired and not held.users:
                held.opened.close()

    def _retire(self, name: str) -> None:
        held = self._open.pop(name, None)
        if held is not None:
            held.retired = True
            if not held.users:
                held.opened.close()

    def forget(self, name: str) -> None:
        """Closes a collection as soon as nobody uses it, because it is being deleted."""
        with self._lock:
            self._retire(name)


def _settle() -> None:
    """Takes what is loaded by now out of the garbage collector's rounds.

    Streamlit collects after every run of a page, which also is several times a second while one
    watches an answer; walking through all of torch each time made answers twenty times slower.
    """
    gc.collect()
    gc.freeze()


@cache
def _service_for(settings: Settings) -> Service:
    made = Service(settings)
    _made.add(made)
    return made


def service() -> Service:
    """The service of the settings in force.

    Raises:
        UsageError: the settings are wrong; says which.
    """
    return _service_for(Settings.load())


def end(tell: Callable[[str], object]) -> None:
    """Stops what is at work, since the server ends: what was added and written by then is kept."""
    busy = [made.jobs for made in tuple(_made) if made.jobs.busy]
    if busy:
        tell("Storing what is done by now …")
    for jobs in busy:
        jobs.end(_PATIENCE)
