"""Make small models with transformers, and what it says of texts with them, for the test `parity`.

    python pipelines.py

Needs transformers, torch and numpy; without them it makes a virtual environment in a temporary folder and
starts itself there. Writes tests/models/ (untrained models of one layer, with weights wide enough that scores
differ by more than 1, in 16 bits) and tests/parity.json, and runs the test, which fails where this plugin says
something else. The models that the plugin `gloss/transformers` is tested with are tried by the test
`pipelines`; here are other architectures, questions, and models that write.
"""

import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "transformers" / "parity"))

import pipelines as encoders  # noqa: E402  (of gloss/transformers)
from aggregation import in_environment  # noqa: E402

MODELS = HERE.parent / "tests" / "models"
EXPECTED = HERE.parent / "tests" / "parity.json"
TEXTS = encoders.TEXTS
QUESTIONS = ["Who met Emmanuel Macron?", "Where are the cracks?"]
SIZES = encoders.SIZES
CLASSES = ["news", "sport", "other"]
WRITING = dict(min_length=4, max_length=14, num_beams=1, no_repeat_ngram_size=3, length_penalty=1.0)
SEARCHES = [{}, {"num_beams": 3}, {"num_beams": 4, "length_penalty": 2.0, "no_repeat_ngram_size": 0}]


def unigram():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=140, special_tokens=special, unk_token="<unk>")
    tokenizer.train_from_iterator(TEXTS + ["summarize: "], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A $B </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def named(labels):
    return dict(id2label=dict(enumerate(labels)), label2id={l: i for i, l in enumerate(labels)})


def encoder_models():
    """Models that read: a name, what they are for, a tokenizer and the model."""
    import transformers as t

    pieces, pairs = encoders.word_pieces(), encoders.bytes_pairs()
    common = dict(vocab_size=len(pieces), max_position_embeddings=72)
    distil = dict(dim=16, n_layers=1, n_heads=2, hidden_dim=32, **common)
    bert = t.BertConfig(**common, **SIZES)
    albert = t.AlbertConfig(embedding_size=8, **common, **SIZES, **named(CLASSES))
    electra = t.ElectraConfig(embedding_size=8, **common, **SIZES, **named(encoders.ENTITIES))
    roberta = t.RobertaConfig(
        vocab_size=len(pairs), max_position_embeddings=110, pad_token_id=1, type_vocab_size=1, **SIZES,
        **named(CLASSES),
    )
    yield "classes-distilbert", "classes", pieces, t.DistilBertForSequenceClassification(
        t.DistilBertConfig(**distil, **named(CLASSES))
    )
    yield "classes-albert", "classes", pieces, t.AlbertForSequenceClassification(albert)
    yield "classes-roberta", "classes", pairs, t.RobertaForSequenceClassification(roberta)
    yield "entities-electra", "entities", pieces, t.ElectraForTokenClassification(electra)
    yield "answers-bert", "answers", pieces, t.BertForQuestionAnswering(bert)
    yield "answers-distilbert", "answers", pieces, t.DistilBertForQuestionAnswering(
        t.DistilBertConfig(**distil)
    )


def writing_models():
    import transformers as t

    pairs, words = encoders.bytes_pairs(), unigram()
    sizes = dict(
        d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=32, decoder_ffn_dim=32, max_position_embeddings=96,
    )
    bart = t.BartConfig(vocab_size=len(pairs), **sizes)
    t5 = t.T5Config(
        vocab_size=len(words), d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2, pad_token_id=0,
        eos_token_id=1, decoder_start_token_id=0, n_positions=96,
    )
    pegasus = t.PegasusConfig(
        vocab_size=len(words), pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, forced_eos_token_id=None,
        scale_embedding=True, **sizes,
    )
    yield "writes-bart", pairs, t.BartForConditionalGeneration(bart)
    yield "writes-t5", words, t.T5ForConditionalGeneration(t5)
    yield "writes-pegasus", words, t.PegasusForConditionalGeneration(pegasus)


def restore_positions(model) -> None:
    """Positions that are computed, and not learned, as they were: rust-bert does not read them from the file."""
    from transformers.models.pegasus.modeling_pegasus import PegasusSinusoidalPositionalEmbedding

    for module in model.modules():
        if isinstance(module, PegasusSinusoidalPositionalEmbedding):
            module._init_weight()


def save(name, tokenizer, model) -> None:
    encoders.MODELS = MODELS
    folder = encoders.save(name, tokenizer, model)
    # As `tokenizer.save_pretrained` has it: rust-bert asks which tokens end a text.
    special = tokenizer.special_tokens_map
    (folder / "special_tokens_map.json").write_text(json.dumps(special) + "\n", encoding="utf-8")
    # Other settings of how to write are those of the test.
    (folder / "generation_config.json").unlink(missing_ok=True)


def read(kind, tokenizer, model):
    from transformers import pipeline

    common = dict(model=model, tokenizer=tokenizer, device="cpu")
    if kind == "classes":
        pipe = pipeline("text-classification", **common)
        return [{r["label"]: r["score"] for r in pipe(text, top_k=None)} for text in TEXTS]
    if kind == "entities":
        pipe = pipeline("token-classification", aggregation_strategy="simple", **common)
        return [encoders.spans(text, pipe(text)) for text in TEXTS]
    pipe = pipeline("question-answering", **common)
    whole = " ".join(TEXTS)
    asked = []
    for text in TEXTS + [whole]:
        for question in QUESTIONS:
            found = pipe(question=question, context=text, top_k=3, max_seq_len=48, doc_stride=12)
            byte = [len(text[:at].encode()) for at in range(len(text) + 1)]
            answers = [[byte[a["start"]], byte[a["end"]], a["score"]] for a in found]
            asked.append({"text": text, "question": question, "answers": answers})
    return asked


def write(tokenizer, model):
    import torch

    prefix = "summarize: " if model.config.model_type == "t5" else ""
    found = []
    for search in SEARCHES:
        settings = {**WRITING, **search}
        texts = []
        for text in TEXTS:
            ids = tokenizer(prefix + text, return_tensors="pt", return_token_type_ids=False)
            with torch.no_grad():
                written = model.generate(**ids, do_sample=False, early_stopping=True, **settings)
            texts.append(tokenizer.decode(written[0], skip_special_tokens=True).strip())
        found.append({"settings": settings, "texts": texts})
    return found


def main() -> None:
    if importlib.util.find_spec("transformers") is None:
        in_environment()
    import torch

    torch.manual_seed(5)
    shutil.rmtree(MODELS, ignore_errors=True)
    expected = {"texts": TEXTS}
    for name, kind, tokenizer, model in encoder_models():
        # Not all have segments.
        inputs = ["input_ids", "attention_mask"] + ["token_type_ids"] * (model.config.model_type != "distilbert")
        tokenizer.model_input_names = inputs
        encoders.widen(model)
        model.eval()
        save(name, tokenizer, model)
        expected.setdefault(kind, {})[name] = encoders.rounded(read(kind, tokenizer, model))
    for name, tokenizer, model in writing_models():
        encoders.widen(model)
        model.eval()
        save(name, tokenizer, model)
        restore_positions(model)
        expected.setdefault("writes", {})[name] = write(tokenizer, model)
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    command = ["cargo", "test", "--release", "--quiet", "--test", "parity"]
    sys.exit(subprocess.run(command, cwd=HERE.parent).returncode)


if __name__ == "__main__":
    main()
