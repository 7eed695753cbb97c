"""Make small models of every architecture and head with transformers, and compare what they give.

    python heads.py [--python PYTHON] [--examples FOLDER] [--fixtures FOLDER]

Weights are drawn wide, so that the scores of classes spread by more than one: with the narrow ones that
transformers starts with, errors would hide. Each model's folder holds the weights of both heads; the name of the
architecture in config.json chooses. --fixtures writes the folders with a few expected numbers, as the tests of
this crate have them in tests/fixtures. Exits with 1 if a number differs by 1e-4 or more.
"""

import argparse
import json
import pathlib
import random
import sys
import tempfile

import common

LABELS = 3
WINDOW = 24
SIZES = dict(
    vocab_size=0, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=17,
    max_position_embeddings=32,
)
TEXT = """Ada Lovelace wrote the first program for a machine that was never built. The cat sat on the mat, and a dog
barked at the postman in Berlin. Prices rose by 3 percent last year, she said; nobody was surprised. Was it good?
It was not bad at all! Rivers run to the sea. The film is a delight, though its end is weak and far too long."""


def architectures() -> dict[str, dict]:
    """For each folder: the classes' name, the type of tokenizer, and what differs in its config."""
    long = dict(max_position_embeddings=514, window=510)
    relative = dict(relative_attention=True, pos_att_type="p2c|c2p", type_vocab_size=0, pad_token_id=0)
    return {
        "bert": dict(name="Bert", tokens="wordpiece"),
        "bert-tanh": dict(name="Bert", tokens="wordpiece", hidden_act="gelu_new", num_attention_heads=4),
        "distilbert": dict(name="DistilBert", tokens="wordpiece", hidden_dim=17),
        "electra": dict(name="Electra", tokens="wordpiece", embedding_size=10),
        "mpnet": dict(name="MPNet", tokens="mpnet", pad_token_id=1),
        "roberta": dict(name="Roberta", tokens="bytes", pad_token_id=1, type_vocab_size=1, layer_norm_eps=1e-5),
        "xlm-roberta": dict(name="XLMRoberta", tokens="unigram", pad_token_id=1, type_vocab_size=1),
        "camembert": dict(name="Camembert", tokens="unigram", pad_token_id=1, type_vocab_size=1),
        "albert": dict(
            name="Albert", tokens="unigram", embedding_size=10, num_hidden_layers=3, num_hidden_groups=2,
            inner_group_num=2, hidden_act="gelu_new",
        ),
        "deberta-v3": dict(
            name="DebertaV2", tokens="unigram", share_att_key=True, norm_rel_ebd="layer_norm",
            position_biased_input=False, position_buckets=8, pooler_hidden_size=12, **relative,
        ),
        "deberta-v2": dict(
            name="DebertaV2", tokens="unigram", share_att_key=False, position_biased_input=True,
            position_buckets=-1, max_relative_positions=10, pooler_hidden_size=12, **relative,
        ),
        # Windows as long as the public models have them.
        "bert-long": dict(name="Bert", tokens="wordpiece", **long),
        "mpnet-long": dict(name="MPNet", tokens="mpnet", pad_token_id=1, **long),
        "deberta-v3-long": dict(
            name="DebertaV2", tokens="unigram", share_att_key=True, norm_rel_ebd="layer_norm",
            position_biased_input=False, position_buckets=256, pooler_hidden_size=12, **relative, **long,
        ),
    }


# Folders whose code no other one shares; the tests have these.
FIXTURES = ["bert", "distilbert", "electra", "mpnet", "roberta", "xlm-roberta", "albert", "deberta-v3"]


def tokenizer(kind: str):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    special = ["<s>", "<pad>", "</s>", "<unk>"] if kind in ("bytes", "unigram", "mpnet") else ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    start, end = (special[0], special[2]) if special[0] == "<s>" else (special[2], special[3])
    unknown = "<unk>" if "<unk>" in special else "[UNK]"
    if kind in ("wordpiece", "mpnet"):
        made = Tokenizer(models.WordPiece(unk_token=unknown))
        made.normalizer = normalizers.BertNormalizer()
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(vocab_size=70, special_tokens=special, show_progress=False)
    elif kind == "bytes":
        made = Tokenizer(models.BPE())
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=270, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    else:
        made = Tokenizer(models.Unigram())
        made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("\n", " ")])
        made.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(vocab_size=70, special_tokens=special, unk_token=unknown, show_progress=False)
    made.train_from_iterator(TEXT.split("\n"), trainer)
    pieces = [(start, made.token_to_id(start)), (end, made.token_to_id(end))]
    if kind == "bytes":
        made.post_processor = processors.RobertaProcessing(pieces[1], pieces[0], add_prefix_space=False)
    else:
        second = f"{end} {end} $B {end}" if special[0] == "<s>" else f"{end} $B:1 {end}:1"
        made.post_processor = processors.TemplateProcessing(
            single=f"{start} $A {end}", pair=f"{start} $A {second}", special_tokens=pieces
        )
    # What is set here must be cleared.
    made.enable_truncation(8)
    made.enable_padding(length=8)
    return made


