"""Who may open which route, written by hand. The program is checked against this page, never the other way round.

A route that is missing here fails the test: a new route needs a line that says who may open it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bullying_desk.access.permissions import Permission as P
from tests.access.town import ACTIVE, REPORTER_ELSEWHERE, REPORTER_HERE, SIGNED_IN, WHO

EVERYBODY = frozenset(WHO)
REPORTERS = frozenset({REPORTER_HERE, REPORTER_ELSEWHERE})
READERS = frozenset({"contact", "left_out", "contact_elsewhere", "city_on_duty", "city_off_duty"})
CITY = frozenset({"city_on_duty", "city_off_duty", "city_coordinator", "privacy_officer", "editor"})
COORDINATORS = frozenset({"coordinator", "coordinator_elsewhere"})
BOSS = frozenset({"city_coordinator"})
OFFICER = frozenset({"privacy_officer"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Door:
    """Who may enter. `needs` is what the route itself must declare; `of` names who may enter for whose objects."""

    needs: P | str
    may: frozenset[str] = NOBODY
    of: dict[str, frozenset[str]] = field(default_factory=dict)


def public() -> Door:
    return Door("public", EVERYBODY)


def reporter() -> Door:
    """One's own report, which the session names: there is no address of another one."""
    return Door("reporter", REPORTERS)


def case() -> Door:
    """A case: only people who hold a grant of it, whatever their role."""
    return Door(
        P.READ_CASE,
        of={
            "here": frozenset({"contact"}),
            "elsewhere": frozenset({"contact_elsewhere"}),
            "office": frozenset({"city_on_duty"}),
        },
    )


def asked_case() -> Door:
    """What belongs to one person: a question they asked and may take back, a text block of their own."""
    return Door(P.READ_CASE, of={"here": frozenset({"contact"}), "elsewhere": frozenset({"contact_elsewhere"})})


def asked() -> Door:
    """A question to one person: only for them, also where others read the same case."""
    return asked_case()


def answer_asked() -> Door:
    """A question of the officer: only for the person responsible for the case."""
    return asked_case()


def own_school() -> Door:
    """A school's team, for that school's coordinator."""
    here, elsewhere = frozenset({"coordinator"}), frozenset({"coordinator_elsewhere"})
    return Door(P.MANAGE_TEAM, of={"here": here, "elsewhere": elsewhere})


def own_box() -> Door:
    """A school's box and its talks, for that school's contact persons."""
    here = frozenset({"contact", "left_out"})
    return Door(P.READ_CASE, of={"here": here, "elsewhere": frozenset({"contact_elsewhere"})})


def own_thing() -> Door:
    """Something of Selin's, and something of Zeynep's."""
    return Door(P.USE_DESK, of={"here": frozenset({"contact"}), "elsewhere": frozenset({"contact_elsewhere"})})


def city_thing() -> Door:
    return Door(P.MANAGE_CITY, of={"here": BOSS, "elsewhere": BOSS})


def city_school() -> Door:
    """Whether a school takes part."""
    return Door(P.MANAGE_SCHOOLS, of={"here": BOSS, "elsewhere": BOSS})


def request_thing() -> Door:
    """A request in the officer's register."""
    return Door(P.KEEP_REQUESTS, of={"here": OFFICER, "elsewhere": OFFICER})


def own_account() -> Door:
    return Door(P.USE_DESK, SIGNED_IN)


