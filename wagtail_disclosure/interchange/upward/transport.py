"""Sending a message over HTTP: to allowed addresses only, without following, up to a size and for a time."""

import time
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from ... import conf
from .addresses import AddressRefused, check, is_allowed
from .documents import TYPES
from .replies import LARGEST
from .signing import headers

CONNECT_SECONDS = 10
BLOCK = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back. ``fault`` is the code of a finding where nothing did, with a ``detail`` for the log."""

    status: int = 0
    body: bytes = b""
    content_type: str = ""
    retry_after: int = 0
    fault: str = ""
    detail: str = ""


class _Checked:
    """The name is resolved again to connect: what it leads to then counts, before a byte is sent."""

    def _new_conn(self):
        found = super()._new_conn()
        address = found.getpeername()[0]
        if not is_allowed(address):
            found.close()
            raise AddressRefused(address)
        return found


class _HTTPConnection(_Checked, HTTPConnection):
    pass


class _HTTPSConnection(_Checked, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


def session():
    """A session that asks no proxy of the environment and keeps no password of a file."""
    found = requests.Session()
    found.trust_env = False
    for scheme in ("https://", "http://"):
        found.mount(scheme, _Adapter(max_retries=0))
    return found


def post(platform, body, key):
    """Send ``body`` to ``platform`` under the key of the message and return the :class:`Answer`. Nothing is raised."""
    try:
        check(platform.endpoint)
    except AddressRefused as error:
        return Answer(fault="address", detail=str(error))
    if hasattr(platform.secret, "token"):
        return Answer(fault="secret")
    sent = {
        "Content-Type": f"{TYPES[platform.format]}; charset=utf-8",
        "Accept": TYPES[platform.format],
        "User-Agent": "wagtail-disclosure",
        **headers(platform.secret, key, body),
    }
    seconds = conf.get("UPWARD_TIMEOUT_SECONDS")
    try:
        with (
            session() as http,
            http.post(
                platform.endpoint,
                data=body,
                headers=sent,
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            return _answer(response, seconds)
    except AddressRefused as error:
        return Answer(fault="address", detail=str(error))
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        return Answer(fault="no_answer", detail=type(error).__name__)


def _answer(response, seconds):
    """Read the answer block by block: one that never ends, or drips, is left."""
    until, body = time.monotonic() + seconds, bytearray()
    for block in response.iter_content(BLOCK):
        body += block
        if len(body) > LARGEST:
            return Answer(response.status_code, fault="too_large")
        if time.monotonic() > until:
            return Answer(response.status_code, fault="no_answer", detail="slow")
    after = response.headers.get("Retry-After", "")
    return Answer(
        response.status_code,
        bytes(body),
        response.headers.get("Content-Type", ""),
        min(int(after), 7 * 24 * 3600) if after.isascii() and after.isdigit() and len(after) < 9 else 0,
    )
