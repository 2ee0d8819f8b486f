"""A school takes part by a date and a signature, rests, and goes on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register.importing import apply_import, plan_import
from bullying_desk.schools.register.membership import MembershipRefused, SchoolUnknown, find_school, join, pause, resume
from tests.schools.register_text import HERE, SCHOOLS, parsed

DAY = date(2026, 11, 24)


@pytest.fixture
def school(session: Session) -> School:
    apply_import(session, plan_import(session, parsed(SCHOOLS), HERE), DAY)
    return find_school(session, "999002")


def test_found_by_number_and_by_key_in_any_case(session: Session, school: School) -> None:
    assert find_school(session, f" {school.key.lower()} ") is school
    with pytest.raises(SchoolUnknown):
        find_school(session, "000000")


def test_join_pause_resume(session: Session, school: School) -> None:
    assert not school.takes_reports
    join(session, school, DAY, " Frau Demir ")
    assert (school.takes_reports, school.joined_on, school.joined_signatory) == (True, DAY, "Frau Demir")
    pause(session, school, "Umbau")
    assert (school.takes_reports, school.state, school.paused_reason) == (False, SchoolState.PAUSED, "Umbau")
    resume(session, school)
    assert (school.takes_reports, school.paused_reason, school.joined_on) == (True, None, DAY)


def test_steps_that_do_not_fit_are_refused(session: Session, school: School) -> None:
    with pytest.raises(MembershipRefused):
        join(session, school, DAY, "  ")
    with pytest.raises(MembershipRefused):
        pause(session, school, "Umbau")
    with pytest.raises(MembershipRefused):
        resume(session, school)
    join(session, school, DAY, "Frau Demir")
    with pytest.raises(MembershipRefused):
        join(session, school, DAY, "Herr Nowak")
    with pytest.raises(MembershipRefused):
        pause(session, school, "")
    school.state = SchoolState.CLOSED
    with pytest.raises(MembershipRefused):
        join(session, school, DAY, "Herr Nowak")
    assert school.joined_signatory == "Frau Demir"
