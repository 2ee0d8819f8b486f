"""The headers that isolate a page: nothing loaded from elsewhere, nothing stored, no referrer sent."""

from __future__ import annotations

import gzip
from urllib.parse import quote

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}


def init_app(app: Flask, *, tls: bool, onion_url: str = "") -> None:
    """Compress answers that may be compressed, and add the headers to every answer.

    With TLS, also tell the browser to use TLS only (RFC 6797). With an onion service, tell Tor Browser where it is.
    """
    _compress_answers(app)

    @app.after_request
    def harden(response: Response) -> Response:
        open_programme = request.path.startswith("/unterricht")
        for name, value in HEADERS.items():
            if name == "X-Robots-Tag" and open_programme:
                continue
            response.headers.setdefault(name, value)
        if not open_programme and not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        if tls:
            response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if onion_url and _may_go_on_elsewhere(response):
            response.headers["Onion-Location"] = onion_url + quote(request.path)
        response.headers.pop("Server", None)
        return response


# Public pages without secrets are compressed. Pages with words, letters or a session never are (BREACH).
#
# An attacker who can make a page repeat their text next to a secret learns the secret from the compressed length. So
# only answers to browsers without any cookie of ours are compressed, and never those of the endpoints named below.


NEVER = ("/team", "/stadt", "/danke", "/zurueck", "/gespraech")
KINDS = {"text/html", "text/plain", "application/xml", "application/json", "application/ld+json"}
SMALLEST = 1_000  # bytes; compressing a smaller answer costs more than it saves


def _compress_answers(app: Flask) -> None:

    @app.after_request
    def compress(response: Response) -> Response:
        response.vary.add("Accept-Encoding")
        if not _may_be_compressed(response):
            return response
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        return response


def _may_go_on_elsewhere(response: Response) -> bool:
    """Whether Tor Browser may change to the onion service here: it does so by itself, and leaves cookies behind."""
    return (
        request.is_secure
        and request.method == "GET"
        and not request.cookies
        and not request.path.startswith(NEVER)
        and response.status_code == 200
        and response.mimetype == "text/html"
    )


def _may_be_compressed(response: Response) -> bool:
    return (
        request.method == "GET"
        and not request.cookies
        and not request.path.startswith(NEVER)
        and "gzip" in request.headers.get("Accept-Encoding", "")
        and response.status_code == 200
        and response.mimetype in KINDS
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and "Set-Cookie" not in response.headers
        and (response.content_length or 0) >= SMALLEST
    )
