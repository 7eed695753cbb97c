"""Texts: rouge-score with NLTK's stemmer, sacrebleu's chrF, and measures against a source by definition."""

import random
import unicodedata

import common
import sacrebleu.metrics
import texts
import uniseg.wordbreak
from nltk.stem import porter
from rouge_score import rouge_scorer

KINDS = {"rouge1": "rouge1", "rouge2": "rouge2", "rougeL": "rouge_l", "rougeLsum": "rouge_lsum"}


class UnicodeTokenizer:
    """Words of UAX 29, by a package that knows nothing of ours."""

    def __init__(self, stem: bool):
        self.stemmer = porter.PorterStemmer() if stem else None

    def tokenize(self, text: str) -> list[str]:
        words = uniseg.wordbreak.words(unicodedata.normalize("NFC", text.lower()))
        words = [word for word in words if any(letter.isalnum() for letter in word)]
        stems = self.stemmer is not None
        return [self.stemmer.stem(w) if stems and w.isascii() and w.isalnum() and len(w) > 3 else w for w in words]


def check(report, options) -> None:
    rng = random.Random(options.seed)
    stems(report)
    sources = [source[:20_000] for source in texts.packages()]
    print(f"texts are made from {len(sources)} pieces of documentation")
    items = []
    for _ in range(options.cases * 5):
        source = rng.choice(sources)
        references = [texts.summary(rng, source) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
        items.append((source, references, texts.summary(rng, source)))
    items += [("", [""], ""), ("a b", ["a b"], ""), ("a b", [""], "a b"), ("a b", ["a b"], "a b")]
    for tokenizer in ("ascii", "unicode"):
        for stem in (False, True):
            against_packages(report, items, tokenizer, stem)


def stems(report) -> None:
    words = texts.word_list()
    ours = common.metrics([{"metric": "stems", "words": words}])[0]
    stemmer = porter.PorterStemmer()
    for word, own in zip(words, ours):
        report.equal("NLTK, Porter's stems", float(own == stemmer.stem(word)), 1.0)


def against_packages(report, items, tokenizer, stem) -> None:
    case = {"metric": "texts", "tokenizer": tokenizer, "stem": stem}
    case["sources"], case["references"], case["texts"] = map(list, zip(*items))
    ours = common.metrics([case])[0]
    own = UnicodeTokenizer(stem) if tokenizer == "unicode" else None
    scorer = rouge_scorer.RougeScorer(list(KINDS), use_stemmer=stem, tokenizer=own)
    chrf = sacrebleu.metrics.CHRF()
    name = f"rouge-score, {tokenizer}{', stems' if stem else ''}"
    means = dict.fromkeys(KINDS, 0.0)
    for (source, references, text), item in zip(items, ours["items"]):
        theirs = best(scorer, references, text)
        means = {kind: mean + theirs[kind].fmeasure / len(items) for kind, mean in means.items()}
        for kind, key in KINDS.items():
            for score, field in (("precision", "precision"), ("recall", "recall"), ("f1", "fmeasure")):
                report.equal(f"{name}, {kind}", item["rouge"][key][score], getattr(theirs[kind], field))
        if tokenizer == "ascii" and not stem:
            report.equal("sacrebleu, chrF of a text", item["chrf"] * 100, chrf.sentence_score(text, references).score)
            against_definition(report, scorer._tokenizer, source, text, item["source"])
    corpus = {measure["metric"]: measure for measure in ours["measures"]}
    for kind, metric in zip(KINDS, ("rouge1_f1", "rouge2_f1", "rouge_l_f1", "rouge_lsum_f1")):
        report.equal(f"{name}, mean", corpus[metric]["estimate"]["value"], means[kind])
    references = [[references[at] if at < len(references) else None for _, references, _ in items] for at in range(3)]
    theirs = chrf.corpus_score([text for _, _, text in items], references).score
    report.equal("sacrebleu, chrF of the corpus", corpus["chrf"]["estimate"]["value"] * 100, theirs)


def best(scorer, references, text) -> dict:
    """As `score_multi` chooses, but of equal scores the first: there the last digit of an F1 decides."""
    scores = [scorer.score(reference, text) for reference in references]
    greatest = {kind: max(score[kind].fmeasure for score in scores) - 1e-12 for kind in KINDS}
    return {kind: next(s[kind] for s in scores if s[kind].fmeasure >= greatest[kind]) for kind in KINDS}


def against_definition(report, tokenizer, source, text, ours) -> None:
    """Figure 3 of Grusky et al., 2018, and the share of different n-grams that the source lacks."""
    article, summary = tokenizer.tokenize(source), tokenizer.tokenize(text)
    if not summary:
        report.true("measures of no words", ours is None)
        return
    fragments, i = [], 0
    while i < len(summary):
        longest, j = 0, 0
        while j < len(article):
            length = 0
            while i + length < len(summary) and j + length < len(article) and summary[i + length] == article[j + length]:
                length += 1
            longest = max(longest, length)
            j += max(length, 1)
        fragments += [longest] if longest else []
        i += max(longest, 1)
    n = len(summary)
    report.equal("compression, by definition", ours["compression"], len(article) / n)
    report.equal("coverage, by definition", ours["coverage"], sum(fragments) / n)
    report.equal("density, by definition", ours["density"], sum(f * f for f in fragments) / n)
    for order in range(1, 5):
        grams = [{tuple(side[k : k + order]) for k in range(len(side) - order + 1)} for side in (article, summary)]
        if grams[1]:
            share = len(grams[1] - grams[0]) / len(grams[1])
            report.equal("novelty, by definition", ours["novelty"][order - 1], share)
