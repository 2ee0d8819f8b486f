"""The public pages, and the way out."""

from __future__ import annotations

import logging
import re

from flask import Blueprint, Response, abort, render_template, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import SQLAlchemyError

from bullying_desk.guidance.crisis_words import ALWAYS, after_the_page, by_language, with_the_page
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.notices.running import running
from bullying_desk.web import errors, health, sessions
from bullying_desk.web.guard import public
from bullying_desk.web.request import clock, db, end_before_slow_work, settings

log = logging.getLogger("bullying_desk")
blueprint = Blueprint("guidance", __name__)
SCHOOL_KEY = re.compile(r"[A-Z0-9]{4}")

# "cookies" is left out on purpose: it would clear the whole domain of the city (docs/sealing.md, The receipt).
CLEAR_SITE_DATA = '"cache", "storage"'


@blueprint.record_once
def lend_lines(state: BlueprintSetupState) -> None:
    """Give templates who answers now, day and night or at known hours, and pages the words of a crisis."""
    state.app.jinja_env.globals.update(
        lines_now=lambda audience="pupils": help_lines().answering(clock().now(), audience),
        lines_always=lambda audience="pupils": help_lines().always(audience),
        lines_with_hours=lambda audience="pupils": help_lines().with_hours(audience),
        crisis_file=lambda part, lang: f"crisis_{part}.{lang if str(lang) in by_language() else ALWAYS}.js",
    )
    for language in by_language():
        for name, words in (("words", with_the_page(language)), ("others", after_the_page(language))):
            state.app.extensions["static_files"].add(f"crisis_{name}.{language}.js", words.script)


@blueprint.get("/")
@public()
def start() -> str:
    """Show the five doors, danger first."""
    return render_template("guidance/start.html")


@blueprint.get("/hilfe")
@public()
def help_now() -> str:
    """Show the numbers to call now: pupils first, then parents and staff."""
    key = request.args.get("s", "")
    return render_template(
        "guidance/help_now.html", help_lines=help_lines(), school_key=key if SCHOOL_KEY.fullmatch(key) else ""
    )


@blueprint.get("/was-hilft")
@public()
def what_helps() -> str:
    """Tell pupils who only want to read what they can do; the self-check stays on the device."""
    return render_template("guidance/what_helps.html")


@blueprint.get("/leichte-sprache")
@public()
def easy_language() -> str:
    """Explain the service in the plainest words."""
    return render_template("guidance/easy_language.html", help_lines=help_lines())


@blueprint.get("/datenschutz")
@public()
def privacy() -> str:
    """Say what is kept, who can read what, and when."""
    return render_template("guidance/privacy.html")


@blueprint.get("/impressum")
@public()
def imprint() -> str:
    """Say who runs the service (DDG § 5)."""
    return render_template("guidance/imprint.html")


@blueprint.get("/stand")
@public()
def service_state() -> Response | str:
    """Say whether the service runs, where the city publishes that; a pause looks as it does when nginx says so."""
    if not settings().status_page:
        abort(404)
    if health.lacking():
        return errors.page(503, wait_minutes=5)
    now = clock().now()
    return render_template("guidance/service_state.html", late=running(db(), now).mails_are_late, now=now)


@blueprint.get("/verlauf-loeschen")
@public()
def clear_history() -> str:
    """Explain how to delete a page from a browser's history; no page can do that itself."""
    return render_template("guidance/clear_history.html")


@blueprint.get("/fuer-eltern")
@public()
def for_parents() -> str:
    """The page for parents whose child is said to have hurt others. The address names no topic."""
    return render_template("guidance/for_parents.html", help_lines=help_lines())


@blueprint.get("/weg")
@blueprint.get("/weg/<int(min=2, max=2):age>")
@public(writes=True)
def leave(age: int = 1) -> Response:
    """End the reporter's session and send the browser to a harmless page, for older ones after `/2`.

    The way out works even while the database does not: the cookie is deleted in any case.
    """
    try:
        sessions.leave(db())
    except SQLAlchemyError as error:
        log.error("a session could not be ended on the way out: %s", type(error).__name__)
        end_before_slow_work()
    answer = Response(status=303, headers={"Location": _exit_target(older=age > 1)})
    answer.headers["Clear-Site-Data"] = CLEAR_SITE_DATA
    return answer


def _exit_target(*, older: bool) -> str:
    """Return a page that is plausible on this device: in the language its browser asks for first, never in the page's.

    The language of our page is in no address of the way out, and would be news to whoever looks over the shoulder.
    """
    german = settings().exit_target_older if older else settings().exit_target
    targets = {"de": german} | settings().exit_by_language
    return targets[request.accept_languages.best_match(list(targets), default="de") or "de"]


@blueprint.get("/robots.txt")
@public()
def robots() -> Response:
    """Open the programme to search engines, and nothing else (RFC 9309)."""
    lines = ("User-agent: *", "Allow: /unterricht", "Disallow: /", f"Sitemap: {request.url_root}unterricht/sitemap.xml")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
@public()
def security_txt() -> Response:
    """Say where weaknesses are reported (RFC 9116); nothing where no contact is set or its day is over."""
    contact, until = settings().security_contact, settings().security_until
    if not contact or until is None or until < clock().today():
        abort(404)
    lines = (
        f"Contact: {contact if ':' in contact else f'mailto:{contact}'}",
        f"Expires: {until.isoformat()}T23:59:59Z",
        "Preferred-Languages: de, en",
        f"Canonical: {request.url_root}.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
