"""Speech: words spoken by espeak-ng, their log-mel pictures, and a player for the page.

The voices are those of the espeak-ng library, which the package ``espeakng-loader``
brings along. They are synthetic. The library keeps hidden state: the same call gives
other samples the second time. So each list of utterances is spoken by a fresh process,
from first to last; then the same list gives the same samples, anywhere.
"""

import base64
from collections.abc import Iterable, Iterator
import ctypes
from importlib import metadata
import io
import json
from math import gcd
import os
from pathlib import Path
import subprocess
import sys
import tempfile
from typing import NamedTuple
import wave

import espeakng_loader
from IPython.display import HTML
import numpy
from scipy.fft import rfft
from scipy.signal import resample_poly
from tqdm.auto import tqdm
from utils.artifacts import ARTIFACTS_FOLDER, artifact
from utils.checks import all_finite, kind, number_array, whole_number

ROOT = Path(__file__).resolve().parent.parent
LIBRARY_RATE = 22_050  # samples a second, as espeak-ng gives them
STEPS = 16_384  # of the 16-bit samples in the store, from 0 to 1
# English as espeak-ng names it. Other names, en-gb among them, it refuses.
ACCENTS = (
    "en", "en-029", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-gbcwmd",
    "en-gb-x-rp", "en-us", "en-us-nyc",
)  # fmt: skip
CRASHES = {"Demonic"}  # a variant that can end the process
WORDS_PER_MINUTE = (80, 450)
PITCHES = (0, 99)


class Utterance(NamedTuple):
    """What is said, by whom, how fast (words a minute) and how high (0 to 99)."""

    text: str
    voice: str = "en-us"
    words_per_minute: int = 175
    pitch: int = 50


def variants() -> list[str]:
    """The timbres of espeak-ng; a voice is an accent, or accent+variant."""
    folder = Path(espeakng_loader.get_data_path(), "voices", "!v")
    return sorted({path.name for path in folder.iterdir()} - CRASHES)


class Spoken(NamedTuple):
    """Sound with the phonemes in it, in espeak-ng's notation, and when each begins."""

    samples: numpy.ndarray  # float32, (samples,)
    phonemes: list[str]  # a quotation mark before a vowel is stress, _ a pause
    starts: numpy.ndarray  # seconds, (phonemes,), of each phoneme's beginning


def speak(utterances, sample_rate: int = LIBRARY_RATE) -> list[numpy.ndarray]:
    """Each utterance as float32 samples between -1 and 1, ``sample_rate`` a second.

    ``utterances`` is a list of ``Utterance`` (or tuples like it). The list is spoken by
    one fresh process, so equal lists give equal samples; a part of the list alone does
    not. Raises ValueError for an empty text, a voice that does not exist, a speed or a
    pitch outside its range, and RuntimeError where the process dies; both name the
    utterance. Raises TypeError for what is no utterance, ValueError for a sample rate
    that is no whole number of at least 1.
    """
    return [one.samples for one in speak_phonemes(utterances, sample_rate)]


def speak_phonemes(utterances, sample_rate: int = LIBRARY_RATE) -> list[Spoken]:
    """As ``speak``, with the phonemes of each utterance and when they begin."""
    return list(_each_spoken(utterances, sample_rate))


def _each_spoken(utterances, sample_rate: int) -> Iterator[Spoken]:
    """What ``speak_phonemes`` gives, one by one: a corpus is too large for a list."""
    utterances = _checked(utterances)
    sample_rate = whole_number("sample_rate", sample_rate)
    divisor = gcd(sample_rate, LIBRARY_RATE)
    up, down = sample_rate // divisor, LIBRARY_RATE // divisor
    for said in _spoken(utterances):
        samples = resample_poly(said.samples.astype("float32") / 32768, up, down)
        yield said._replace(samples=samples.astype("float32"))


