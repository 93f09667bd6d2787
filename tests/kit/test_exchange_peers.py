"""The clients that the field uses read our lists, and we read theirs."""

import io
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from threatexchange.exchanges.clients.ncmec.hash_api import (
    FeedbackType, NCMECEnvironment, NCMECHashAPI,
)  # fmt: skip
from threatexchange.exchanges.impl.file_api import (
    FileCollaborationConfig, LocalFileSignalExchangeAPI,
)  # fmt: skip
from threatexchange.exchanges.impl.ncmec_api import _get_conversion
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.signal import PdqSignal

from copse.kit.exchange import hashsharing, local_file
from copse.kit.lists.entry import Category, Entry, Opinion

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
OTHER = "0f" * 32
MD5 = "a1" * 16
FIRST = [
    Entry("42-one", pdq=(PDQ,), md5=MD5, labels=("cybertipline/1/A1",), updated=NOW,
          opinions=(Opinion("7", Category.POSITIVE), Opinion("9", Category.NEGATIVE))),
    Entry("42-<two> & more", updated=NOW, withdrawn=True),
]  # fmt: skip
SECOND = [Entry("film", pdq=(PDQ, OTHER), md5="b2" * 16, sha1="c3" * 20, updated=NOW)]


@pytest.fixture
def exchange():
    """A server of two pages of the exchange, at its own address."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            out = io.BytesIO()
            if "start=1001" in self.path:
                hashsharing.write(SECOND, out)
            else:
                following = "/v2/entries?from=a&start=1001&size=1000&max=1002"
                hashsharing.write(FIRST, out, next_page=following)
            self.send_response(200)
            self.send_header("Content-Length", str(out.tell()))
            self.end_headers()
            self.wfile.write(out.getvalue())

        def log_message(self, *words):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_exchange_s_client_reads_every_page_of_ours(exchange):
    client = NCMECHashAPI("us", "secret", NCMECEnvironment.test_NGO)
    client._base_url = exchange
    pages = list(client.get_entries_iter(start_timestamp=1, end_timestamp=2))
    one, gone, film = [update for page in pages for update in page.updates]
    assert (one.id, one.member_id, one.classification, one.deleted) == ("one", 42, "A1", False)
    assert one.fingerprints == {"md5": MD5, "pdq": PDQ}
    assert {f.member.esp_id: f.feedback_type for f in one.feedback["MD5"]} == {
        7: FeedbackType.upvote,
        9: FeedbackType.downvote,
    }
    assert (gone.id, gone.deleted, gone.fingerprints) == ("<two> & more", True, {})
    assert (film.member_id, film.fingerprints) == (0, {"md5": "b2" * 16, "sha1": "c3" * 20})
    assert pages[0].max_timestamp == int(NOW.timestamp())
    assert pages[0].get_next_info().start == 1001
    assert _get_conversion([PdqSignal, VideoMD5Signal])[film.entry_type, "md5"] is VideoMD5Signal


def test_local_file_reads_ours_and_we_read_what_it_adds(tmp_path):
    path = tmp_path / "list.txt"
    with path.open("wb") as stream:
        written = local_file.write([FIRST[0], *SECOND], stream)
    assert written.entries == 2
    client = LocalFileSignalExchangeAPI.for_collab(
        FileCollaborationConfig(name="n", api="local_file", enabled=True, filename=str(path))
    )
    (delta,) = client.fetch_iter([PdqSignal, VideoMD5Signal], None)
    assert set(delta.updates) == {
        ("pdq", PDQ), ("pdq", OTHER), ("video_md5", MD5), ("video_md5", "b2" * 16),
    }  # fmt: skip
    for kind, value in delta.updates:
        {"pdq": PdqSignal, "video_md5": VideoMD5Signal}[kind].validate_signal_str(value)
    with path.open("ab") as stream:
        stream.write(f"{PdqSignal.get_name()} {'3c' * 32}\n".encode())
    with path.open("rb") as stream:
        found = list(local_file.read(stream, strict=True, now=NOW))
    assert found[-1].pdq == ("3c" * 32,)
