"""What the other modules ask of their arguments, in one sentence each."""

import numpy
import pytest
from utils.checks import kind, number, number_array, whole_number


@pytest.mark.parametrize("value", [3, numpy.int8(3), numpy.array(3)])
def test_whole_numbers(value):
    assert whole_number("size", value) == 3 and type(whole_number("size", value)) is int


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (True, "size is True, expected a whole number"),
        (2.0, "size is 2.0, expected a whole number"),
        ("2", "size is '2', expected a whole number"),
        (None, "size is None, expected a whole number"),
        (0, "size is 0, expected at least 1"),
        ("x" * 200, f"size is '{'x' * 56}..., expected a whole number"),
        ("a\nb", r"size is 'a\nb', expected a whole number"),
    ],
)
def test_what_is_no_whole_number_is_named_on_one_line(value, sentence):
    with pytest.raises(ValueError) as error:
        whole_number("size", value)
    assert str(error.value) == sentence


def test_a_long_array_is_shown_in_short():
    with pytest.raises(TypeError) as error:
        number("score", numpy.arange(1000).reshape(10, 100))
    assert len(str(error.value)) < 100 and "\n" not in str(error.value)


def test_numbers_of_several_types_beside_each_other():
    mixed = numpy.array([[1, True], [2.5, numpy.float32(0.5)]], dtype=object)
    array = number_array("X", mixed)
    assert array.dtype == numpy.float64
    assert array.tolist() == [[1, 1], [2.5, 0.5]]


def test_what_a_thing_is():
    assert kind(numpy.zeros((2, 3))) == "an array of shape (2, 3) and type float64"
    assert kind([1]) == "a list"
    assert kind(1) == "an int"
    assert kind(int) == "the class int"
