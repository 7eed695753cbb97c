"""The base with low-rank updates, a casing table if there is one, and heads."""

import dataclasses
import pathlib

import numpy
import torch
import transformers
from torch import nn

# The linear layers of an encoder layer.
LAYERS = [
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
]
CASING = "casing_embeddings"


class LowRank(nn.Module):
    """A linear layer whose weight W is frozen, and becomes W + scale · B · A (Hu et al. 2021).

    The sum is made before the product with the input: on CPUs that takes half the time of two thin products.
    While training it is made in the products' precision.
    """

    def __init__(self, base: nn.Linear, rank: int, scale: float):
        super().__init__()
        self.base, self.scale = base.requires_grad_(False), scale
        self.lora_A = nn.Parameter(torch.empty(rank, base.in_features))
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.lora_A, a=5**0.5)
        self.register_buffer("base_half", base.weight.detach().to(torch.bfloat16), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            up, down = self.lora_B.to(torch.bfloat16), self.lora_A.to(torch.bfloat16)
            weight = torch.addmm(self.base_half, up, down, alpha=self.scale)
        else:
            weight = self.base.weight + self.scale * (self.lora_B @ self.lora_A)
        return nn.functional.linear(x, weight, self.base.bias)


class Dropout(nn.Module):
    """Dropout whose chance is a byte a number: torch's own takes a sixth of a step on CPUs."""

    def __init__(self, share: float):
        super().__init__()
        self.cut = round(share * 256)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or not self.cut:
            return x
        seed = int(torch.randint(2**62, ()))
        drawn = numpy.random.Generator(numpy.random.SFC64(seed)).bytes(x.numel())
        kept = torch.frombuffer(bytearray(drawn), dtype=torch.uint8).view(x.shape) >= self.cut
        return x * kept.to(x.dtype).mul_(256 / (256 - self.cut))


@dataclasses.dataclass
class Head:
    """A linear layer over what `inputs` name; README.md says what they are."""

    name: str
    kind: str
    inputs: list[str]
    labels: list[str]
    activation: str = "softmax"
    temperature: float = 1.0

    @property
    def module(self) -> str:
        return f"{self.name}_head"


@dataclasses.dataclass
class Shape:
    """What an adapter is made of. `rank` 0 trains all weights of the encoder, which no adapter can hold."""

    heads: list[Head]
    rank: int = 16
    alpha: int = 32
    hidden_dropout: float = 0.1
    casing: int = 0


class Encoder(nn.Module):
    """Rows of the last layer, and logits of heads."""

    def __init__(self, base: pathlib.Path, shape: Shape):
        super().__init__()
        config = transformers.AutoConfig.from_pretrained(base)
        config.hidden_dropout_prob = shape.hidden_dropout
        config.attention_probs_dropout_prob = 0.0
        transformers.logging.set_verbosity_error()
        # The fused attention's backward pass is slow on CPUs for short sentences.
        model = transformers.BertModel.from_pretrained(
            base, config=config, add_pooling_layer=False, attn_implementation="eager"
        )
        for head in shape.heads:
            setattr(model, head.module, nn.Linear(config.hidden_size * len(head.inputs), len(head.labels)))
        if shape.casing:
            table = nn.Embedding(shape.casing, config.hidden_size)
            nn.init.zeros_(table.weight)
            setattr(model, CASING, table)
        self.shape = shape
        model.embeddings.requires_grad_(False)
        if shape.rank:
            model.encoder.requires_grad_(False)
            for layer in model.encoder.layer:
                for name in LAYERS:
                    parent, _, last = name.rpartition(".")
                    parent = layer.get_submodule(parent)
                    setattr(parent, last, LowRank(getattr(parent, last), shape.rank, shape.alpha / shape.rank))
        for module in list(model.modules()):
            for name, part in module.named_children():
                if isinstance(part, nn.Dropout):
                    setattr(module, name, Dropout(part.p))
        self.model = model
        self.drop = Dropout(0.1)

    def rows(self, batch: dict) -> torch.Tensor:
        """The last layer: batch, tokens, width."""
        embeddings = self.model.embeddings.word_embeddings(batch["ids"])
        if self.shape.casing:
            embeddings = embeddings + getattr(self.model, CASING)(batch["casing"])
        # Answers are computed as they will be elsewhere, in single precision.
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training):
            out = self.model(
                inputs_embeds=embeddings, attention_mask=batch["attention"], token_type_ids=batch["types"]
            )
        return out.last_hidden_state.float()

    def head(self, head: Head, rows: torch.Tensor, batch: dict) -> torch.Tensor:
        """Logits: of each input, of each target of the batch or of each token, as the head's kind is."""
        parts = [self.input(name, head.kind, rows, batch) for name in head.inputs]
        return getattr(self.model, head.module)(self.drop(torch.cat(parts, dim=-1)))

    def input(self, name: str, kind: str, rows: torch.Tensor, batch: dict) -> torch.Tensor:
        if name == "token":
            return rows
        per_target = kind == "targeted"
        if name.startswith("target_"):
            rows, mask = rows[batch["rows"]], batch["pointer"]
        elif per_target:
            rows, mask = rows[batch["rows"]], batch["attention"][batch["rows"]]
        else:
            mask = batch["attention"]
        mask = mask.unsqueeze(-1)
        match name.removeprefix("target_"):
            case "mean":
                return (rows * mask).sum(1) / mask.sum(1).clamp(min=1)
            case "max":
                return rows.masked_fill(mask == 0, -1e4).max(1).values
            case "cls":
                return rows[:, 0]
        raise ValueError(f"no input is called {name}")

    def trained(self) -> dict[str, torch.Tensor]:
        """The parameters that training changes, by name."""
        return {name: value for name, value in self.named_parameters() if value.requires_grad}

    def restore(self, values: dict[str, torch.Tensor]) -> None:
        own = self.trained()
        if own.keys() != values.keys():
            raise ValueError("a checkpoint of another shape")
        with torch.no_grad():
            for name, value in own.items():
                value.copy_(values[name])
