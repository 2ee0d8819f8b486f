"""A mail server of the tests: takes mails, refuses or fails on demand."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What the server at `port` has received. `refuse`: answers to RCPT, in order, before mails are taken."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    refuse: list[str] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)  # an answer to RCPT for an address, as long as it stands here


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        heard: MailServer = self.server.heard  # type: ignore[attr-defined]
        self._say("220 ready")
        while line := self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n"):
            heard.lines.append(line)
            word = line.upper().split(" ")[0].split(":")[0]
            if word == "QUIT":
                self._say("221 bye")
                return
            if word == "DATA":
                self._say("354 go on")
                heard.mails.append(self._mail())
                self._say("250 taken")
            elif word == "RCPT" and heard.refuse:
                self._say(heard.refuse.pop(0))
            elif word == "RCPT" and (answer := heard.closed.get(line.partition("<")[2].partition(">")[0])):
                self._say(answer)
            else:
                self._say("250 well")

    def _mail(self) -> str:
        taken = []
        while (line := self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n")) != ".":
            taken.append(line)
        return "\n".join(taken)

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run the server while the block runs."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        heard = MailServer(server.server_address[1])
        server.heard = heard  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield heard
        finally:
            server.shutdown()
            thread.join(timeout=5)
