"""Data written by hand: whole, well-formed, and apart from each other."""

from utils import data_file
import networkx
import numpy
import pandas
import pytest

TABLES = ["sentences", "second-pass", "development"]
TAGS = {"O"} | {f"{b}-{kind}" for b in "BI" for kind in ("PER", "LOC", "ORG")}
RELATIONS = {"root", "subject", "object", "modifier"}
RELATIONS |= {"clause", "function", "name", "punct"}


def read(name, **options):
    path = data_file(f"{name}.tsv")
    return pandas.read_csv(path, sep="\t", quoting=3, keep_default_na=False, **options)


def as_text(table):
    return {" ".join(s).lower() for _, s in table.groupby("sentence")["token"]}


@pytest.mark.parametrize("name", TABLES)
def test_each_sentence_is_one_tree_with_legal_tags(name):
    table = read(f"entities/{name}")
    assert set(table["tag"]) <= TAGS and set(table["relation"]) <= RELATIONS
    for number, rows in table.groupby("sentence"):
        at = f"{name}, sentence {number}"
        assert rows["position"].tolist() == list(range(1, len(rows) + 1)), at
        before = ["O", *rows["tag"]]
        for old, new in zip(before, rows["tag"], strict=False):
            assert new[0] != "I" or old[1:] == new[1:], f"{at}: {old} before {new}"
        roots = rows[rows["head"] == 0]
        assert roots["relation"].tolist() == ["root"], at
        assert (rows["relation"] == "root").sum() == 1, at
        arcs = zip(rows["head"], rows["position"], strict=True)
        tree = networkx.DiGraph(arc for arc in arcs if arc[0])
        assert len(rows) == 1 or networkx.is_arborescence(tree), at


def test_the_passes_label_the_same_words():
    first, second = read("entities/sentences"), read("entities/second-pass")
    words = ["sentence", "style", "position", "token"]
    assert first[words].equals(second[words])
    assert first["sentence"].nunique() >= 150


def test_the_test_sentences_are_new():
    """None is a development sentence, and none stands among the templates."""
    test = as_text(read("entities/sentences"))
    assert not test & as_text(read("entities/development"))
    templates = data_file("entities/templates.txt").read_text(encoding="utf-8").lower()
    assert not [sentence for sentence in test if sentence in templates]


def test_the_translated_sentences_are_many_and_distinct():
    table = read("translation/sentences")
    assert len(table) == 60 and table["german"].is_unique
    assert (table.map(str.strip) == table).all(axis=None)
    assert (table != "").all(axis=None)
    for side in ("german", "english"):
        assert table[side].str.fullmatch(r".*[.?!]").all(), side


def test_each_verb_of_the_lexicon_has_its_forms():
    path = data_file("translation/lexicon.csv")
    lexicon = pandas.read_csv(path, keep_default_na=False).set_index("kind")
    verbs = lexicon.loc["verb"]
    # English: base, third person, -ing, past, participle and perhaps a particle
    assert verbs["english"].str.split().str.len().isin([5, 6]).all()
    assert (lexicon["german"] != "").all() and (lexicon["english"] != "").all()
    assert lexicon.loc["noun", "grammar"].isin(list("mfnp")).all()


def test_the_pairs_of_words_are_distinct_words_that_have_vectors():
    pairs = pandas.read_csv(data_file("words/pairs.csv"), keep_default_na=False)
    known = set(numpy.load(data_file("words/words.npz"))["words"].tolist())
    assert set(pairs["left"]) | set(pairs["right"]) <= known
    assert not pairs.duplicated().any() and (pairs["left"] != pairs["right"]).all()
    sizes = pairs["relation"].value_counts()
    assert len(sizes) == 12 and (sizes * (sizes - 1)).sum() >= 400
