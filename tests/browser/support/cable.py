"""The line between a browser and the server, which a test can cut after the server has done its work."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

BUFFER = 65_536


class Cable:
    """Passes bytes on between a port of its own and a server. While it is cut, answers to a POST never arrive."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self.is_cut = False
        self.swallowed = 0  # answers that the server gave and the browser never saw
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = self._door.accept()
                far = socket.create_connection(self._server)
                line = _Line(self, near, far)
                threading.Thread(target=line.out, daemon=True).start()
                threading.Thread(target=line.back, daemon=True).start()

    def close(self) -> None:
        """Take the line away."""
        self._door.close()


class _Line:
    """One connection: requests are passed on, answers may be swallowed."""

    def __init__(self, cable: Cable, near: socket.socket, far: socket.socket) -> None:
        self._cable, self._near, self._far = cable, near, far
        self._posted = False

    def out(self) -> None:
        """Pass on the browser's requests."""
        for data in _read(self._near):
            # A request begins at the start of the data; a body never begins with the word POST here.
            if data.split(b" ", 1)[0] in {b"GET", b"POST"}:
                self._posted = data.startswith(b"POST ")
            with contextlib.suppress(OSError):
                self._far.sendall(data)
        self._hang_up()

    def back(self) -> None:
        """Pass on the server's answers, or close the connection instead."""
        for data in _read(self._far):
            if self._cable.is_cut and self._posted:
                self._cable.swallowed += 1
                break
            with contextlib.suppress(OSError):
                self._near.sendall(data)
        self._hang_up()

    def _hang_up(self) -> None:
        for end in (self._near, self._far):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _read(end: socket.socket) -> Iterator[bytes]:
    with contextlib.suppress(OSError):
        while data := end.recv(BUFFER):
            yield data
