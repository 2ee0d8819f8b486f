"""Whether a POST comes from our own pages.

Browsers since 2019–2023 say so in `Sec-Fetch-Site`. Because our pages send no referrer, the same browsers put
`Origin: null` on our own forms (Fetch Standard, "append a request Origin header"). So `null` alone proves nothing. It
counts as ours only where forging it gains nothing; `/zurueck` asks for more.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def is_own() -> bool:
    """Whether the request comes from our pages, or from a client that sends neither header (not a browser page)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    given = request.headers.get("Origin")
    return given in {None, "null"} or _host(given) == request.host


def is_surely_own() -> bool:
    """Whether the browser itself says that the request comes from our pages."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    given = request.headers.get("Origin")
    return given is not None and _host(given) == request.host


def _host(value: str) -> str:
    try:
        return urlsplit(value).netloc
    except ValueError:  # a bracket that is not closed
        return ""


def is_onion(onion_host: str) -> bool:
    """Whether the request came to the name of the onion service."""
    return bool(onion_host) and request.host.lower() == onion_host


def is_our_host(base_url: str) -> bool:
    """Whether the request is meant for this service: its own name, or this machine asked directly.

    Without it a foreign `Host` would stand in redirects, and `is_own` would compare with it.
    """
    try:
        own = urlsplit(base_url).hostname or ""
        asked = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return False
    return not own or asked in {own, "localhost", "127.0.0.1", "::1"}
