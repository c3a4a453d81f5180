"""Speech: the same list gives the same samples; what does not exist is refused."""

import base64
import io
import re
import tracemalloc
import wave

from utils import speech
import numpy
import pytest
from utils.speech import (
    Utterance,
    corpus,
    corpus_phonemes,
    decoded,
    log_mel,
    mel_bands,
    phonemes,
    player,
    speak,
    speak_phonemes,
)

RATE = 11_025
LIST = [
    Utterance("Alexa", "en-us+klatt", 170, 50),
    Utterance("directions to the coffee shop", "en-gb-scotland+f3", 150, 60),
    Utterance("Alexa", "en-us+whisper", 190, 30),
]


@pytest.fixture(scope="module")
def spoken():
    return speak(LIST, RATE)


def test_equal_lists_give_equal_samples(spoken):
    for first, again in zip(spoken, speak(LIST, RATE), strict=True):
        assert first.dtype == numpy.float32
        assert numpy.array_equal(first, again)


def test_the_sound_is_that_of_the_arguments(spoken):
    short, long, _ = (len(samples) / RATE for samples in spoken)
    assert 0.3 < short < 1.5 and short * 1.5 < long < 4
    assert all(0.05 < numpy.abs(samples).max() < 1.5 for samples in spoken)
    slow, fast = speak([("Alexa", "en", 100), ("Alexa", "en", 250)])
    assert len(slow) > 1.3 * len(fast)


