"""One contestant of `benchmarks.run`, in a process and maybe a virtual environment of its own.

    python worker.py WAY THREADS        (then one JSON object a line on standard input)

A line {"task": NAME, …} is answered by a line with the wall-clock and CPU seconds of the work alone
and what it returned. `WAYS` names the contestants; each is loaded once, when the process starts.
Nothing of Footnote is imported for the others.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

EMBEDDER = os.environ.get("BENCHMARK_EMBEDDER", "")  # the folder of all-MiniLM-L6-v2
GGUF = os.environ.get("BENCHMARK_GGUF", "")
CHUNK_CHARACTERS = 1000  # about the 256 tokens that the embedder reads


class Encode:
    """`SentenceTransformer.encode` as it comes."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self.model = SentenceTransformer(EMBEDDER, device="cpu")

    def embed(self, texts: list[str]) -> None:
        self.model.encode(texts, show_progress_bar=False)

    def query(self, texts: list[str]) -> list[float]:
        return each(texts, lambda text: self.model.encode(text, show_progress_bar=False))


class Footnote:
    """This repository."""

    def __init__(self) -> None:
        from rag.models import Models
        from rag.settings import Settings

        self.models = Models(Settings.load())
        self.models.embedder.encode(["to warm up"])

    def embed(self, texts: list[str]) -> None:
        self.models.embedder.forget()
        self.models.embedder.encode(texts)

    def query(self, texts: list[str]) -> list[float]:
        self.models.embedder.forget()
        return each(texts, self.models.embedder.encode_query)

    def ingest(self, folder: str) -> dict[str, Any]:
        from ingest import add
        from rag.settings import Settings

        with tempfile.TemporaryDirectory() as root:
            report = add(
                [folder],
                settings=Settings.load(index_root=root),
                embedder=self.models.embedder,
            )
            return {"chunks": report.chunks}

    def write(self, prompts: list[list[int]], tokens: int) -> list[dict[str, float]]:
        from rag.generate.decoding import decode, greedy

        generator: Any = self.models.generator
        found = []
        for prompt in prompts:
            model, chat = generator._model, generator._chat
            start = time.perf_counter()
            times = []
            for _ in decode(model, prompt, max_tokens=tokens, ends=chat.ends, pick=greedy):
                times.append(time.perf_counter() - start)
            found.append(
                {
                    "prompt": len(prompt),
                    "first": times[0],
                    "written": len(times),
                    "rest": times[-1] - times[0],
                }
            )
        return found


class LangChain:
    """HuggingFaceEmbeddings, FAISS and, for files, PyPDFLoader with the recursive splitter."""

    def __init__(self) -> None:
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings

        self.embeddings = HuggingFaceEmbeddings(model_name=EMBEDDER)
        self.faiss = FAISS
        self.store: Any = None

    def embed(self, texts: list[str]) -> None:
        self.store = self.faiss.from_texts(texts, self.embeddings)

    def query(self, texts: list[str]) -> list[float]:
        return each(texts, lambda text: self.store.similarity_search(text, k=5))

    def ingest(self, folder: str) -> dict[str, Any]:
        from langchain_community.document_loaders import PyPDFLoader
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_CHARACTERS, chunk_overlap=100)
        pages = [page for path in pdfs(folder) for page in PyPDFLoader(str(path)).load()]
        chunks = splitter.split_documents(pages)
        with tempfile.TemporaryDirectory() as root:
            self.faiss.from_documents(chunks, self.embeddings).save_local(root)
        return {"chunks": len(chunks), "pages": len(pages)}


class Txtai:
    """An embeddings index with content."""

    def __init__(self) -> None:
        from txtai import Embeddings

        self.make = lambda: Embeddings(path=EMBEDDER, content=True)
        self.store = self.make()
        self.store.index(["to warm up"])

    def embed(self, texts: list[str]) -> None:
        self.store.index(texts)

    def query(self, texts: list[str]) -> list[float]:
        return each(texts, lambda text: self.store.search(text, 5))


class LlamaIndex:
    """SimpleDirectoryReader and VectorStoreIndex."""

    def __init__(self) -> None:
        from llama_index.core import Settings
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        Settings.embed_model = HuggingFaceEmbedding(model_name=EMBEDDER)
        Settings.llm = None
        self.index: Any = None

    def embed(self, texts: list[str]) -> None:
        from llama_index.core import VectorStoreIndex
        from llama_index.core.schema import TextNode

        self.index = VectorStoreIndex([TextNode(text=text) for text in texts])

    def query(self, texts: list[str]) -> list[float]:
        retriever = self.index.as_retriever(similarity_top_k=5)
        return each(texts, retriever.retrieve)

    def ingest(self, folder: str) -> dict[str, Any]:
        from llama_index.core import SimpleDirectoryReader, VectorStoreIndex

        documents = SimpleDirectoryReader(input_files=[str(p) for p in pdfs(folder)]).load_data()
        index = VectorStoreIndex.from_documents(documents)
        with tempfile.TemporaryDirectory() as root:
            index.storage_context.persist(root)
        return {"chunks": len(index.docstore.docs), "pages": len(documents)}


class LlamaCpp:
    """llama.cpp on the same weights as they come, Q4_1."""

    def __init__(self) -> None:
        import xllamacpp

        options = xllamacpp.CommonParams()
        options.model.path = GGUF
        options.n_ctx, options.n_parallel = 2048, 1
        options.cpuparams.n_threads = options.cpuparams_batch.n_threads = THREADS
        self.server = xllamacpp.Server(options)

    def write(self, prompts: list[list[int]], tokens: int) -> list[dict[str, float]]:
        found = []
        for prompt in prompts:
            options = {"prompt": prompt, "n_predict": tokens, "temperature": 0}
            reply = self.server.handle_completions({**options, "cache_prompt": False})
            timings = reply["timings"]
            found.append(
                {
                    "prompt": timings["prompt_n"],
                    "first": timings["prompt_ms"] / 1000,
                    "written": timings["predicted_n"],
                    "rest": timings["predicted_ms"] / 1000,
                }
            )
        return found


WAYS: dict[str, type] = {
    "footnote": Footnote,
    "encode": Encode,
    "langchain": LangChain,
    "txtai": Txtai,
    "llama-index": LlamaIndex,
    "llama.cpp": LlamaCpp,
}


def pdfs(folder: str) -> list[Path]:
    return sorted(Path(folder).rglob("*.pdf"))


def each(texts: list[str], work: Any) -> list[float]:
    """Seconds for each text by itself."""
    seconds = []
    for text in texts:
        start = time.perf_counter()
        work(text)
        seconds.append(time.perf_counter() - start)
    return seconds


def resident() -> int:
    """Resident memory of this process, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


def main() -> None:
    # Libraries print what they like; the answers go where standard output was.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    start = time.perf_counter()
    way = WAYS[sys.argv[1]]()
    loaded = time.perf_counter() - start
    print(json.dumps({"load": loaded, "resident": resident()}), file=answers)
    for line in sys.stdin:
        order = json.loads(line)
        work = getattr(way, order.pop("task"))
        start, cpu = time.perf_counter(), time.process_time()
        value = work(**order)
        done = {"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu}
        print(json.dumps({**done, "value": value, "resident": resident()}), file=answers)


if __name__ == "__main__":
    THREADS = int(sys.argv[2])
    # Set before anything loads a runtime: the same number of threads for all.
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(THREADS)))
    os.environ.update(TOKENIZERS_PARALLELISM="true", HF_HUB_OFFLINE="1", TQDM_DISABLE="1")
    main()
