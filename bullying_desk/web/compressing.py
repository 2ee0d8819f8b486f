"""Public pages without secrets are compressed. Pages with words, letters or a session never are (BREACH).

An attacker who can make a page repeat their text next to a secret learns the secret from the compressed length. So only
answers to browsers without any cookie of ours are compressed, and never those of the endpoints named below.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

NEVER = ("/team", "/stadt", "/danke", "/zurueck", "/gespraech")
KINDS = {"text/html", "text/plain", "application/xml", "application/json", "application/ld+json"}
SMALLEST = 1_000  # bytes; compressing a smaller answer costs more than it saves


def init_app(app: Flask) -> None:
    """Compress every answer that may be compressed."""

    @app.after_request
    def compress(response: Response) -> Response:
        response.vary.add("Accept-Encoding")
        if not _may_be_compressed(response):
            return response
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        return response


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