TABLE: dict[str, Door] = {
    # anybody
    "guidance.start": public(),
    "guidance.help_now": public(),
    "guidance.easy_language": public(),
    "guidance.privacy": public(),
    "barriers.statement": public(),
    "barriers.send": public(),
    "guidance.imprint": public(),
    "guidance.clear_history": public(),
    "guidance.for_parents": public(),
    "guidance.what_helps": public(),
    "guidance.leave": public(),
    "guidance.service_state": public(),
    "guidance.robots": public(),
    "guidance.security_txt": public(),
    "healthz": public(),
    "readyz": public(),
    "metrics": public(),  # the town asks from a network of the setting; tests/operations/test_metrics.py from others
    "favicon": public(),
    "static_file": public(),
    "schools.find": public(),
    "schools.by_key": public(),
    "schools.by_spelled_key": public(),
    "lessons.index": public(),
    "lessons.show": public(),
    "lessons.download": public(),
    "lessons.extra": public(),
    "lessons.picture": public(),
    "lessons.bulk": public(),
    "lessons.by_code": public(),
    "lessons.path": public(),
    "lessons.path_download": public(),
    "lessons.lesson_map": public(),
    "lessons.harvest": public(),
    "lessons.feedback": public(),
    "reports.school": public(),
    "reports.place": public(),
    "schools.by_spelled_place": public(),
    "schoolyard.today": public(),
    "peers.show": public(),
    "peers.card": public(),
    "reports.doors": public(),
    "reports.write": public(),
    "reports.send": public(),
    "reports.thanks": public(),
    "reports.thanks_gone": public(),
    "reports.kept": public(),
    "mailbox.come_back": public(),
    "mailbox.open_mailbox": public(),
    # a reporter whose six words have opened a session
    "mailbox.conversation": reporter(),
    "mailbox.write_letter": reporter(),
    "mailbox.done": reporter(),
    "mailbox.readers": reporter(),
    "mailbox.change_readers": reporter(),
    "mailbox.read_again": reporter(),
    "mailbox.danger": reporter(),
    "mailbox.declare_danger": reporter(),
    "mailbox.name": reporter(),
    "mailbox.give_name": reporter(),
    "mailbox.better": reporter(),
    "mailbox.say_better": reporter(),
    "mailbox.question": reporter(),
    "mailbox.answer_question": reporter(),
    "mailbox.appointment": reporter(),
    "mailbox.new_words": reporter(),
    "mailbox.make_words": reporter(),
    "mailbox.show_words": reporter(),
    "mailbox.take_words": reporter(),
    "mailbox.erase": reporter(),
    "mailbox.do_erase": reporter(),
    "mailbox.erased": reporter(),
    "mailbox.undo": reporter(),
    # staff before and at the door
    "accounts.sign_in": public(),
    "accounts.do_sign_in": public(),
    "accounts.passkey_question": public(),
    "joining.letter": public(),
    "joining.letter_code": public(),
    "joining.link": public(),
    "joining.accept": public(),
    "joining.recover": public(),
    "lost_phone.replace": public(),
    "lost_phone.ask_lock": public(),
    "lost_phone.lock": public(),
    "lost_phone.check_print": public(),
    # one's own account
    "accounts.home": own_account(),
    "accounts.sign_out": own_account(),
    "accounts.session_left": own_account(),
    "accounts.confirm": own_account(),
    "account.show": own_account(),
    "account.password": own_account(),
    "account.other_app": own_account(),
    "account.sign_out_everywhere": own_account(),
    "account.recovery_code": own_account(),
    "passkeys.show": own_account(),
    "passkeys.new": own_account(),
    "passkeys.remove": own_account(),  # only among one's own; a number of nobody or of others changes nothing
    "account.make_public": own_thing(),
    "account.set_languages": own_thing(),
    "account.late_text": own_thing(),
    "account.forget_late_text": own_thing(),
    "account.compare": own_account(),
    # Noah is of this school, Ravi of the other: colleagues there and the city may know them.
    "account.do_compare": Door(
        P.USE_DESK,
        of={
            "here": frozenset({"contact", "left_out", "coordinator", "head"}) | CITY,
            "elsewhere": frozenset({"contact_elsewhere", "coordinator_elsewhere"}) | CITY,
        },
    ),
    # a seat that waits for a second yes: the school's team and the city's coordinator answer, who asks takes it back
    "second_yes.show": own_account(),
    "second_yes.answer": Door(
        P.USE_DESK,
        of={
            "here": frozenset({"contact", "left_out", "coordinator"}) | BOSS,
            "elsewhere": frozenset({"contact_elsewhere", "coordinator_elsewhere"}) | BOSS,
        },
    ),
    # reports
    "cases.inbox": Door(P.READ_CASE, READERS),
    "cases.course": case(),
    "cases.printing": case(),
    "cases.look": case(),
    "cases.make_pdf": case(),
    "cases.show": case(),
    "cases.answer": case(),
    "cases.show_name": case(),
    "cases.take": case(),
    "cases.end_cover": case(),
    "cases.give_back": case(),
    "cases.set_state": case(),
    "cases.close": case(),
    "cases.do_close": case(),
    "cases.file_sheets": case(),
    "cases.sheet": case(),
    "cases.fill_sheet": case(),
    "cases.print_sheet": case(),
    "cases.revoke_agreement": case(),
    "cases.tell": case(),
    "cases.record_told": case(),
    "cases.wizard": case(),
    "cases.decide_step": case(),
    "cases.wizard_note": case(),
    "cases.pseudonym_text": case(),
    "cases.print_pseudonyms": case(),
    "cases.assessment": case(),
    "cases.assess": case(),
    "cases.second_word": case(),
    "cases.plan": case(),
    "cases.add_measure": case(),
    "cases.ready_plan": case(),
    "cases.take_ready_plan": case(),
    "cases.finish_measure": case(),
    "cases.change_measure": case(),
    "cases.talk_guide": case(),
    "cases.parents_letter": case(),
    "cases.outcome": case(),
    "cases.enter_outcome": case(),
    "cases.ask_outcome": case(),
    "cases.own_access_page": case(),
    "cases.make_own_access": case(),
    "cases.words_handed_over": case(),
    "cases.look_again": case(),
    "cases.spoke": case(),
    "cases.write_note": case(),
    "cases.keep_draft": case(),
    "cases.take_answer_back": case(),
    "cases.set_label": case(),
    "cases.tryout": case(),
    "cases.close_tryout": case(),
    "cases.assess_conflict": case(),
    "cases.print_own_notes": case(),
    "cases.notes_of": Door(P.READ_CASE, READERS),  # leads to the case's page, which asks for the grant
    "cases.destroy_note": Door(
        P.READ_CASE, of={"here": frozenset({"contact"}), "elsewhere": frozenset({"contact_elsewhere"})}
    ),
    # how long a case is still there
    "cases.lifetimes": Door(P.READ_CASE, READERS),
    "cases.lifetime": case(),
    "cases.hold": case(),
    "cases.end_hold": case(),
    "cases.say_archive": case(),
    # returns only what both have read: for anybody else the count is none
    "cases.restore": Door(P.READ_CASE, READERS),
    # letting others in, and linking reports
    "cases.look_on": case(),
    "cases.do_look_on": case(),
    "cases.hand_on": case(),
    "cases.do_hand_on": case(),
    "cases.take_back": asked_case(),
    "cases.offer": asked(),
    "cases.say_yes": asked(),
    "cases.show_services": case(),
    "cases.takedown": case(),
    "cases.question": answer_asked(),
    "cases.answer_question": answer_asked(),
    "cases.asked_answer": answer_asked(),
    "cases.answer_done": answer_asked(),
    "cases.say_no": asked(),
    "cases.link": case(),
    "cases.do_link": case(),
    "cases.unlink": case(),
    "cases.first_steps": Door(P.READ_CASE, READERS),
    "cases.dates": Door(P.READ_CASE, READERS),
    "cases.search": Door(P.READ_CASE, READERS),
    "cases.do_search": Door(P.READ_CASE, READERS),
    "cases.newcomer": Door(P.READ_CASE, NOBODY),  # only where a new colleague does not read yet
    "cases.let_in": Door(P.READ_CASE, READERS),
    "cases.own_notes": Door(P.READ_CASE, READERS),
    "cases.withdraw_times": case(),
    "cases.blocks": Door(P.READ_CASE, READERS),
    "cases.add_block": Door(P.READ_CASE, READERS),
    "cases.block": asked_case(),
    "cases.change_block": asked_case(),
    "cases.remove_block": asked_case(),
    "cases.hand_over": Door(P.READ_CASE, READERS),
    "cases.do_hand_over": Door(
        P.READ_CASE, of={"here": frozenset({"contact"}), "elsewhere": frozenset({"contact_elsewhere"})}
    ),
    # one's own absence
    "cases.own_absences": Door(P.READ_CASE, READERS),
    "cases.enter_absence": Door(
        P.READ_CASE, of={"here": frozenset({"contact"}), "elsewhere": frozenset({"contact_elsewhere"})}
    ),
    "cases.end_absence": Door(
        P.READ_CASE, of={"here": frozenset({"contact"}), "elsewhere": frozenset({"contact_elsewhere"})}
    ),
    "cases.end_seat": own_school(),
    "cases.do_end_seat": own_school(),
    # a school's team
    "team.choose": Door(P.MANAGE_TEAM, COORDINATORS),
    "team.school": own_school(),
    "team.invite": own_school(),
    "team.add_hour": own_school(),
    "team.remove_hour": own_school(),
    "team.add_free_day": own_school(),
    "team.remove_free_day": own_school(),
    "team.add_absence": own_school(),
    "team.remove_absence": own_school(),
    "schoolyard.prints": own_school(),
    "schoolyard.box_and_places": own_school(),
    "schoolyard.set_box": own_school(),
    "schoolyard.set_places": own_school(),
    # slips and talks, for a school's contact persons; not for its coordinator, not for the city
    "box.choose": Door(P.READ_CASE, READERS),
    "box.show": own_box(),
    "box.print_sheets": own_box(),
    "box.void": own_box(),
    "box.type_in": own_box(),
    "box.do_type_in": own_box(),
    "told.ask": own_box(),
    "told.write": own_box(),
    "told.handed_over": own_box(),
    "team.seat": own_school(),
    # a school's yard
    "roster.week": own_school(),
    "roster.add": own_school(),
    "roster.change": own_school(),
    "roster.carry_on": own_school(),
    "roster.add_break": own_school(),
    "roster.remove_break": own_school(),
    "roster.put_back": own_school(),
    "roster.download": own_school(),
    "roster.rooms": own_school(),
    "roster.room": own_school(),
    "key_sheet.sheet": own_school(),
    "roster_print.notice": own_school(),
    "roster_print.inside": own_school(),
    "year.show": own_school(),
    "year.confirm": own_school(),
    "year.take_down": own_school(),
    "tablet.show": own_school(),
    "tablet.put_out": own_school(),
    # the city
    "city.schools": Door(P.MANAGE_CITY, BOSS),
    "city.schools_csv": Door(P.MANAGE_CITY, BOSS),
    "city.remind": Door(P.MANAGE_CITY, BOSS),
    "barriers.waiting": Door(P.MANAGE_CITY, BOSS),
    "barriers.settle": Door(P.MANAGE_CITY, BOSS),
    "city.invite": Door(P.MANAGE_CITY, BOSS),
    "city.invite_many": Door(P.MANAGE_CITY, BOSS),
    "head.show": Door(P.READ_OWN_SCHOOL, frozenset({"head"})),
    "editor.show": Door(P.EDIT_LESSONS, frozenset({"editor"})),
    "city.running": Door(P.MANAGE_CITY, BOSS),
    "late.show": Door(P.MANAGE_CITY, BOSS),
    "taking_in.show": Door(P.MANAGE_SCHOOLS, BOSS),
    "taking_in.look": Door(P.MANAGE_SCHOOLS, BOSS),
    "taking_in.read_in": Door(P.MANAGE_SCHOOLS, BOSS),
    "taking_in.look_at_list": Door(P.MANAGE_SCHOOLS, BOSS),
    "taking_in.join_all": Door(P.MANAGE_SCHOOLS, BOSS),
    "people.join": city_school(),
    "people.pause": city_school(),
    "people.resume": city_school(),
    "people.city": Door(P.MANAGE_CITY, BOSS),
    "people.school": city_thing(),
    "people.invite_again": city_thing(),
    "people.unlock": city_thing(),
    "people.sure": city_thing(),
    "duty.show": Door(P.MANAGE_CITY, BOSS),
    "duty.give": Door(P.MANAGE_CITY, BOSS),
    "duty.take": city_thing(),
    "city.trail": Door(P.READ_TRAIL, frozenset({"privacy_officer"})),
    "city.trail_csv": Door(P.READ_TRAIL, frozenset({"privacy_officer"})),
    "retention.periods_page": Door(P.MANAGE_CITY, BOSS),
    "retention.set_period": Door(P.MANAGE_CITY, BOSS),
    "officer.register": Door(P.KEEP_REQUESTS, OFFICER),
    "officer.enter": Door(P.KEEP_REQUESTS, OFFICER),
    "officer.coming": Door(P.KEEP_REQUESTS, OFFICER),
    "officer.show": request_thing(),
    "officer.extend": request_thing(),
    "officer.close": request_thing(),
    "officer.letter": request_thing(),
    "officer.ask": request_thing(),
    "officer.who_knows": request_thing(),
    "city.rights": Door(P.READ_TRAIL, frozenset({"privacy_officer"})),
}

assert ACTIVE < SIGNED_IN  # a person who has only accepted keeps their account and enters nothing else
