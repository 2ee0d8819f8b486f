"""Every table, its kind of data and its owner. A table that is missing here fails `tests/house/test_lifetimes.py`.

A new table is one line here. `of_report`, `of_case` and `of_person` name the column with the id: the rows are destroyed
with the report, the case, the account. `ends` and `ends_at` name a day or a moment: the rows are destroyed when the
kind's period has passed since. `stays` means that the kind's own rules destroy the rows, or nothing does.
"""

from __future__ import annotations

from dataclasses import dataclass

from bullying_desk.erasing.default_periods import Kind


@dataclass(frozen=True, slots=True)
class Kept:
    """One table of the register. A column is None where the table has none of that kind."""

    kind: Kind
    report: str | None = None
    case: str | None = None
    person: str | None = None
    day: str | None = None
    moment: str | None = None


def of_report(column: str = "report_id", *, person: str | None = None) -> Kept:
    """Rows that are destroyed with the report in this column."""
    return Kept(Kind.CONVERSATION, report=column, person=person)


def of_case(column: str = "case_id", *, kind: Kind = Kind.CASE, person: str | None = None) -> Kept:
    """Rows that are destroyed with the case in this column. `person`: also with that person's account."""
    return Kept(kind, case=column, person=person)


def of_person(column: str = "person_id", *, kind: Kind = Kind.ACCOUNT) -> Kept:
    """Rows that are destroyed with the account in this column."""
    return Kept(kind, person=column)


def ends(kind: Kind, day: str, *, case: str | None = None, person: str | None = None) -> Kept:
    """Rows that are destroyed some days after the day in this column. Rows without a day stay."""
    return Kept(kind, case=case, person=person, day=day)


def ends_at(kind: Kind, moment: str, *, person: str | None = None) -> Kept:
    """The same with a moment."""
    return Kept(kind, person=person, moment=moment)


def stays(kind: Kind) -> Kept:
    """Rows that are not destroyed together with another row."""
    return Kept(kind)


TABLES: dict[str, Kept] = {
    # a report
    "report_grant": of_report(),
    "report_question": of_report(),
    "appointment": of_report(person="person_id"),  # the night work removes what is over
    "appointment_time": stays(Kind.CONVERSATION),  # goes with its appointment
    "report_epoch": of_report(),
    "web_session": Kept(Kind.SESSION, report="report_id", person="person_id"),
    "right_set": Kept(Kind.CONVERSATION, report="owner_id", case="owner_id"),
    "record": Kept(Kind.CONVERSATION, report="owner_id", case="owner_id"),
    "report": stays(Kind.CONVERSATION),
    # a case
    "private_note": of_case(kind=Kind.PRIVATE_NOTE, person="person_id"),
    "draft": Kept(Kind.DRAFT, report="report_id", case="case_id", person="person_id", day="saved_on"),
    "case_grant": of_case(),
    "case_offer": of_case(),
    "case_epoch": of_case(),
    "case_file": stays(Kind.CASE),
    # people
    "invitation": ends_at(Kind.INVITATION, "expires_at", person="person_id"),
    "seat_proposal": ends(Kind.INVITATION, "proposed_on", person="person_id"),
    "passkey": of_person(),
    "held_post": of_person(kind=Kind.SESSION),
    "outbox_mail": of_person(kind=Kind.MAIL),
    "text_block": of_person(),  # a team's blocks have no person: they stay with the school
    "person": stays(Kind.ACCOUNT),
    "seat": stays(Kind.ACCOUNT),
    "refused_sign_in": Kept(Kind.RUNNING, person="person_id"),
    "right_gone": stays(Kind.RUNNING),  # random numbers of rows the program has deleted
    # schools
    "school": stays(Kind.SCHOOL),
    "place": stays(Kind.SCHOOL),
    "office_hour": stays(Kind.SCHOOL),
    "free_day": stays(Kind.SCHOOL),
    "absence": ends(Kind.ROSTER, "last_day"),
    "place_kind": stays(Kind.SCHOOL),
    "contact_box": stays(Kind.SCHOOL),
    "box_keeper": stays(Kind.SCHOOL),
    "slip_sheet": stays(Kind.SLIP),
    "paper_slip": stays(Kind.SLIP),  # the numbers stay; the engine deletes where an old one would lead
    "duty_period": ends(Kind.ROSTER, "last_day"),
    "break_time": stays(Kind.SCHOOL),
    "roster_duty": ends(Kind.YARD, "day"),
    "year_mark": stays(Kind.SCHOOL),
    "print_edition": stays(Kind.SCHOOL),
    "school_tablet": stays(Kind.SCHOOL),
    # the service
    "audit_entry": stays(Kind.TRAIL),
    "audit_link": stays(Kind.TRAIL),
    "audit_anchor": stays(Kind.TRAIL),  # where the trail was shortened: names nobody
    "lesson_feedback": stays(Kind.FIGURES),
    "privacy_request_text": of_person(kind=Kind.REQUEST),
    "privacy_question": of_person(kind=Kind.REQUEST),  # goes with its request, too
    "privacy_ask": of_case(kind=Kind.REQUEST, person="person_id"),
    "privacy_request": ends(Kind.REQUEST, "closed_on"),
    "barrier_message": ends(Kind.BARRIER, "received_on", person="person_id"),
    "retention_warning": of_case(kind=Kind.RUNNING),
    "retention_period": stays(Kind.RUNNING),
    "retention_run": stays(Kind.RUNNING),
    "rewriting": stays(Kind.RUNNING),
    "instance_keys": stays(Kind.RUNNING),
    "night_work": stays(Kind.RUNNING),
    "tombstone": ends(Kind.MARK, "destroyed_on"),
}
