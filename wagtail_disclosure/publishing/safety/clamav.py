"""ClamAV: files are sent to ``clamd`` over its socket (command INSTREAM), so it needs no access to them."""

import datetime
import socket
import struct

from .scanner import NotScanned, ScannerUnavailable, Version, VirusScanner

BLOCK = 1 << 16
LONGEST_REPLY = 4096


class ClamAV(VirusScanner):
    """``clamd`` at a UNIX socket (``socket``) or at ``host`` and ``port``.

    ``timeout`` is in seconds for each exchange. ``max_bytes`` is clamd's ``StreamMaxLength`` (25 MB unless its
    configuration says otherwise): a larger file is not scanned, and therefore not accepted.
    """

    def __init__(self, socket="", host="", port=3310, timeout=60, max_bytes=25 * 1024 * 1024):
        if bool(socket) == bool(host):
            raise ValueError("name either a socket or a host")
        self.socket, self.host, self.port = socket, host, port
        self.timeout, self.max_bytes = timeout, max_bytes

    def version(self):
        text = self._ask(b"zVERSION\0")
        if not text.startswith("ClamAV"):
            raise ScannerUnavailable(f"clamd answered {text[:80]!r}")
        return Version(text, _day_of(text))

    def scan(self, data):
        if len(data) > self.max_bytes:
            raise NotScanned(f"StreamMaxLength {self.max_bytes}")
        reply = self._ask(b"zINSTREAM\0", data)
        if reply == "stream: OK":
            return ""
        if reply.startswith("stream: ") and reply.endswith(" FOUND"):
            return reply.removeprefix("stream: ").removesuffix(" FOUND")
        if "size limit exceeded" in reply:
            raise NotScanned("StreamMaxLength")
        raise ScannerUnavailable(f"clamd answered {reply[:80]!r}")

    def _ask(self, command, data=None):
        try:
            with self._connected() as connection:
                connection.sendall(command)
                if data is not None:
                    self._send(connection, data)
                return self._reply(connection)
        except OSError as error:
            raise ScannerUnavailable(
                f"clamd at {self.socket or f'{self.host}:{self.port}'}: {error}"
            ) from error

    def _connected(self):
        if self.host:
            return socket.create_connection((self.host, self.port), timeout=self.timeout)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.timeout)
        try:
            connection.connect(self.socket)
        except OSError:
            connection.close()
            raise
        return connection

    @staticmethod
    def _send(connection, data):
        try:
            for start in range(0, len(data), BLOCK):
                block = data[start : start + BLOCK]
                connection.sendall(struct.pack(">I", len(block)) + block)
            connection.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            # clamd hangs up on a stream that is too long, and its reply says so.
            return

    @staticmethod
    def _reply(connection):
        received = b""
        while not received.endswith(b"\0") and len(received) < LONGEST_REPLY:
            block = connection.recv(LONGEST_REPLY)
            if not block:
                break
            received += block
        return received.rstrip(b"\0\n").decode("utf-8", "replace")


def _day_of(text):
    """The day of the signatures from ``ClamAV 1.0.7/27100/Tue Nov 24 09:30:00 2026``; None if none is named."""
    parts = text.split("/", 2)
    try:
        return datetime.datetime.strptime(parts[2].strip(), "%a %b %d %H:%M:%S %Y").replace(
            tzinfo=datetime.UTC
        )
    except (IndexError, ValueError):
        return None
