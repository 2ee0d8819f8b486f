"""Where only the city's office was to read, the school hears nothing without the reporter's yes or danger (D87)."""

from __future__ import annotations

import pytest

from bullying_desk.cases import case_state
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import CaseOffer, Consent, OfferKind
from bullying_desk.cases.readers import handover, linking, newcomers, read_along, sharing
from bullying_desk.cases.readers.sharing import SchoolNotToHear, SharingWish
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import GrantState, ReaderReason, Report, Urgency
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World


def file(world: World, *, danger: bool = False, wish: Wish = Wish.CITY) -> Report:
    """File a report to the city's office."""
    said = Answers(1, danger, {"text": "Ich will nicht, dass es meine Schule weiß."}, wish=wish.value)
    return world.report(world.file(choice=ReaderChoice(wish), answers=said)[0])


def ask(me: Counsellor, report: Report, to: int, consent: Consent | None = None, **more: object) -> CaseOffer:
    """Ask somebody to read along."""
    kind = more.pop("kind", OfferKind.SHARE)
    wish = SharingWish(kind, to, consent=consent, **more)  # type: ignore[arg-type]
    return sharing.ask(me, find_case(me, report.case_id), wish)


def state(world: World, report: Report, name: str) -> tuple[GrantState, ReaderReason | None] | None:
    """Return how a person stands to a report, and why."""
    world.session.expire_all()
    lines = {line.person_id: line for line in readership.readers_of(world.session, report)}
    line = lines.get(world.person(name).id)
    return (line.state, line.reason) if line else None


@pytest.mark.parametrize("kind", OfferKind)
@pytest.mark.parametrize("consent", [None, Consent.DANGER])
def test_nobody_of_the_school_is_asked_without_a_yes(
    world: World, at_desk: AtDesk, kind: OfferKind, consent: Consent | None
) -> None:
    report, leyla = file(world), at_desk("Leyla")
    case_state.take_over(leyla, find_case(leyla, report.case_id).case, seen_owner=None)
    with pytest.raises(SchoolNotToHear):
        ask(leyla, report, world.person("Selin").id, consent, kind=kind)
    assert state(world, report, "Selin") is None


@pytest.mark.parametrize("consent", [Consent.CONVERSATION, Consent.IN_PERSON])
def test_with_the_reporters_yes_a_colleague_of_the_school_reads(
    world: World, at_desk: AtDesk, consent: Consent
) -> None:
    report, leyla, selin = file(world), at_desk("Leyla"), at_desk("Selin")
    read_along.say_yes(selin, read_along.find(selin, ask(leyla, report, selin.person_id, consent).id))
    assert state(world, report, "Selin") == (GrantState.OPEN, ReaderReason.SHARED)
    with pytest.raises(SchoolNotToHear):
        ask(leyla, report, world.person("Jan").id)  # the yes was for one person


def test_in_danger_the_reporter_sees_that_danger_was_the_reason_and_it_can_end(world: World, at_desk: AtDesk) -> None:
    report, leyla, selin = file(world, danger=True), at_desk("Leyla"), at_desk("Selin")
    with pytest.raises(SchoolNotToHear):
        ask(leyla, report, selin.person_id)
    offer = ask(leyla, report, selin.person_id, Consent.DANGER)
    read_along.say_yes(selin, read_along.find(selin, offer.id))
    assert state(world, report, "Selin") == (GrantState.OPEN, ReaderReason.DANGER)
    read_along.end(world.session, world.pepper_layer, offer, leyla.person_id, leyla.now)
    assert state(world, report, "Selin") == (GrantState.ENDED, ReaderReason.DANGER)


def test_danger_is_no_reason_where_the_team_reads_anyway(world: World, at_desk: AtDesk) -> None:
    report = file(world, danger=True, wish=Wish.NAMED)
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Jan"))
    said = Answers(1, True, {"text": "Es geht um mich."}, wish=Wish.NAMED.value)
    report = world.report(world.file(choice=choice, answers=said)[0])
    offer = ask(at_desk("Selin"), report, world.person("Amara").id, Consent.DANGER)
    assert (offer.consent, state(world, report, "Amara")) == (None, (GrantState.OFFERED, ReaderReason.SHARED))


def test_no_danger_sends_a_case_to_another_school(world: World, at_desk: AtDesk) -> None:
    report, leyla = file(world, danger=True), at_desk("Leyla")
    find_case(leyla, report.case_id).case.urgency = Urgency.ACUTE
    case_state.take_over(leyla, find_case(leyla, report.case_id).case, seen_owner=None)
    with pytest.raises(sharing.ConsentMissing):
        ask(leyla, report, 4711, Consent.DANGER, kind=OfferKind.TRANSFER, school_id=world.school.id)


def test_no_other_way_leads_somebody_of_the_school_in(world: World, at_desk: AtDesk) -> None:
    """Leaving with a forged successor, letting in a new member, and linking with a case that the team reads."""
    report, leyla, selin = file(world), at_desk("Leyla"), at_desk("Selin")
    assert newcomers.let_in(leyla, selin.person_id, "Frau Demir") == newcomers.Given()
    both = world.report(world.file(choice=ReaderChoice(Wish.NAMED, named=world.ids("Selin")))[0])
    read_along.say_yes(leyla, read_along.find(leyla, ask(selin, both, leyla.person_id).id))
    for one, other in ((report, both), (both, report)):
        with pytest.raises(linking.NotTogether):
            linking.link(leyla, find_case(leyla, one.case_id), one, other.case_id)
    case_state.take_over(leyla, find_case(leyla, report.case_id).case, seen_owner=None)
    world.add("Zofia", "Frau Zielinska", world.seats["Leyla"].role, on_duty=True)
    handover.hand_over(leyla, world.seats["Leyla"], selin.person_id)
    assert state(world, report, "Selin") is None
    with pytest.raises(CaseUnknown):
        find_case(selin, report.case_id)


@pytest.mark.sqlite
def test_the_page_asks_for_the_yes_and_keeps_what_was_typed(world: World, enter: SignIn) -> None:
    report, selin = file(world), world.person("Selin").id
    case_id = report.case_id
    leyla = enter("Leyla")
    leyla.get(f"/team/fall/{case_id}/mitansehen")
    assert "Diese Meldung sollte nur die Stelle der Stadt lesen." in leyla.main
    leyla.press("Fragen", 422, to=str(selin), message="Kennen Sie die Klasse?")
    assert "Die Schule erfährt davon nur mit einem Ja" in leyla.main
    assert "Kennen Sie die Klasse?" in leyla.main
    leyla.press("Fragen", to=str(selin), consent="conversation")
    assert state(world, report, "Selin") == (GrantState.OFFERED, ReaderReason.SHARED)
    leyla.get(f"/team/fall/{case_id}/mitansehen")
    leyla.press("Fragen", to=str(world.person("Zofia").id) if "Zofia" in world.people else "4711", status=422)
    assert "Diese Person kann nicht gefragt werden" in leyla.main