def strongest_pitch(samples, rate):
    """The lag with the highest autocorrelation between 60 and 400 Hz, in hertz."""
    samples = samples - samples.mean()
    spectrum = numpy.abs(numpy.fft.rfft(samples, 2 * len(samples))) ** 2
    lags = numpy.arange(rate // 400, rate // 60)
    return rate / lags[numpy.fft.irfft(spectrum)[lags].argmax()]


def test_a_higher_pitch_is_higher():
    low, high = speak([("aaah", "en", 150, 10), ("aaah", "en", 150, 90)])
    pitches = [strongest_pitch(s, speech.LIBRARY_RATE) for s in (low, high)]
    assert pitches[1] > 1.2 * pitches[0]


def test_the_sample_rate_is_kept_to():
    at_half, at_full = (speak(LIST[:1], rate)[0] for rate in (RATE, 2 * RATE))
    assert abs(len(at_half) * 2 - len(at_full)) <= 2
    assert speak([], RATE) == []


@pytest.mark.parametrize(
    ("utterance", "message"),
    [
        (("hello", "en-gb"), "voice 'en-gb': expected an accent of en, en-029"),
        (("hello", "en-gb+klatt"), "voice 'en-gb.klatt': expected an accent"),
        (("hello", "en-us+nobody"), "'nobody' is none of utils.speech.variants"),
        (("hello", "en-us+"), "'' is none of"),
        (("hello", "en-us+Demonic"), "'Demonic' is none of"),
        ((" ",), "text is ' ', expected something to say"),
        (("hello", "en", 20), "words_per_minute is 20, expected 80 to 450"),
        (("hello", "en", 175, 120), "pitch is 120, expected 0 to 99"),
        (("hello", "en", 175.5), "words_per_minute is 175.5, expected .* whole number"),
        (("hello", "en", 175, True), "pitch is True, expected .* whole number"),
        (("hello", "en", "fast"), "words_per_minute is 'fast', expected"),
        ((None,), "text is None, expected a text"),
        (("hello", 3), "voice is 3, expected a text"),
        (("hel\0lo",), "which ends for espeak-ng at its"),
    ],
)
def test_what_cannot_be_said_is_refused_by_its_place(utterance, message):
    with pytest.raises(ValueError, match=f"utterance 1: .*{message}"):
        speak([("fine",), utterance])


@pytest.mark.parametrize(
    ("utterances", "message"),
    [
        ("hello", "utterances is 'hello', expected a list of Utterance"),
        (Utterance("hello"), "utterances is Utterance.*, expected a list"),
        (None, "utterances is None, expected a list"),
        (["hello"], "utterance 0 is 'hello', expected Utterance"),
        ([("fine",), ()], r"utterance 1 is \(\), expected Utterance"),
        ([("fine", "en", 170, 50, 1)], "utterance 0 is .*, expected Utterance"),
    ],
)
def test_what_is_no_list_of_utterances(utterances, message, tmp_path):
    with pytest.raises(TypeError, match=message):
        speak(utterances)
    with pytest.raises(TypeError, match=message):
        corpus("test", utterances, RATE, tmp_path)


def test_whole_numbers_of_numpy_are_as_good_as_pythons(spoken, tmp_path):
    said = [Utterance(u[0], u[1], numpy.int64(u[2]), numpy.int64(u[3])) for u in LIST]
    [first, *_] = corpus("test", said, numpy.int64(RATE), tmp_path)
    assert numpy.abs(first - spoken[0]).max() <= 2**-15


@pytest.mark.parametrize("rate", [11_025.0, "11025", True])
def test_a_sample_rate_that_is_no_whole_number(rate, tmp_path):
    for call in (
        lambda: speak(LIST, rate),
        lambda: corpus("test", LIST, rate, tmp_path),
        lambda: log_mel(numpy.zeros(500), rate),
        lambda: player(numpy.ones(5), rate, "one"),
    ):
        with pytest.raises(ValueError, match="sample_rate is .*, expected a whole"):
            call()


def test_a_sample_rate_of_nothing():
    with pytest.raises(ValueError, match="sample_rate is 0, expected at least 1"):
        speak(LIST, 0)


def test_every_variant_and_accent_speaks():
    names = [f"en-us+{variant}" for variant in speech.variants()]
    said = speak([("yes", voice) for voice in [*names, *speech.ACCENTS]])
    silent = [v for v, s in zip(names, said, strict=False) if numpy.abs(s).max() < 0.01]
    assert len(names) > 90 and not silent


def test_a_voice_that_the_library_refuses_is_never_replaced(monkeypatch):
    """Should our list of accents be wrong, the process dies, and says where."""
    monkeypatch.setattr(speech, "ACCENTS", ("en", "en-gb"))
    with pytest.raises(RuntimeError, match="at utterance 1: .*'en-gb'"):
        speak([("hello", "en"), ("hello", "en-gb")])


def test_a_corpus_is_spoken_once(tmp_path, spoken, monkeypatch):
    first = corpus("test", LIST, RATE, tmp_path)
    monkeypatch.setattr(speech, "speak", None)  # not needed any more
    again = corpus("test", LIST, RATE, tmp_path)
    for one, other, exact in zip(first, again, spoken, strict=True):
        assert numpy.array_equal(one, other)
        assert numpy.abs(one - exact).max() <= 2**-15


def test_a_compact_corpus_is_the_same_sound_in_half_the_memory(tmp_path):
    whole = corpus("test", LIST, RATE, tmp_path)
    compact = corpus("test", LIST, RATE, tmp_path, compact=True)
    for one, other in zip(whole, compact, strict=True):
        assert 2 * other.nbytes == one.nbytes
        assert numpy.array_equal(decoded(other), one)
        assert decoded(one) is one
    assert corpus("none", [], RATE, tmp_path, compact=True) == []


def peak_memory(work) -> int:
    """The most bytes that ``work()`` held at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_corpus_is_made_in_little_memory(tmp_path):
    texts = [f"{number} red lorries, {number} yellow lorries" for number in range(60)]
    utterances = [Utterance(text) for text in texts]
    peak = peak_memory(lambda: corpus("test", utterances, RATE, tmp_path))
    kept = 4 * sum(map(len, corpus("test", utterances, RATE, tmp_path)))  # bytes
    assert peak < 2 * kept


def test_pictures_of_many_sounds_take_little_memory():
    sounds = numpy.zeros((400, RATE), "float32")
    pictures = log_mel(sounds, RATE)
    assert peak_memory(lambda: log_mel(sounds, RATE)) < 2 * pictures.nbytes


def test_log_mel_has_frames_and_bands_and_finds_a_tone():
    time = numpy.arange(RATE) / RATE
    tones = numpy.stack([numpy.sin(2 * numpy.pi * f * time) for f in (300, 1000, 4000)])
    picture = log_mel(tones, RATE)
    assert picture.shape == (3, 1 + (RATE - 256) // 128, 40)
    assert picture.dtype == numpy.float32
    assert numpy.array_equal(picture[1], log_mel(tones[1], RATE))
    bands = mel_bands(RATE, 40, 256)
    frequencies = numpy.fft.rfftfreq(256, 1 / RATE)
    for row, frequency in zip(picture, (300, 1000, 4000), strict=True):
        loudest = row.mean(axis=0).argmax()
        centre = (bands[loudest] * frequencies).sum() / bands[loudest].sum()
        assert abs(centre - frequency) < 0.15 * frequency


def test_louder_sound_is_higher_by_the_logarithm_of_its_power():
    noise = numpy.random.default_rng(0).normal(0, 0.1, RATE)
    difference = log_mel(2 * noise, RATE) - log_mel(noise, RATE)
    assert numpy.allclose(difference, numpy.log(4), atol=1e-4)
    assert (log_mel(numpy.zeros(RATE), RATE) == numpy.float32(numpy.log(1e-6))).all()


def test_neighbouring_bands_add_up_to_one():
    total = mel_bands(RATE, 40, 2048).sum(axis=0)
    inside = slice(20, 950)  # between the first and the last band's middle
    assert numpy.allclose(total[inside], 1, atol=1e-5)


def test_sound_shorter_than_a_window():
    with pytest.raises(ValueError, match="samples has 100 samples, expected a window"):
        log_mel(numpy.zeros(100), RATE)


@pytest.mark.parametrize(
    ("error", "message", "samples", "settings"),
    [
        (ValueError, r"samples holds nan at \[3\]", [0, 0, 0, numpy.nan], {}),
        (TypeError, "samples holds <U1", ["a"] * 500, {}),
        (TypeError, "samples is a NoneType", None, {}),
        (ValueError, "samples has 0 samples", 0.5, {}),
        (ValueError, "window is 256.0, expected a whole", [0] * 500, {"window": 256.0}),
        (ValueError, "window is 1, expected at least 2", [0] * 500, {"window": 1}),
        (ValueError, "hop is 0, expected at least 1", [0] * 500, {"hop": 0}),
        (ValueError, "num_mels is 0, expected at least 1", [0] * 500, {"num_mels": 0}),
    ],
)
def test_log_mel_of_what_makes_no_sense(error, message, samples, settings):
    with pytest.raises(error, match=message):
        log_mel(samples, RATE, **settings)


@pytest.mark.parametrize(
    ("error", "message", "samples", "label"),
    [
        (ValueError, r"samples holds inf at \[1\]", [0, numpy.inf], "one"),
        (TypeError, "samples is a NoneType", None, "one"),
        (TypeError, "label is an int, expected a text", [0, 1], 1),
    ],
)
def test_the_player_of_what_makes_no_sense(error, message, samples, label):
    with pytest.raises(error, match=message):
        player(samples, RATE, label)


def test_the_player_holds_the_sound_and_plays_nothing_by_itself():
    samples = numpy.sin(numpy.arange(1000) / 10) / 4
    page = player(samples, RATE, 'a "tone" & more').data
    assert "autoplay" not in page and "controls" in page
    assert page.count("a &quot;tone&quot; &amp; more") == 2
    content = base64.b64decode(re.search(r"base64,([^\"]+)", page)[1])
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
        found = numpy.frombuffer(file.readframes(1000), "<i2")
    assert numpy.allclose(found / 32000, samples / samples.max(), atol=2e-3)


@pytest.mark.parametrize("samples", [numpy.zeros((2, 5)), numpy.zeros(0)])
def test_the_player_wants_one_sound(samples):
    with pytest.raises(
        ValueError, match=r"samples has shape .*, expected \(samples,\)"
    ):
        player(samples, RATE, "nothing")


# ---- Phonemes ------------------------------------------------------------------


def test_phonemes_are_those_that_are_spoken():
    texts = ["directions to the harbour please", "turn left"]
    spoken = speak_phonemes([Utterance(text) for text in texts], RATE)
    for told, one in zip(phonemes(texts), spoken, strict=True):
        assert [p for p in one.phonemes if not p.startswith("_")] == told
        assert (numpy.diff(one.starts) >= 0).all() and len(one.starts) == len(
            one.phonemes
        )
        assert one.starts[-1] <= len(one.samples) / RATE
    assert phonemes(["turn left"])[0] == ["t", "'3:", "n", "l", "'E", "f", "t"]


def test_every_clause_has_its_phonemes():
    whole, left, right = phonemes(["turn left, turn back", "turn left", "turn back"])
    assert whole == left + right


def test_phonemes_of_nothing_are_refused():
    with pytest.raises(ValueError, match="text 1: text is ' '"):
        phonemes(["go", " "])
    with pytest.raises(ValueError, match="'xx'"):
        phonemes(["go"], "xx")


@pytest.mark.parametrize("texts", ["go", None, 3])
def test_phonemes_of_what_is_not_several_texts(texts):
    with pytest.raises(TypeError, match="texts is .*, expected a list of texts"):
        phonemes(texts)


def test_phonemes_of_what_is_no_text():
    with pytest.raises(ValueError, match="text 1: text is 3, expected a text"):
        phonemes(["go", 3])


def test_a_corpus_keeps_the_phonemes(tmp_path):
    made = corpus_phonemes("said", LIST, RATE, tmp_path)
    read = corpus_phonemes("said", LIST, RATE, tmp_path)
    for one, again, fresh in zip(made, read, speak_phonemes(LIST, RATE), strict=True):
        assert numpy.array_equal(one.samples, again.samples)
        assert numpy.abs(one.samples - fresh.samples).max() <= 1 / 16384
        assert one.phonemes == again.phonemes == fresh.phonemes
        assert numpy.array_equal(one.starts, fresh.starts)
