"""The pages of the programme: a teacher finds, reads, projects, copies and downloads, without signing in."""

from __future__ import annotations

import gzip
import json
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from bullying_desk.lessons.building.build import FOLDER
from bullying_desk.lessons.building.zipping import path_file
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.paths import all_paths
from bullying_desk.lessons.format.picture_words import drawing
from bullying_desk.lessons.library.amb import MEDIA, amb_of, publisher_of, script, sitemap
from bullying_desk.lessons.library.catalogue import Question
from bullying_desk.lessons.library.feedback import PACE, WORKED, AnswerUnknown, count_feedback
from bullying_desk.lessons.library.library import library
from bullying_desk.lessons.library.oai import Repository, answer
from bullying_desk.lessons.library.pages import board_page, index_page, lesson_page, path_page, sheets_page
from bullying_desk.web.guard import public
from bullying_desk.web.limits import Budget
from bullying_desk.web.request import clock, db, limiter, settings

blueprint = Blueprint("lessons", __name__, url_prefix="/unterricht")

_PAGE_SECONDS: Final = 300
_FILE_SECONDS: Final = 3600
_SMALLEST: Final = 500
_EXTRAS: Final = {"arbeitsblaetter": "sheets", "elternbrief": "letter"}


def _lesson(slug: str) -> Lesson:
    lesson = library().catalogue.get(slug)
    if lesson is None:
        abort(404)
    return lesson


def _base() -> str:
    return settings().base_url.rstrip("/") or request.url_root.rstrip("/")


