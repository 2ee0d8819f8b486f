"""The headers that isolate a page: nothing loaded from elsewhere, nothing stored, no referrer sent."""

from __future__ import annotations

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


def init_app(app: Flask, *, tls: bool) -> None:
    """Add the headers to every answer. With TLS, also tell the browser to use TLS only (RFC 6797)."""

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
        response.headers.pop("Server", None)
        return response
