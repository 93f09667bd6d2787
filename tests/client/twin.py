"""A gateway on this machine that speaks the CyberTipline calls strictly: our server's local twin."""

import base64
import re
import threading
from contextlib import contextmanager
from email.parser import BytesParser
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from lxml import etree

SCHEMA = Path(__file__).parents[3] / "shared" / "reference" / "cybertipline" / "cyber_tipline.xsd"
USER, PASSWORD = "forum", "a password of the tests"
STATUS = {0: 200, 2000: 401, 3000: 403, 4100: 400, 4110: 400, 5001: 404, 5002: 404,
          5101: 409, 5102: 409, 1000: 500}  # fmt: skip


class Refused(Exception):  # noqa: N818 - a state
    def __init__(self, code, words):
        super().__init__(words)
        self.code, self.words = code, words


class Twin:
    """What the gateway holds, and what it was asked; `break_after` cuts answers off."""

    def __init__(self):
        self.reports = {}
        self.calls = []
        self.answers = {}
        self.remembers = True  # answers a retry, told by its Request-ID, as it did the first time
        self.cut = []  # calls whose next answer is lost after the work is done
        self.fail = []  # calls that fail once with 1000, before any work
        self.schema = etree.XMLSchema(etree.parse(SCHEMA))
        self.lock = threading.Lock()

    @property
    def finished(self):
        return [number for number, one in self.reports.items() if one["state"] == "finished"]

    def answer(self, call, request_id, kind, body):
        if request_id in self.answers and self.remembers:
            return self.answers[request_id]
        if call in self.fail:
            self.fail.remove(call)
            raise Refused(1000, "Server error")
        made = getattr(self, call)(kind, body)
        self.answers[request_id] = made
        return made

    def status(self, *_):
        return said(0, f"Remote User : {USER}, Remote Ip : 127.0.0.1")

    def submit(self, _, body):
        self._valid(body, "report")
        number = 1000 + len(self.reports)
        self.reports[number] = {"xml": body, "files": {}, "state": "opened", "info": {}}
        return said(0, "Success", reportId=number)

    def upload(self, kind, body):
        parts = fields(kind, body)
        report = self._open(parts["id"])
        file_id = md5(f"{parts['id']}{len(report['files'])}".encode()).hexdigest()
        report["files"][file_id] = parts["file"]
        digest = md5(parts["file"]).hexdigest()
        number = int(parts["id"])
        return said(0, "Success", reportId=number, fileId=file_id, hash=digest)

    def fileinfo(self, _, body):
        root = self._valid(body, "fileDetails")
        report = self._open(root.findtext("reportId"))
        if root.findtext("fileId") not in report["files"]:
            raise Refused(5002, "File does not exist")
        report["info"][root.findtext("fileId")] = body
        return said(0, "Success", reportId=int(root.findtext("reportId")))

    def finish(self, kind, body):
        number = fields(kind, body)["id"]
        report = self._open(number)
        report["state"] = "finished"
        files = "".join(f"<fileId>{one}</fileId>" for one in report["files"])
        return (
            f"<reportDoneResponse><responseCode>0</responseCode><reportId>{int(number)}</reportId>"
            f"<files>{files}</files></reportDoneResponse>"
        ).encode()

    def retract(self, kind, body):
        number = fields(kind, body)["id"]
        self._open(number)["state"] = "retracted"
        return said(0, "Success", reportId=int(number))

    def _valid(self, body, tag):
        try:
            root = etree.fromstring(body)
        except etree.XMLSyntaxError:
            raise Refused(4110, "Malformed XML") from None
        if root.tag != tag or not self.schema.validate(root):
            raise Refused(4100, f"Validation failed: {self.schema.error_log.last_error}")
        return root

    def _open(self, number):
        report = self.reports.get(int(number))
        if report is None:
            raise Refused(5001, "Report does not exist")
        if report["state"] == "retracted":
            raise Refused(5101, "Already retracted")
        if report["state"] == "finished":
            raise Refused(5102, "Already finished")
        return report


def said(code, words, **more):
    told = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    return (
        f"<reportResponse><responseCode>{code}</responseCode>"
        f"<responseDescription>{words}</responseDescription>{told}</reportResponse>"
    ).encode()


def fields(kind, body):
    """A form, as multipart or urlencoded; files as bytes."""
    if kind.startswith("application/x-www-form-urlencoded"):
        return {name: values[0] for name, values in parse_qs(body.decode()).items()}
    message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\n\n" + body)
    found = {}
    for part in message.get_payload():
        name = re.search(r'name="([^"]+)"', str(part["Content-Disposition"]))[1]
        value = part.get_payload(decode=True)
        found[name] = value if name == "file" else value.decode()
    return found


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self._do()

    def do_POST(self):
        self._do()

    def _do(self):
        twin = self.server.twin
        call = self.path.rpartition("/")[2]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        with twin.lock:
            request_id = self.headers.get("Request-ID", "")
            twin.calls.append((call, request_id))
            if self.headers.get("Authorization") != wanted:
                self._send(401, b"")
                return
            try:
                made = twin.answer(call, request_id, self.headers.get("Content-Type", ""), body)
                code = 0
            except Refused as refused:
                code, made = refused.code, said(refused.code, escape(refused.words))
            if call in twin.cut:
                twin.cut.remove(call)
                self.close_connection = True
                return
        self._send(STATUS[code], made)

    def _send(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving():
    """A twin and the address it answers at."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.twin = Twin()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.twin, f"http://127.0.0.1:{server.server_port}/ispws"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