def _answer(text: str, mimetype: str = "text/html", *, keep: bool = True, seconds: int = _PAGE_SECONDS) -> AnyResponse:
    """Answer with a text that may be cached and compressed: it holds no secret and nothing of the person who asks.

    `keep` is False for a page that shows the hour or answers a child in danger: no browser and no proxy keeps it.
    """
    answer = Response(text, mimetype=mimetype)
    answer.headers["Cache-Control"] = f"public, max-age={seconds}" if keep else "no-store"
    answer.headers["Vary"] = "Accept-Encoding"
    packed = "gzip" in request.headers.get("Accept-Encoding", "") and len(text) > _SMALLEST
    if packed:
        answer.set_data(gzip.compress(answer.get_data(), 6, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    answer.add_etag(weak=True)
    return answer.make_conditional(request)


@blueprint.get("")
@public()
def index() -> AnyResponse:
    """List the lessons a teacher asks for, with filters, paths and the shareable list."""
    given = request.args
    question = Question(
        words=given.get("q", "")[:200],
        grade=given.get("klasse", ""),
        minutes=given.get("minuten", ""),
        theme=given.get("thema", ""),
        method=given.get("methode", ""),
        subject=given.get("fach", ""),
        preparation=given.get("vorbereitung", ""),
        little_reading=given.get("daz", ""),
        school_form=given.get("schulform", ""),
        need=given.get("foerderschwerpunkt", ""),
    )
    page = index_page(library().catalogue, question, given.getlist("merk")[:60], clock().now())
    return _answer(render_template("lessons/index.html", page=page), keep=page.reach is None)


@blueprint.get("/<slug>")
@public()
def show(slug: str) -> AnyResponse:
    """Show a lesson: to plan (`ansicht` empty), on the board (`tafel`), or its sheets for pupils (`blatt`)."""
    lesson = _lesson(slug)
    if request.args.get("ansicht") == "tafel":
        return _answer(render_template("lessons/board.html", page=board_page(library(), lesson)))
    if request.args.get("ansicht") == "blatt":
        return _answer(render_template("lessons/sheets.html", page=sheets_page(library(), lesson)))
    publisher = publisher_of(settings(), _base())
    page = lesson_page(library(), lesson, publisher)
    amb = script(library(), lesson, publisher)
    answers = {"worked": WORKED, "pace": PACE, "thanks": "danke" in request.args}
    return _answer(render_template("lessons/show.html", page=page, amb=amb, answers=answers))


@blueprint.get("/<slug>.<any(pdf, docx, odt, pptx):ending>")
@public()
def download(slug: str, ending: str) -> AnyResponse:
    """Give out a lesson as PDF, Word or open document file, or its board as a presentation."""
    return _file(_lesson(slug), ending, MEDIA[ending], as_attachment=ending != "pdf")


@blueprint.get("/<slug>/<any(arbeitsblaetter, elternbrief):name>.pdf")
@public()
def extra(slug: str, name: str) -> AnyResponse:
    """Give out the worksheets alone, or the letter home."""
    return _file(_lesson(slug), _EXTRAS[name], MEDIA["pdf"], as_attachment=False)


def _file(lesson: Lesson, ending: str, mimetype: str, *, as_attachment: bool) -> AnyResponse:
    found = library().download(lesson.id, ending)
    if found is None:
        abort(404)
    return send_file(
        found.path,
        mimetype=mimetype,
        as_attachment=as_attachment,
        download_name=found.path.name,
        etag=found.sha256[:32],
        max_age=_FILE_SECONDS,
        conditional=True,
    )


@blueprint.get("/<slug>/<name>.svg")
@public()
def picture(slug: str, name: str) -> AnyResponse:
    """Give out a drawing of a lesson; only files its head names."""
    lesson = _lesson(slug)
    if lesson.picture(f"{name}.svg") is None:
        abort(404)
    return _answer(drawing(lesson, f"{name}.svg"), "image/svg+xml", seconds=_FILE_SECONDS)


@blueprint.get("/reihe/<path_id>")
@public()
def path(path_id: str) -> AnyResponse:
    """Show a ready-made path through the programme."""
    found = next((one for one in all_paths() if one.id == path_id), None)
    if found is None:
        abort(404)
    return _answer(render_template("lessons/path.html", page=path_page(library(), found, clock().today())))


@blueprint.get("/reihe/<path_id>.zip")
@public()
def path_download(path_id: str) -> AnyResponse:
    """Give out all files of a path as one ZIP."""
    place = path_file(settings().instance / FOLDER, path_id)
    if path_id not in {one.id for one in all_paths()} or not place.is_file():
        abort(404)
    return send_file(place, mimetype="application/zip", as_attachment=True, max_age=_FILE_SECONDS)


@blueprint.get("/sitemap.xml")
@public()
def lesson_map() -> AnyResponse:
    """List the lesson pages for search engines (sitemaps.org)."""
    return _answer(sitemap(library().catalogue.lessons, _base()), "application/xml")


@blueprint.get("/amb.json")
@public()
def bulk() -> AnyResponse:
    """Give out the descriptions of all lessons at once, for portals that read a file (AMB 20231019)."""
    publisher = publisher_of(settings(), _base())
    blocks = [amb_of(library(), lesson, publisher) for lesson in library().catalogue.lessons]
    return _answer(json.dumps(blocks, ensure_ascii=False), "application/json")


@blueprint.route("/oai", methods=["GET", "POST"])
@public(own_origin=False)
def harvest() -> AnyResponse:
    """Answer a portal that collects records (OAI-PMH 2.0); it may ask by GET or POST."""
    given = request.form if request.method == "POST" else request.args
    who = publisher_of(settings(), _base())
    contact = settings().operator_email or f"postmaster@{request.host.partition(':')[0]}"
    asked = Repository(tuple(library().catalogue.lessons), who, contact, clock().now())
    return _answer(answer(asked, list(given.items(multi=True))), "text/xml")


@blueprint.post("/<slug>/rueckmeldung")
@public()
def feedback(slug: str) -> AnyResponse:
    """Count how a lesson went: three presses, no text, nothing of the person."""
    lesson = _lesson(slug)
    limiter().spend(Budget.LETTERS_OF_NETWORK, limiter().key(b"lessons" + limiter().network()))
    try:
        count_feedback(db(), lesson.id, request.form.get("geklappt", ""), request.form.get("zeit", ""))
    except AnswerUnknown:
        abort(400)
    return redirect(url_for("lessons.show", slug=slug, danke="1", _anchor="rueckmeldung"), 303)


@blueprint.get("/nr/<code>")
@public()
def by_code(code: str) -> AnyResponse:
    """Lead from a short name (`/unterricht/nr/B2`) to the lesson's own address."""
    chosen = library().catalogue.chosen([code])
    if not chosen:
        abort(404)
    return redirect(url_for("lessons.show", slug=chosen[0].id), 301)
