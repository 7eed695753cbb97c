"""The loop: seeded, logged, and going on where it was interrupted."""

import dataclasses
import json
import math
import pathlib
import random
import time
from collections.abc import Callable

import torch

import batches
from encoder import Encoder


@dataclasses.dataclass
class Plan:
    """How to train. Rates are the highest of a warm-up and a cosine's decay."""

    epochs: int = 4
    batch: int = 32
    rate: float = 1e-3
    head_rate: float = 1e-3
    decay: float = 0.01
    noise: float = 0.0
    warmup: float = 0.06
    seed: int = 1
    # Steps between checkpoints.
    every: int = 50


class Log:
    """JSON lines, to a file and to the terminal."""

    def __init__(self, path: pathlib.Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path

    def __call__(self, event: str, **values) -> None:
        line = json.dumps({"event": event, "time": round(time.time(), 1), **values})
        print(line, flush=True)
        with self.path.open("a") as file:
            file.write(line + "\n")


def optimizer(model: Encoder, plan: Plan) -> torch.optim.AdamW:
    heads = [value for name, value in model.trained().items() if "_head" in name or "casing" in name]
    others = [value for name, value in model.trained().items() if not ("_head" in name or "casing" in name)]
    parts = [{"params": others, "lr": plan.rate}, {"params": heads, "lr": plan.head_rate}]
    return torch.optim.AdamW(parts, weight_decay=plan.decay)


def rate(step: int, steps: int, plan: Plan) -> float:
    """The share of the highest rate at a step."""
    warm = max(1, int(steps * plan.warmup))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def train(
    model: Encoder,
    items: list[batches.Item],
    loss: Callable[[Encoder, dict], torch.Tensor],
    plan: Plan,
    out: pathlib.Path,
    log: Log,
    mask: int,
) -> None:
    """Trains `model` in place. A checkpoint in `out` is gone on from; at the end it holds the result."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "checkpoint.pt"
    tool = optimizer(model, plan)
    highest = [part["lr"] for part in tool.param_groups]
    per_epoch = math.ceil(len(items) / plan.batch)
    steps, step, total = per_epoch * plan.epochs, 0, 0.0
    torch.manual_seed(plan.seed)
    if path.exists():
        state = torch.load(path, weights_only=True)
        if state["steps"] != steps:
            raise ValueError(f"{path} is of another plan: {state['steps']} steps, not {steps}")
        model.restore(state["values"])
        tool.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["chance"])
        step = state["step"]
        log("resumed", step=step, steps=steps)
    model.train()
    started, first = time.process_time(), step
    while step < steps:
        epoch, within = divmod(step, per_epoch)
        plan_of_epoch = batches.order(items, plan.batch, plan.seed * 1000 + epoch)
        for numbers in plan_of_epoch[within:]:
            for part, top in zip(tool.param_groups, highest):
                part["lr"] = top * rate(step, steps, plan)
            chance = random.Random(plan.seed * 1_000_003 + step)
            batch = batches.collate([items[at] for at in numbers], plan.noise, mask, chance)
            value = loss(model, batch)
            value.backward()
            torch.nn.utils.clip_grad_norm_(list(model.trained().values()), 1.0)
            tool.step()
            tool.zero_grad(set_to_none=True)
            step, total = step + 1, total + value.item()
            if step % plan.every == 0 or step == steps:
                save(path, model, tool, step, steps)
                seconds = (time.process_time() - started) / (step - first)
                log("step", step=step, steps=steps, loss=round(total / plan.every, 4), seconds_a_step=round(seconds, 3))
                total = 0.0
    model.eval()


def save(path: pathlib.Path, model: Encoder, tool: torch.optim.AdamW, step: int, steps: int) -> None:
    """Writes a checkpoint whole or not at all."""
    values = {name: value.detach() for name, value in model.trained().items()}
    state = {"values": values, "optimizer": tool.state_dict(), "chance": torch.get_rng_state()}
    temporary = path.with_suffix(".new")
    torch.save({**state, "step": step, "steps": steps}, temporary)
    temporary.replace(path)


def add_options(parser) -> None:
    """The options that all trainings share."""
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--rank", type=int, default=16, help="of the low-rank updates; 0 trains all weights")
    parser.add_argument("--hidden-dropout", type=float, default=0.1)
    parser.add_argument("--noise", type=float, default=0.0, help="the share of tokens masked in training")
    parser.add_argument("--threads", type=int, default=2)
