"""A local vision model: a tiny one with random weights, saved and loaded like any other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.generate.vision import LocalEyes
from rag.models import Models
from rag.settings import Settings

_TEMPLATE = (
    "{% for m in messages %}{{ m.role }} : {% for part in m.content %}"
    "{% if part.type == 'image' %}<image> {% else %}{{ part.text }} {% endif %}"
    "{% endfor %}{% endfor %}assistant :"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        CLIPImageProcessorPil,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
        PreTrainedTokenizerFast,
    )

    words = ["<pad>", "<s>", "</s>", "<unk>", "<image>", *"a bar chart of ferries in July".split()]
    made = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, "<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        additional_special_tokens=["<image>"],
    )
    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2}
    vision = CLIPVisionConfig(**small, num_attention_heads=2, image_size=32, patch_size=16)
    text = LlamaConfig(
        **small, num_attention_heads=2, vocab_size=len(words), max_position_embeddings=512
    )
    torch.manual_seed(0)
    config = LlavaConfig(vision_config=vision, text_config=text, image_token_index=4)
    processor = LlavaProcessor(
        CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
        tokenizer,
        patch_size=16,
        vision_feature_select_strategy="default",
        chat_template=_TEMPLATE,
        num_additional_image_tokens=1,
    )
    place = tmp_path_factory.mktemp("vision") / "tiny"
    LlavaForConditionalGeneration(config).save_pretrained(place)
    processor.save_pretrained(place)
    return place


def test_a_folder_describes_a_picture(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.generate.vision.LONGEST", 6)
    eyes = Models(Settings(vision=str(folder), device="cpu")).vision
    pixels = np.random.default_rng(0).integers(0, 256, (80, 120, 3)).astype(np.uint8)
    said = eyes.describe(pixels)
    assert said == eyes.describe(pixels)
    assert set(said.split()) <= set("a bar chart of ferries in July <unk>".split())
    assert eyes.name == "tiny"


def test_what_is_no_vision_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelError, match="can't be used to describe figures"):
        LocalEyes.load(str(tmp_path), device="cpu")


def test_one_that_is_not_here(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        LocalEyes.load(str(tmp_path / "none"), device="cpu")


@pytest.mark.parametrize("name", ["vision", "generator"])
def test_offline_no_other_machine_is_asked(name: str) -> None:
    elsewhere = Settings(server="http://example.org/v1", vision="seer", offline=True)
    with pytest.raises(ModelError, match=r"example\.org is on another machine"):
        getattr(Models(elsewhere), name)
    assert getattr(Models(elsewhere.replace(server="http://localhost:1/v1")), name)
