"""Questions about passages, asked by a language model that learnt how people ask.

    python -m training.asking --model SMOLLM --data DATA --made RUNS/made.jsonl --out RUNS/asked

It learns to go on from a passage and a phrase of it with the question that a person wrote for that
phrase: one that it answers, or a trick question for which it only looks like an answer (SQuAD 2's
unanswerable ones). Then it asks both kinds about phrases of other passages (Alberti et al. 2019,
arXiv:1906.05416; Zhu et al. 2019, arXiv:1906.06045). Whether a question can be answered is not
decided here but by `training.teacher`. Made for a GPU.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer

from rag.networks.device import native_bfloat16
from training import augment, data
from training.batches import groups
from training.trainer import update

AROUND = 500  # characters of the passage that are shown, in whole sentences
PLAIN, TRICK = "\nQuestion:", "\nTrick question:"
LONGEST = 32  # tokens of a question
WIDEST = 80  # characters of a phrase
BATCH_TOKENS = 6144
WARM_UP = 0.05


@dataclass(frozen=True, slots=True)
class Lesson:
    """Token ids: what is shown, and the question that follows with its line's end."""

    shown: list[int]
    question: list[int]

    def __len__(self) -> int:
        return len(self.shown) + len(self.question)


@dataclass(frozen=True, slots=True)
class Place:
    """A phrase of a passage, by its characters."""

    context: str
    start: int
    end: int
    group: str


def shown(context: str, start: int, end: int) -> str:
    """The sentences around an answer, and the answer."""
    spans = augment.sentences(context)
    holding = [i for i, (a, b) in enumerate(spans) if a < end and start < b]
    first, last = holding[0], holding[-1]
    while first and spans[last][1] - spans[first - 1][0] <= AROUND:
        first -= 1
    text = " ".join(context[spans[first][0] : spans[last][1]].split())
    return f"{text}\nAnswer: {' '.join(context[start:end].split())}"


def lessons(examples: Sequence[data.Example], tokenizer: Any) -> list[Lesson]:
    """One for each question whose answer, or what looks like it, is known."""
    made = []
    for example in examples:
        spans = example.answers or example.plausible
        if spans:
            (start, end), _ = Counter(spans).most_common(1)[0]
            text = shown(example.context, start, end) + (PLAIN if example.answers else TRICK)
            question = tokenizer(f" {example.question}\n").input_ids
            made.append(Lesson(tokenizer(text).input_ids, question))
    return made


def loss(model: Any, batch: Sequence[Lesson]) -> torch.Tensor:
    """Mean cross-entropy of the questions' tokens."""
    ids = torch.zeros(len(batch), max(map(len, batch)), dtype=torch.long)
    for row, lesson in enumerate(batch):  # causal attention never sees the padding
        ids[row, : len(lesson)] = torch.tensor(lesson.shown + lesson.question)
    with torch.autocast(model.device.type, torch.bfloat16, enabled=model.device.type == "cuda"):
        hidden = model.model(input_ids=ids.to(model.device), use_cache=False).last_hidden_state
        asked = [hidden[i, len(x.shown) - 1 : len(x) - 1] for i, x in enumerate(batch)]
        wanted = torch.tensor([token for lesson in batch for token in lesson.question])
        logits = model.lm_head(torch.cat(asked))
    return cross_entropy(logits.float(), wanted.to(model.device))


def learn(model: Any, ours: Sequence[Lesson], arguments: argparse.Namespace) -> None:
    model.model.embed_tokens.requires_grad_(False)
    weights = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": weights, "initial_lr": arguments.rate}],
        betas=(0.9, 0.98),
        weight_decay=0.01,
        fused=True,
    )
    for epoch in range(arguments.epochs):
        rng = random.Random(f"{arguments.seed}/{epoch}")
        parts = groups([len(x) for x in ours], BATCH_TOKENS, rng)
        losses = []
        for step, part in enumerate(parts):
            value = loss(model, [ours[i] for i in part])
            progress = (epoch + step / len(parts)) / arguments.epochs
            losses.append(update(optimizer, value, progress, WARM_UP))
        print(json.dumps({"epoch": epoch, "loss": float(torch.stack(losses).mean())}), flush=True)


def places(path: Path, each: int, rng: random.Random) -> list[Place]:
    """Phrases that `training.questions` took for answers, `each` of a sentence at most."""
    found: dict[tuple[str, int], list[Place]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if (group := record["group"]) in data.RESERVED | data.DEVELOPMENT:
            continue
        place = Place(record["context"], record["start"], record["end"], group)
        held = [
            a
            for a, b in augment.sentences(place.context)
            if a <= place.start and place.end <= b and place.end - place.start < WIDEST
        ]
        if held:
            found.setdefault((place.context, held[0]), []).append(place)
    chosen = [p for options in found.values() for p in rng.sample(options, min(each, len(options)))]
    rng.shuffle(chosen)
    return chosen


@torch.inference_mode()
def ask(model: Any, tokenizer: Any, prompts: Sequence[str], temperature: float) -> list[str]:
    """One question for each prompt, drawn from the likeliest tokens (Holtzman et al. 2020)."""
    tokenizer.padding_side, tokenizer.pad_token = "left", tokenizer.eos_token
    given = tokenizer(list(prompts), return_tensors="pt", padding=True).to(model.device)
    out = model.generate(
        **given,
        do_sample=True,
        temperature=temperature,
        top_p=0.9,
        top_k=0,
        max_new_tokens=LONGEST,
        eos_token_id=tokenizer("\n").input_ids[0],
        pad_token_id=tokenizer.pad_token_id,
    )
    texts = tokenizer.batch_decode(out[:, given.input_ids.shape[1] :], skip_special_tokens=True)
    return [text.split("\n")[0].strip() for text in texts]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a Llama model's folder")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--made", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--each", type=int, default=2, help="phrases of a sentence")
    parser.add_argument("--minutes", type=float, default=3, help="of asking, at most")
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--temperature", type=float, default=0.9)
    parser.add_argument("--limit", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32)
    model.to(arguments.device)
    train, dev = data.articles(arguments.data, final=False)
    learn(model, lessons(train, tokenizer)[: arguments.limit], arguments)
    model.to(torch.bfloat16 if native_bfloat16(arguments.device) else torch.float32).eval()
    with torch.no_grad():
        theirs = lessons(dev, tokenizer)[::4][: arguments.limit]
        held_out = [float(loss(model, theirs[i : i + 32])) for i in range(0, len(theirs), 32)]
    print(json.dumps({"loss on other articles": sum(held_out) / len(held_out)}), flush=True)
    chosen = places(arguments.made, arguments.each, random.Random(arguments.seed))
    chosen, began = chosen[: arguments.limit], time.perf_counter()
    with arguments.out.open("w", encoding="utf-8") as out:
        for at in range(0, len(chosen), arguments.batch):
            if time.perf_counter() - began > arguments.minutes * 60:
                break
            part = sorted(chosen[at : at + arguments.batch], key=lambda p: len(p.context))
            for kind in (PLAIN, TRICK):
                prompts = [shown(p.context, p.start, p.end) + kind for p in part]
                asked = ask(model, tokenizer, prompts, arguments.temperature)
                for place, question in zip(part, asked, strict=True):
                    if question.endswith("?"):
                        record = {"question": question, "trick": kind == TRICK, **asdict(place)}
                        out.write(json.dumps(record) + "\n")
            seconds = time.perf_counter() - began
            print(f"{at + len(part)} of {len(chosen)} phrases, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
