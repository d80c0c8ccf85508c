"""One update of a span model: bf16 arithmetic, f32 master weights, averaged weights."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from rag.networks.device import native_bfloat16
from training import batches


@dataclass(frozen=True, slots=True)
class Plan:
    epochs: int
    rate: float
    minutes: float = math.inf
    layer_decay: float = 0.9
    warm_up: float = 0.06
    batch_tokens: int = 3072
    dropout: float = 0.1
    average: float = 0.995
    plausible: float = 0.0  # weight of what unanswerable questions say about spans
    seed: int = 1


class RowDropout(torch.nn.Module):
    """Dropout with one mask for all tokens of a row (Gal and Ghahramani 2016).

    Drawing a number for each element takes as long as the forward pass itself on two cores.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or not self.p:
            return x
        keep = torch.rand(x.shape[0], 1, x.shape[-1], device=x.device) >= self.p
        return x * (keep.to(x.dtype) / (1 - self.p))


class Trainer:
    """bf16 model, f32 master weights, AdamW, linear decay, exponential average of the weights."""

    def __init__(self, model: Any, plan: Plan) -> None:
        self.plan, self.model = plan, model
        self.groups = _groups(model, plan)
        names = [name for group in self.groups for name in group["names"]]
        weights = dict(model.named_parameters())
        self.pairs = [(weights[n], weights[n].detach().clone().float()) for n in names]
        self.means = [master.clone() for _, master in self.pairs]
        masters = dict(zip(names, (m for _, m in self.pairs), strict=True))
        self.optimizer = torch.optim.AdamW(
            [
                {
                    "params": [masters[n] for n in g["names"]],
                    "lr": g["lr"],
                    "weight_decay": g["weight_decay"],
                }
                for g in self.groups
            ],
            betas=(0.9, 0.98),
            eps=1e-6,
            fused=True,
        )
        self.steps = 0
        if native_bfloat16(model.device.type):
            model.to(torch.bfloat16)

    def step(self, batch: batches.Batch, progress: float) -> torch.Tensor:
        """One update; `progress` in 0..1 sets the rate. The loss, f32 ()."""
        batch = batch.to(self.model.device)
        out = self.model(
            input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.segments
        )
        loss = objective(
            torch.stack((out.start_logits, out.end_logits), dim=1),
            torch.stack((batch.starts, batch.ends), dim=1),
            torch.stack((batch.likely_starts, batch.likely_ends), dim=1),
            batch.mask,
            self.plan.plausible,
        )
        torch.autograd.backward(loss)
        for weight, master in self.pairs:
            master.grad = weight.grad.float() if weight.grad is not None else None
            weight.grad = None
        torch.nn.utils.clip_grad_norm_([m for _, m in self.pairs], 1.0)
        for group, made in zip(self.optimizer.param_groups, self.groups, strict=True):
            group["lr"] = made["lr"] * _schedule(progress, self.plan.warm_up)
        self.optimizer.step()
        self.steps += 1
        # The average starts short, else the first hundreds of steps would weigh on it.
        keep = min(self.plan.average, self.steps / (self.steps + 10))
        torch._foreach_lerp_(self.means, [m for _, m in self.pairs], 1 - keep)
        self._load([m for _, m in self.pairs])
        found: torch.Tensor = loss.detach()
        return found

    def _load(self, values: list[torch.Tensor]) -> None:
        with torch.no_grad():
            torch._foreach_copy_([w for w, _ in self.pairs], values)

    def averaged(self, active: bool) -> None:
        """Put the averaged weights into the model, or the current ones back."""
        self._load(self.means if active else [m for _, m in self.pairs])

    def state(self) -> dict[str, Any]:
        return {
            "masters": [m for _, m in self.pairs],
            "means": self.means,
            "optimizer": self.optimizer.state_dict(),
            "steps": self.steps,
        }

    def restore(self, state: dict[str, Any]) -> None:
        for (_, master), saved in zip(self.pairs, state["masters"], strict=True):
            master.copy_(saved)
        self.means = state["means"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps = state["steps"]
        self.averaged(False)


def _groups(model: Any, plan: Plan) -> list[dict[str, Any]]:
    """Parameter names by learning rate: each layer below the head learns a little slower."""
    layers = model.config.num_hidden_layers
    groups: dict[tuple[int, bool], list[str]] = {}
    for name, weight in model.named_parameters():
        depth = layers + 1 if "qa_outputs" in name else 0
        if ".layer." in name:
            depth = int(name.split(".layer.")[1].split(".")[0]) + 1
        if depth == 0:
            # The table of 30,522 rows is as good as it gets: few words of it occur in the data.
            weight.requires_grad_(False)
            continue
        groups.setdefault((depth, weight.ndim > 1), []).append(name)
    return [
        {
            "names": names,
            "lr": plan.rate * plan.layer_decay ** (layers + 1 - depth),
            "weight_decay": 0.01 if matrix else 0.0,
        }
        for (depth, matrix), names in groups.items()
    ]


def objective(
    logits: torch.Tensor,
    wanted: torch.Tensor,
    likely: torch.Tensor,
    mask: torch.Tensor,
    plausible: float,
) -> torch.Tensor:
    """Cross-entropy with the references and, `plausible` times, with spans that look like answers
    among all positions but the first, which stands for no answer.

    logits, wanted, likely: (b, 2, t), for starts and ends; mask (b, t), 0 where there is padding.
    """
    loss = _cross_entropy(logits, wanted, mask)
    if plausible:
        inside = mask.clone()
        inside[:, 0] = 0
        loss = loss + plausible * _cross_entropy(logits, likely, inside)
    return loss


def _cross_entropy(logits: torch.Tensor, target: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    shown = logits.float().masked_fill(mask[:, None] == 0, -1e9)
    return -(target * shown.log_softmax(dim=-1)).sum(dim=-1).mean()


def progress(passes: float, epochs: int, began: float, minutes: float) -> float:
    """How far a run is, 1 at its end: by passes over the data or by the time that it may take,
    whichever is further; `began` is a value of `time.perf_counter`."""
    return max(passes / epochs, (time.perf_counter() - began) / 60 / minutes)


def update(
    optimizer: torch.optim.Optimizer, loss: torch.Tensor, progress: float, warm_up: float
) -> torch.Tensor:
    """One step down the gradient of `loss`, at the `initial_lr` of each group times its schedule;
    the loss, by itself."""
    loss.backward()
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] * _schedule(progress, warm_up)
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    torch.nn.utils.clip_grad_norm_(weights, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


def _schedule(progress: float, warm_up: float) -> float:
    return min(progress / warm_up, (1 - progress) / (1 - warm_up)) if progress < 1 else 0.0


def prepare(base: Path, plan: Plan, device: str = "cpu") -> tuple[Any, Any]:
    """The span model on the encoder's weights and its tokenizer."""
    torch.manual_seed(plan.seed)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForQuestionAnswering.from_pretrained(
        base,
        dtype=torch.float32,
        attn_implementation="eager" if device == "cpu" else "sdpa",
    )
    for module in model.modules():
        for name, child in module.named_children():
            if isinstance(child, torch.nn.Dropout):
                # Noise on the attention weights as well would cost a third of the time.
                attention = name == "dropout" and hasattr(module, "query")
                setattr(module, name, RowDropout(0.0 if attention else plan.dropout))
    return model.to(device), tokenizer