def widen(model, seed: int) -> None:
    """Draws all weights anew, as numbers of 16 bits."""
    import torch

    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in sorted(model.named_parameters()):
            # Only scores need to be wider: what is wide inside makes numbers of 32 bits themselves inexact.
            wide = "classifier" in name and "pre_classifier" not in name
            drawn = torch.randn(tensor.shape, generator=draw) * (0.6 if wide else 0.4)
            if "norm" in name.lower() and name.endswith("weight"):
                drawn += 1
            tensor.copy_(drawn.half().float())


def make(folder: pathlib.Path, options: dict, dtype) -> dict:
    """Writes a folder; gives the models of its three tasks."""
    import safetensors.torch
    import transformers

    options = dict(options)
    window = options.pop("window", WINDOW)
    name, made = options.pop("name"), tokenizer(options.pop("tokens"))
    sizes = {**SIZES, "vocab_size": made.get_vocab_size() + 2, **options, "num_labels": LABELS}
    config = getattr(transformers, f"{name}Config")(**sizes)
    config._attn_implementation = "eager"
    classes = {
        "sequence": f"{name}ForSequenceClassification",
        "token": f"{name}ForTokenClassification",
        "embedding": f"{name}Model",
    }
    models, tensors = {}, {}
    for task, architecture in classes.items():
        model = getattr(transformers, architecture)(config).eval()
        widen(model, 11)
        # Heads stand on the same encoder, and heads of one name are the same.
        own = model.state_dict()
        prefix = "" if task != "embedding" else models["sequence"].base_model_prefix + "."
        model.load_state_dict({key: tensors.get(prefix + key, value) for key, value in own.items()})
        if task != "embedding":
            tensors |= {key: value.clone() for key, value in model.state_dict().items()}
        models[task] = model
    tensors = {key: value.to(dtype).contiguous() for key, value in tensors.items() if value.is_floating_point()}
    folder.mkdir(parents=True, exist_ok=True)
    safetensors.torch.save_file(tensors, folder / "model.safetensors")
    made.save(str(folder / "tokenizer.json"), pretty=False)
    kept = {**config.to_dict(), "architectures": [classes["sequence"]]}
    # What was asked for is enough, with the few defaults that matter.
    names = [*sizes, "model_type", "architectures", "id2label", "layer_norm_eps", "hidden_act", "activation",
             "dim", "n_layers", "n_heads", "hidden_dim", "type_vocab_size", "pad_token_id", "relative_attention_num_buckets",
             "pooler_hidden_act"]
    kept = {key: kept[key] for key in names if key in kept and kept[key] is not None}
    (folder / "config.json").write_text(json.dumps(kept, indent=1) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": window}) + "\n")
    return {"models": models, "classes": classes, "tokenizer": made, "window": window}


def windows(tokens: int, size: int, overlap: int) -> list[tuple[int, int]]:
    beyond = max(0, tokens - size)
    steps = -(-beyond // (size - overlap))
    starts = [beyond * at // max(steps, 1) for at in range(steps + 1)]
    return [(start, min(start + size, tokens)) for start in starts]


def expected(made: dict, task: str, first: str, second: str | None) -> dict:
    """What transformers gives, with texts that are too long cut as this crate says that it does."""
    import torch

    model, tokenizer = made["models"][task], made["tokenizer"]
    tokenizer.no_truncation()
    tokenizer.no_padding()
    pair = second is not None
    size = made["window"] - tokenizer.num_special_tokens_to_add(pair)
    ids = tokenizer.encode(first, add_special_tokens=False).ids
    if pair:
        size -= len(tokenizer.encode(second, add_special_tokens=False).ids)
    spans = windows(len(ids), size, size // 4 if task == "token" else 0)
    whole = tokenizer.encode(first, second) if pair else tokenizer.encode(first)
    begin = next(at for at, special in enumerate(whole.special_tokens_mask) if not special) if ids else 1
    results = []
    for start, end in spans:
        # Special tokens and the second text are where they are in the whole; the first text's are a part.
        after = begin + len(ids)
        given = [*whole.ids[:begin], *ids[start:end], *whole.ids[after:]]
        kinds = [*whole.type_ids[:begin], *whole.type_ids[begin:after][: end - start], *whole.type_ids[after:]]
        inputs = {"input_ids": torch.tensor([given])}
        if getattr(model.config, "type_vocab_size", 0) > 1:
            inputs["token_type_ids"] = torch.tensor([kinds])
        with torch.no_grad():
            results.append(model(**inputs)[0][0])
    weights = [max(end - start, 1) for start, end in spans]
    if task == "embedding":
        vectors = [result.mean(0) * weight for result, weight in zip(results, weights)]
        numbers = sum(vectors) / sum(weights)
    elif task == "sequence":
        numbers = sum(result * weight for result, weight in zip(results, weights)) / sum(weights)
    else:
        def place(token: int) -> tuple[int, int]:
            """The window where the token is farthest from a cut, the first of equals."""
            def distance(at: int) -> int:
                start, end = spans[at]
                left = token - start if start else 10**9
                right = end - 1 - token if end < len(ids) else 10**9
                return min(left, right)
            return max((at for at, (start, end) in enumerate(spans) if start <= token < end), key=distance)

        places = [place(token) for token in range(len(ids))]
        rows = [results[at][token - spans[at][0] + begin] for token, at in enumerate(places)]
        numbers = torch.stack(rows) if rows else torch.zeros(0)
    return {"numbers": [float(f"{number:.6g}") for number in numbers.flatten().tolist()], "windows": len(spans)}


def cases(task: str) -> list:
    texts = TEXT.replace("\n", " ").split(". ")
    if task == "sequence":
        return [texts[0], [texts[1][:30], "Was it good?"], TEXT, [TEXT, "A dog."], ["A dog.", ""]]
    return [texts[1], f"{texts[2]}. {texts[3]}"]


def more_cases(task: str) -> list:
    """Pieces of real sentences, and what is not a sentence."""
    dice = random.Random(5)
    found = ["", " ", "a", "é 😀 ß", "<s> [SEP] <pad>", "word" * 300]
    for sentence in common.sentences(60):
        words = sentence.split()
        found.append(" ".join(words[: dice.randint(1, len(words))]))
    found += [" ".join(common.sentences(count)) for count in (3, 12)]
    if task == "sequence":
        found += [[sentence, "It was a dog."] for sentence in found]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    parser.add_argument("--examples")
    parser.add_argument("--fixtures", type=pathlib.Path)
    parser.add_argument("--only", nargs="*", help="folders to do")
    arguments = parser.parse_args()
    common.in_environment(arguments.python)

    import torch

    program = None if arguments.fixtures else common.example("dump", arguments.examples)
    types = {"bert": torch.bfloat16, "distilbert": torch.float32}
    failed = False
    with tempfile.TemporaryDirectory() as temporary:
        for name, options in architectures().items():
            if arguments.only and name not in arguments.only:
                continue
            if arguments.fixtures and name not in FIXTURES:
                continue
            folder = (arguments.fixtures or pathlib.Path(temporary)) / name
            made = make(folder, options, types.get(name, torch.float16))
            if name == "bert":
                for model in made["models"].values():
                    with torch.no_grad():
                        [tensor.copy_(tensor.bfloat16().float()) for tensor in model.parameters()]
            if arguments.fixtures:
                found = {task: [{"text": text, **expected(made, task, *texts(text))} for text in cases(task)]
                         for task in made["classes"]}
                (folder / "expected.json").write_text(json.dumps(found, indent=None, separators=(",", ":")) + "\n")
                continue
            config = json.loads((folder / "config.json").read_text())
            for task, architecture in made["classes"].items():
                (folder / "config.json").write_text(json.dumps({**config, "architectures": [architecture]}))
                given = cases(task) + more_cases(task)
                ours = common.dump(program, folder, given)
                theirs = [expected(made, task, *texts(text)) for text in given]
                differences = [abs(a - b) for x, y in zip(ours, theirs) for a, b in zip(x["numbers"], y["numbers"])]
                same = all(len(x["numbers"]) == len(y["numbers"]) for x, y in zip(ours, theirs))
                same &= all(x["windows"] == y["windows"] for x, y in zip(ours, theirs))
                numbers = [number for text in theirs for number in text["numbers"]]
                spread = max(numbers) - min(numbers)
                failed |= not (same and max(differences) < 1e-4 and spread > 1)
                print(f"{name}, {task}: {len(given)} texts, largest difference {max(differences):.2e}, "
                      f"numbers spread by {spread:.2f}{'' if same else ', NOT AS MANY'}")
    return int(failed)


def texts(text) -> tuple[str, str | None]:
    return (text, None) if isinstance(text, str) else tuple(text)


if __name__ == "__main__":
    sys.exit(main())
