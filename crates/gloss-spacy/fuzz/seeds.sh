#!/bin/sh
# Makes seed corpora: out of the small pipeline of the tests, and out of the model folders named.
set -eu
cd "$(dirname "$0")"
temporary=$(mktemp -d)
tiny=$temporary/tiny
cargo run --quiet -p gloss-spacy --example tiny_model --manifest-path ../Cargo.toml -- "$tiny"
for target in model tables config tokenizer_text tokenizer_file; do mkdir -p "corpus/$target"; done
for folder in "$tiny" "$@"; do
    cp "$folder/config.cfg" "corpus/config/$(basename "$folder")"
    for file in attribute_ruler/patterns lemmatizer/lookups/lookups.bin ner/moves parser/moves; do
        [ "$(wc -c < "$folder/$file")" -gt 100000 ] ||
            cp "$folder/$file" "corpus/tables/$(basename "$folder")-$(echo "$file" | tr / -)"
    done
done
for component in tok2vec tagger parser senter ner; do
    cp "$tiny/$component/model" "corpus/model/$component"
done
cat "$tiny/vocab/vectors" "$tiny/vocab/key2row" > corpus/tables/vectors
cp "$tiny/vocab/lookups.bin" corpus/tables/norms
cp "$tiny/tokenizer" corpus/tokenizer_file/whole
printf '^\\(\001\\)$|(?<=x)y$\001(?<=[a-z])-(?=[a-z])\001^a+$\001^\\S+@\001do\002n'"'"'t\001(don'"'"'t a-b)' \
    > corpus/tokenizer_file/pieces
printf '(He paid US$5.50, "don'"'"'t you?" :) https://a.b.co/x?y c'"'"'est-à-dire 8a.m. 12°C. x--y' \
    > corpus/tokenizer_text/sentence
rm -r "$temporary"
