"""A school takes part from a date, by a signature; it can pause and go on again (principle P1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bullying_desk.schools.models import School, SchoolState
from bullying_desk.web.language import _


class SchoolUnknown(Exception):
    """There is no school with this key or Schulnummer."""


class MembershipRefused(Exception):
    """The step does not fit the state the school is in, or a needed word is missing; the reason is German."""


# Built once: every page of a school asks it.
_BY_KEY_OR_NUMBER = select(School).where((School.key == bindparam("key")) | (School.number == bindparam("number")))


def find_school(session: Session, key_or_number: str) -> School:
    """Return the school with this key (any case) or Schulnummer. Raises SchoolUnknown."""
    text = key_or_number.strip()
    school = session.scalars(_BY_KEY_OR_NUMBER, {"key": text.upper(), "number": text}).one_or_none()
    if school is None:
        raise SchoolUnknown(text)
    return school


def join(session: Session, school: School, on: date, signatory: str) -> None:
    """Open the contact point of a known school: from `on`, by the signature of `signatory` (a person's name).

    Raises MembershipRefused for a school that takes part already, is paused, closed or has no pupils.
    """
    if not signatory.strip():
        raise MembershipRefused(_("Es fehlt, wer unterschrieben hat."))
    if not school.school_form.has_pupils:
        raise MembershipRefused(_("Das ist keine Schule mit Schülerinnen und Schülern."))
    _demand(school, SchoolState.KNOWN, _("Nur eine Schule, die bekannt ist und noch nicht mitmacht, kann beitreten."))
    school.state = SchoolState.JOINED
    school.joined_on = on
    school.joined_signatory = signatory.strip()
    session.flush()


def pause(session: Session, school: School, reason: str) -> None:
    """Let the contact point rest; conversations that run go on, new reports are led to the city.

    Raises MembershipRefused for a school that does not take part, or without a reason.
    """
    if not reason.strip():
        raise MembershipRefused(_("Es fehlt der Grund für die Pause."))
    _demand(school, SchoolState.JOINED, _("Nur eine Schule, die mitmacht, kann eine Pause machen."))
    school.state = SchoolState.PAUSED
    school.paused_reason = reason.strip()
    session.flush()


def resume(session: Session, school: School) -> None:
    """Open a resting contact point again. Raises MembershipRefused for a school that is not paused."""
    _demand(school, SchoolState.PAUSED, _("Nur eine Schule, die Pause macht, kann weitermachen."))
    school.state = SchoolState.JOINED
    school.paused_reason = None
    session.flush()


def _demand(school: School, state: SchoolState, reason: str) -> None:
    if school.state is not state:
        raise MembershipRefused(reason)
