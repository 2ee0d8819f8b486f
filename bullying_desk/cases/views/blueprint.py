"""The blueprint, the person at the desk, and the answer when a case does not open."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.sign_in.keychain import own_key
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import case_access, colleagues, notes
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.models import GrantState, Report, ReportGrant
from bullying_desk.reports.opening import ReaderExcluded, RecordMissing
from bullying_desk.resources import case_name
from bullying_desk.rights.errors import RightsError
from bullying_desk.schooldays import SchoolHours
from bullying_desk.schools.team import school_hours
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web import errors
from bullying_desk.web.request import clock, db, end_before_slow_work, identity, keys, services, settings

cases = Blueprint("cases", __name__)
ID = "int(max=9223372036854775807)"
"""What an id is in an address: a longer number is no address of ours, instead of an error in the database."""


@cases.context_processor
def _names() -> dict[str, object]:
    return {"case_name": case_name}


def me() -> Counsellor:
    """Return who is at the desk, with their key opened for this request."""
    return Counsellor(db(), pepper_layer(), identity().person_id, own_key(), clock().now())


def pepper_layer() -> PepperLayer:
    """Return the pepper layer of this program."""
    return keys().pepper_layer


def hours() -> SchoolHours:
    """Return when the schools of this city are open."""
    return school_hours(settings().clocks)


def shown_name(school_id: int) -> str:
    """Return one's shown name at this school: of the seat there, else in the city."""
    seats = [seat for seat in identity().seats if seat.role in {Role.CONTACT_PERSON, Role.CITY_TEAM}]
    here = [seat for seat in seats if seat.school_id == school_id] or [seat for seat in seats if not seat.school_id]
    return here[0].shown_name if here else identity().display_name


@cases.errorhandler(case_access.CaseUnknown)
@cases.errorhandler(notes.NoteUnknown)
@cases.errorhandler(ReaderExcluded)
def not_there(_error: Exception) -> Response:
    """A person without a grant learns nothing, not even that there is a case.

    The person who was responsible for a case the child has erased reads that, and the day.
    """
    case_id = int((request.view_args or {}).get("case_id", 0))
    erased = case_access.erased_case(db(), identity().person_id, case_id) if case_id else None
    if erased is not None:
        return make_response(render_template("cases/erased.html", name=erased[0], day=erased[1]), 410)
    return errors.page(404)


@cases.errorhandler(case_access.AccessWaits)
def access_waits(error: case_access.AccessWaits) -> Response:
    """Say who can give back the access to a case sealed to a key one has lost."""
    names = sorted(colleagues.names_of(db(), error.readers).values())
    return make_response(render_template("cases/locked.html", name=_name(), readers=names, granter=None), 403)


@cases.errorhandler(UnsealRefused)
@cases.errorhandler(RecordMissing)
@cases.errorhandler(RightsError)
def does_not_open(error: Exception) -> Response:
    """Say whose grant does not open; the alarm is entered although the request itself is undone."""
    what = "grant" if isinstance(error, UnsealRefused) else "record" if isinstance(error, RecordMissing) else "right"
    who, now, case_id = identity().person_id, clock().now(), int((request.view_args or {}).get("case_id", 0))
    end_before_slow_work()
    with services().database.transaction() as session:
        facts: dict[str, int | str] = {"person": who, "what": what}
        trail.record(session, Event.KEY_ALARM, now, actor=who, subject=case_id, **facts)
        granter = _granter(session, case_id, who)
    return make_response(render_template("cases/locked.html", name=_name(), readers=[], granter=granter), 403)


def _granter(session: Session, case_id: int, person_id: int) -> str:
    """Return who gave the newest access, or nothing where it came with the report or from the child."""
    query = (
        select(ReportGrant.granted_by)
        .join(Report, (Report.id == ReportGrant.report_id) & (Report.epoch == ReportGrant.epoch))
        .where(Report.case_id == case_id, ReportGrant.person_id == person_id, ReportGrant.state == GrantState.OPEN)
        .where(ReportGrant.granted_by.is_not(None))
    )
    granter = session.scalars(query.limit(1)).first()
    return colleagues.names_of(session, [granter]).get(granter or 0, "")


def _name() -> str:
    return case_name(int((request.view_args or {}).get("case_id", 0)))
