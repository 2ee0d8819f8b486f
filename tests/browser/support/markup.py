"""The W3C's own checker, kept running next to the tests, says whether a page is valid HTML."""

from __future__ import annotations

import json
import urllib.request
from functools import cache
from typing import Any

from tests.browser.support import processes
from workshop.browser import VNU


def faults(html: str) -> list[str]:
    """Return the checker's errors in a page. Empty is good."""
    address = _ready()
    request = urllib.request.Request(
        f"{address}/?out=json",
        data=html.encode("utf-8"),
        headers={"Content-Type": "text/html; charset=utf-8"},
        method="POST",
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        said: dict[str, Any] = json.load(answer)
    return [
        f"line {each.get('lastLine')}: {each['message']} — {each.get('extract', '')}"
        for each in said["messages"]
        if each["type"] != "info"
    ]


def start() -> None:
    """Start the checker, which takes a while, without waiting; the first user waits."""
    processes.once("checker", _start)


@cache
def _ready() -> str:
    address: str = processes.once("checker", _start)["address"]
    processes.wait_for("checker", address, seconds=150)
    return address


def _start() -> dict[str, Any]:
    port = processes.free_port()
    # The quick compiler alone: for some hundred pages the thorough one costs more than it saves (12 s of CPU, then 7).
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xss4m"]
    command = ["java", *quick, "-Dnu.validator.servlet.bind-address=127.0.0.1"]
    processes.start("checker", [*command, "-cp", str(VNU), "nu.validator.servlet.Main", str(port)])
    return {"address": f"http://127.0.0.1:{port}"}