def phonemes(texts, voice: str = "en-us") -> list[list[str]]:
    """How ``voice`` would say each text: its phonemes, without the pauses.

    Nothing is spoken: these are espeak-ng's dictionary and spelling rules. Raises
    ValueError for an empty text and for a voice that does not exist, TypeError where
    ``texts`` is not several.
    """
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise TypeError(f"texts is {texts!r}, expected a list of texts")
    texts, known = list(texts), set(variants())
    for position, text in enumerate(texts):
        problem = _problem(Utterance(text, voice), known)
        if problem:
            raise ValueError(f"text {position}: {problem}")
    done = subprocess.run(
        [sys.executable, "-m", "utils.speech", "phonemes"],
        cwd=ROOT,
        input=json.dumps([voice, texts]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def corpus(
    name: str,
    utterances,
    sample_rate: int = LIBRARY_RATE,
    folder=ARTIFACTS_FOLDER,
    compact: bool = False,
) -> list[numpy.ndarray]:
    """As ``speak``, but spoken once and kept in the store of artifacts as ``name``.

    Samples are kept as 16-bit numbers, rounded to a step of 1/16384: resampling may
    overshoot 1, and nothing is clipped. With ``compact`` each sound is given as it is
    kept, int16, in half the memory; ``decoded`` makes it float32.
    """
    stored = _stored_corpus(name, utterances, sample_rate, folder)
    sounds = _parts(stored["samples"], stored["lengths"])
    return sounds if compact else [decoded(sound) for sound in sounds]


def decoded(samples: numpy.ndarray) -> numpy.ndarray:
    """A sound of a compact ``corpus`` as float32 samples; other sound as it is."""
    return (
        samples.astype("float32") / STEPS if samples.dtype == numpy.int16 else samples
    )


def corpus_phonemes(
    name: str, utterances, sample_rate: int = LIBRARY_RATE, folder=ARTIFACTS_FOLDER
) -> list[Spoken]:
    """As ``corpus``, with the phonemes of each utterance and when they begin."""
    stored = _stored_corpus(name, utterances, sample_rate, folder)
    samples = _parts(stored["samples"], stored["lengths"])
    phonemes, starts = (
        _parts(stored[key], stored["phoneme_counts"]) for key in ("phonemes", "starts")
    )
    return [
        Spoken(decoded(samples[i]), phonemes[i].tolist(), starts[i])
        for i in range(len(samples))
    ]


def _stored_corpus(
    name: str, utterances, sample_rate: int, folder: Path
) -> dict[str, numpy.ndarray]:
    """All that the store keeps of a corpus, each kind of it end to end."""
    utterances = [list(utterance) for utterance in _checked(utterances)]
    sample_rate = whole_number("sample_rate", sample_rate)
    version = metadata.version("espeakng-loader")

    def make():
        samples, lengths, names, starts = bytearray(), [], [], []
        for one in _each_spoken(utterances, sample_rate):
            rounded = (one.samples * STEPS).round().astype("int16")
            samples += rounded.tobytes()  # one piece of memory, which grows
            lengths.append(len(rounded))
            names += one.phonemes
            starts.append(one.starts)
        joined, phoneme_counts = _joined(starts)
        return {
            "samples": numpy.frombuffer(samples, "int16"),
            "lengths": lengths,
            "phonemes": numpy.array(names, "U8"),
            "starts": joined,
            "phoneme_counts": phoneme_counts,
        }

    key = json.dumps([utterances, sample_rate, version, Spoken._fields])
    return artifact(name, key, make, folder)


def log_mel(
    samples: numpy.ndarray,
    sample_rate: int,
    num_mels: int = 40,
    window: int = 256,
    hop: int = 128,
) -> numpy.ndarray:
    """The log-mel picture of sound, float32 of shape (..., frames, num_mels).

    ``samples`` has shape (..., samples). Each frame is a Hann window of ``window``
    samples, ``hop`` after the last; its power spectrum is gathered into ``num_mels``
    triangular bands, evenly spaced on the mel scale from 0 to half the sample rate, and
    given as a natural logarithm. The faintest power is 1e-6. Raises ValueError where
    the sound is shorter than a window or not finite, or a setting is no whole number of
    at least 1, and TypeError where ``samples`` does not hold numbers.

    Source: Davis and Mermelstein (1980), with the mel scale of O'Shaughnessy (1987).
    """
    samples = _sound(samples)
    window, hop = whole_number("window", window, 2), whole_number("hop", hop)
    length = samples.shape[-1] if samples.ndim else 0
    if length < window:
        raise ValueError(f"samples has {length} samples, expected a window of {window}")
    frames = numpy.lib.stride_tricks.sliding_window_view(samples, window, axis=-1)
    frames = frames[..., ::hop, :]  # a view, which takes no memory
    hann = numpy.hanning(window).astype("float32")
    bands = mel_bands(sample_rate, num_mels, window)
    picture = numpy.empty((*frames.shape[:-1], num_mels), "float32")
    for place in numpy.ndindex(samples.shape[:-1]):  # one sound at a time: less memory
        power = numpy.square(numpy.abs(rfft(frames[place] * hann, axis=-1)))
        picture[place] = numpy.log(numpy.maximum(power @ bands.T, 1e-6))
    return picture


def mel_bands(sample_rate: int, num_mels: int, window: int) -> numpy.ndarray:
    """The weight of each frequency in each band, (num_mels, window // 2 + 1).

    Raises ValueError where an argument is no whole number of at least 1.
    """
    sample_rate = whole_number("sample_rate", sample_rate)
    num_mels = whole_number("num_mels", num_mels)
    window = whole_number("window", window)
    highest = 2595 * numpy.log10(1 + sample_rate / 2 / 700)
    corners = 700 * (10 ** (numpy.linspace(0, highest, num_mels + 2) / 2595) - 1)
    frequencies = numpy.fft.rfftfreq(window, 1 / sample_rate)
    low, middle, high = (corners[i : i + num_mels, None] for i in range(3))
    rising = (frequencies - low) / (middle - low)
    falling = (high - frequencies) / (high - middle)
    return numpy.maximum(numpy.minimum(rising, falling), 0).astype("float32")


def player(samples: numpy.ndarray, sample_rate: int, label: str) -> HTML:
    """A player for one sound, as loud as it can be; nothing plays by itself.

    ``samples`` has shape (samples,); ``label`` says what is heard, for everyone. Raises
    ValueError for another shape, sound that is not finite or a sample rate that is no
    whole number of at least 1, TypeError for sound that is no numbers or a label that
    is no text.
    """
    samples = _sound(samples)
    sample_rate = whole_number("sample_rate", sample_rate)
    if not isinstance(label, str):
        raise TypeError(f"label is {kind(label)}, expected a text")
    if samples.ndim != 1 or not len(samples):
        raise ValueError(f"samples has shape {samples.shape}, expected (samples,)")
    peak = max(float(numpy.abs(samples).max()), 1e-9)
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes((samples / peak * 32000).astype("<i2").tobytes())
    encoded = base64.b64encode(content.getvalue()).decode("ascii")
    text = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return HTML(
        f'<figure class="sound"><figcaption>{text}</figcaption><audio controls '
        f'preload="none" aria-label="{text}" src="data:audio/wav;base64,{encoded}">'
        f"</audio></figure>"
    )


def _sound(samples) -> numpy.ndarray:
    """``samples`` as float32; raises where they are no finite numbers."""
    samples = number_array("samples", samples).astype("float32", copy=False)
    all_finite("samples", samples)
    return samples


def _checked(utterances) -> list[Utterance]:
    """Utterances, of which the first that cannot be spoken is refused by its place."""
    if isinstance(utterances, (str, Utterance)) or not isinstance(utterances, Iterable):
        raise TypeError(f"utterances is {utterances!r}, expected a list of Utterance")
    known, checked = set(variants()), []
    for position, given in enumerate(utterances):
        if not isinstance(given, (tuple, list)) or not 1 <= len(given) <= 4:
            raise TypeError(
                f"utterance {position} is {given!r}, expected "
                f"Utterance(text, voice, words_per_minute, pitch)"
            )
        utterance = Utterance(*given)
        if problem := _problem(utterance, known):
            raise ValueError(f"utterance {position}: {problem}")
        text, voice, speed, pitch = utterance
        checked.append(Utterance(text, voice, int(speed), int(pitch)))
    return checked


def _problem(utterance: Utterance, known: set[str]) -> str | None:
    """What is wrong with an utterance, for people; None where nothing is."""
    for field in ("text", "voice"):
        if not isinstance(getattr(utterance, field), str):
            return f"{field} is {getattr(utterance, field)!r}, expected a text"
    accent, _, variant = utterance.voice.partition("+")
    if "\0" in utterance.text:
        return f"text is {utterance.text!r}, which ends for espeak-ng at its \\0"
    if not utterance.text.strip():
        return f"text is {utterance.text!r}, expected something to say"
    if accent not in ACCENTS:
        return f"voice {utterance.voice!r}: expected an accent of {', '.join(ACCENTS)}"
    if "+" in utterance.voice and variant not in known:
        return (
            f"voice {utterance.voice!r}: {variant!r} is none of utils.speech.variants()"
        )
    for field, (low, high) in (
        ("words_per_minute", WORDS_PER_MINUTE),
        ("pitch", PITCHES),
    ):
        try:
            value = whole_number(field, getattr(utterance, field), low)
        except ValueError:
            value = None
        if value is None or value > high:
            return (
                f"{field} is {getattr(utterance, field)!r}, "
                f"expected {low} to {high}, a whole number"
            )
    return None


def _joined(arrays) -> tuple[numpy.ndarray, list[int]]:
    """Arrays end to end, and the length of each."""
    whole = numpy.concatenate(arrays) if arrays else numpy.zeros(0)
    return whole, [len(one) for one in arrays]


def _parts(whole: numpy.ndarray, lengths) -> list[numpy.ndarray]:
    """The arrays that ``_joined`` has joined."""
    ends = numpy.cumsum(lengths).astype(int)
    return numpy.split(whole, ends)[:-1]  # without what is left after the last end


# ---- The process that speaks ---------------------------------------------------


def _spoken(utterances: list[Utterance]) -> Iterator[Spoken]:
    """What a fresh process says, one by one, as int16 samples at LIBRARY_RATE."""
    if not utterances:
        return
    with tempfile.TemporaryDirectory() as folder:
        task, sounds, events = _files(Path(folder))
        task.write_text(json.dumps(utterances), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "utils.speech", folder],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        position = 0
        quiet = bool(os.environ.get("TQDM_DISABLE"))  # its notebook bars do not ask
        for line in tqdm(
            process.stdout, "speaking", len(utterances), leave=False, disable=quiet
        ):
            position = int(line)
        if process.wait():
            raise RuntimeError(
                f"espeak-ng died with exit code {process.returncode} at utterance "
                f"{position}: {utterances[position]}"
            )
        with numpy.load(events) as stored:
            lengths = stored["lengths"]
            names = _parts(stored["phonemes"], stored["phoneme_counts"])
            starts = _parts(stored["starts"], stored["phoneme_counts"])
        with sounds.open("rb") as stream:
            for i, length in enumerate(lengths):
                samples = numpy.fromfile(stream, "int16", length)
                yield Spoken(samples, list(names[i]), starts[i])


def _files(folder: Path) -> tuple[Path, Path, Path]:
    """What the process reads, where its samples go, and where all the rest goes."""
    return folder / "task.json", folder / "samples.raw", folder / "events.npz"


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h; its union read as the name of a phoneme."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    ]


# as speak_lib.h has them
SYNCHRONOUS, WITH_PHONEME_EVENTS, CHARACTERS, UTF8, RATE, PITCH = 2, 1, 1, 1, 1, 3
LIST_ENDS, PHONEME = 0, 7  # types of events


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, data, WITH_PHONEME_EVENTS)
    if rate != LIBRARY_RATE:
        raise RuntimeError("espeak-ng could not be started")
    return library


def _choose_voice(library: ctypes.CDLL, voice: str) -> None:
    if library.espeak_SetVoiceByName(voice.encode()):
        raise RuntimeError(f"espeak-ng refuses the voice {voice!r}")


def _speak_all(folder: Path) -> None:
    """Speak a task's utterances in order; print the number of each beforehand."""
    task, sounds, rest = _files(folder)
    library = _library()
    chunks, events = [numpy.zeros(0, "int16")], []

    @ctypes.CFUNCTYPE(
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_short),
        ctypes.c_int,
        ctypes.POINTER(_Event),
    )
    def keep(samples, count, told):
        if samples and count > 0:
            chunks.append(numpy.ctypeslib.as_array(samples, (count,)).copy())
        for event in iter_events(told):
            events.append((event.name.decode(), event.sample / LIBRARY_RATE))
        return 0

    def iter_events(told):
        position = 0
        while told[position].type != LIST_ENDS:
            if told[position].type == PHONEME:
                yield told[position]
            position += 1

    library.espeak_SetSynthCallback(keep)
    library.espeak_ng_SetRandSeed(1)
    lengths, names, starts = [], [], []
    with sounds.open("wb") as stream:
        for position, utterance in enumerate(json.loads(task.read_text("utf-8"))):
            print(position, flush=True)
            said = Utterance(*utterance)
            _choose_voice(library, said.voice)
            library.espeak_SetParameter(RATE, said.words_per_minute, 0)
            library.espeak_SetParameter(PITCH, said.pitch, 0)
            text = said.text.encode()
            size = len(text) + 1
            library.espeak_Synth(text, size, 0, CHARACTERS, 0, UTF8, None, None)
            library.espeak_Synchronize()
            samples = numpy.concatenate(chunks)
            samples.tofile(stream)
            lengths.append(len(samples))
            names.append([name for name, _ in events])
            starts.append(numpy.array([start for _, start in events], "float64"))
            del chunks[1:]
            events.clear()
    joined, counts = _joined(starts)
    numpy.savez(
        rest,
        lengths=lengths,
        phonemes=numpy.array([name for told in names for name in told], "U8"),
        starts=joined,
        phoneme_counts=counts,
    )


def _tell_phonemes() -> None:
    """Read a voice and texts from standard input; write their phonemes."""
    voice, texts = json.load(sys.stdin)
    library = _library()
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    _choose_voice(library, voice)
    separated = ord("_") << 8
    told = []
    for text in texts:
        rest = ctypes.c_char_p(text.encode())
        clauses = []
        while rest.value:  # the library takes a clause a call
            clauses.append(
                library.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, separated)
            )
        words = b" ".join(clauses).decode().split()
        told.append([name for word in words for name in word.split("_") if name])
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    if sys.argv[1:] == ["phonemes"]:
        _tell_phonemes()
    else:
        _speak_all(Path(sys.argv[1]))
