"""Sending: to allowed addresses only, signed, and an answer that is slow, endless or leads elsewhere is left."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ValidationError

from wagtail_disclosure.interchange.models import UpwardPlatform
from wagtail_disclosure.interchange.upward import signing, transport
from wagtail_disclosure.interchange.upward.addresses import (
    AddressRefused,
    check,
    is_allowed,
    validate_endpoint,
)
from wagtail_disclosure.interchange.upward.replies import LARGEST

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    # A translator, or a network of old, would carry these to 169.254.169.254, 127.0.0.1 and 10.0.0.1.
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "::10.0.0.1",
    "nonsense",
]


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_sent_to(address):
    assert not is_allowed(address)


def test_a_network_of_the_settings_is(settings):
    settings.WAGTAIL_DISCLOSURE = {"UPWARD_PRIVATE_NETWORKS": ["10.1.0.0/16"]}
    assert is_allowed("10.1.2.3") and is_allowed("::ffff:10.1.2.3") and not is_allowed("10.2.2.3")
    assert is_allowed("1.1.1.1") and is_allowed("2606:4700:4700::1111")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "platform.example",
        "//platform.example/",
        "ftp://platform.example/",
        "file:///etc/passwd",
        "http://platform.example/",
        "https://user:password@platform.example/",
        "https://platform.example:99999/",
        "https://platform.example/a b",
        "https://platform.example\\@10.0.0.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://app.localhost/",
        "https://169.254.169.254/latest/meta-data/",
        "https:///path",
    ],
)
def test_what_is_no_address_to_send_to_is_refused_in_the_form(url):
    with pytest.raises(ValidationError):
        validate_endpoint(url)
    validate_endpoint("https://platform.example/feed?x=1")


@pytest.mark.parametrize("answers", [["10.0.0.1"], ["1.1.1.1", "10.0.0.1"]])
def test_a_name_that_leads_inside_is_refused(monkeypatch, answers):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(AddressRefused):
        check("https://platform.example/")


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        getattr(self, self.path.strip("/"))()

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def good(self):
        self.reply(200, b'{"results": []}', Content_Type="application/json")

    def away(self):
        self.reply(302, Location="http://127.0.0.1:1/inside")

    def busy(self):
        self.reply(503, Retry_After="120")

    def huge(self):
        self.reply(200, b"x" * (LARGEST + 10))

    def silent(self):
        self.server.until.wait(20)

    def drips(self):
        self.send_response(200)
        self.end_headers()
        try:
            while not self.server.until.wait(0.2):
                self.wfile.write(b"x" * 70_000)
        except OSError:
            pass

    def log_message(self, *args):
        pass


@pytest.fixture
def server(settings):
    settings.WAGTAIL_DISCLOSURE = {"UPWARD_PRIVATE_NETWORKS": ["127.0.0.0/8"], "UPWARD_TIMEOUT_SECONDS": 1}
    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.got, found.until, found.daemon_threads = [], threading.Event(), True
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.until.set()
    found.shutdown()
    found.server_close()


def post(server, path, **values):
    url = f"http://127.0.0.1:{server.server_port}/{path}"
    return transport.post(UpwardPlatform(endpoint=url, format="json", **values), b"{}", "message-key-1")


def test_what_is_sent_is_signed(server):
    answer = post(server, "good", secret="s" * 32)
    assert (answer.status, answer.body, answer.fault) == (200, b'{"results": []}', "")
    ((headers, body),) = server.got
    assert signing.check("s" * 32, headers, body) == "message-key-1"
    with pytest.raises(signing.NotSigned):
        signing.check("t" * 32, headers, body)


@pytest.mark.parametrize(
    ("path", "status", "fault"),
    [
        ("away", 302, ""),
        ("busy", 503, ""),
        ("huge", 200, "too_large"),
        ("silent", 0, "no_answer"),
        ("drips", 200, None),
    ],
)
def test_no_answer_holds_the_run_up(server, path, status, fault):
    begun = time.monotonic()
    answer = post(server, path)
    assert answer.status == status
    assert answer.fault == fault if fault is not None else answer.fault in ("no_answer", "too_large")
    assert time.monotonic() - begun < 15
    assert len(server.got) == 1
    if path == "busy":
        assert answer.retry_after == 120


def test_a_name_that_changes_between_question_and_connection_is_refused(server, settings, monkeypatch):
    """What the name leads to when the connection is made counts (DNS rebinding)."""
    settings.WAGTAIL_DISCLOSURE = {}
    monkeypatch.setattr(transport, "check", lambda url: None)
    answer = post(server, "good")
    assert answer.fault == "address" and server.got == []


def test_a_platform_that_is_not_there_is_no_answer(settings):
    settings.WAGTAIL_DISCLOSURE = {"UPWARD_PRIVATE_NETWORKS": ["127.0.0.0/8"]}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    platform = UpwardPlatform(endpoint=f"http://127.0.0.1:{port}/", format="json")
    assert transport.post(platform, b"{}", "message-key-1").fault == "no_answer"
