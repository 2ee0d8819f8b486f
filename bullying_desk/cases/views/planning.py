"""The plan of a case: open measures, adding one, changing one, and its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import colleagues, notes
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.deadlines import Window, follow_up_window
from bullying_desk.cases.papers import services
from bullying_desk.cases.papers.disclosures import Shut, Told
from bullying_desk.cases.plan import planning, ready_plans
from bullying_desk.cases.plan import planning as work
from bullying_desk.cases.plan.forms import ChangeForm, DoneForm, MeasureForm
from bullying_desk.cases.plan.methods import LESSONS, METHODS, Method
from bullying_desk.cases.plan.planning import ChangedMeanwhile, Measure, Refusal, change, refusal
from bullying_desk.cases.sheets import Pile
from bullying_desk.cases.views.blueprint import ID, cases, shown_name
from bullying_desk.cases.views.case_page import CASE
from bullying_desk.cases.views.sheets import PART_ONLY, WHY_SHUT, OpenedSheets, open_case
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.schools.models import School
from bullying_desk.schools.team import school_calendar, school_hours
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _, short_date
from bullying_desk.web.request import db, settings

PAGE = f"{CASE}/plan"
AT_WORK_LINES = ("sprechzeit", "mobbingline", "meldestelle-schule")


@cases.get(PAGE)
@requires(Permission.READ_CASE, writes=True)
def plan(case_id: int) -> ResponseReturnValue:
    """Show the plan and a form for one more measure."""
    return _page(open_case(case_id))


@cases.post(PAGE)
@requires(Permission.READ_CASE)
def add_measure(case_id: int) -> ResponseReturnValue:
    """Put one more measure into the plan; a method that would harm here is refused with the reason."""
    opened = open_case(case_id)
    form = _measure_form(opened)
    if form.validate():
        _add(opened, form)
    if form.errors or form.form_errors:
        return _page(opened, form)
    return redirect(url_for("cases.plan", case_id=case_id, ok="neu"), 303)


@contextmanager
def _refusals(form: MeasureForm | ChangeForm) -> Iterator[None]:
    """Show, at its field, an error that adding and changing a measure share."""
    try:
        yield
    except work.OwnerUnknown:
        form.wer.errors = [_("Wählen Sie jemanden, der diesen Fall liest.")]
    except work.WordsMissing:
        form.was.errors = [_("Schreiben Sie, was genau geschehen soll.")]
    except work.DayPassed:
        form.bis.errors = [_("Dieser Tag ist vorbei. Wählen Sie heute oder einen späteren Tag.")]
    except notes.NoCaseKey:
        form.form_errors.append(PART_ONLY)
    except notes.NoteTooLong:
        form.was.errors = [_("Das ist zu lang. Schreiben Sie es kürzer.")]


def _add(opened: OpenedSheets, form: MeasureForm) -> None:
    who, found, secrets = opened.who, opened.found, opened.secrets
    code, what, owner, day = form.methode.data, form.was.data or "", form.wer.data, form.bis.data
    despite = form.trotzdem.data or ""
    try:
        with _refusals(form):
            work.add(who, found, secrets, opened.door, code, what, owner, day or who.today, despite=despite)
    except work.MethodUnknown:
        form.methode.errors = [_("Wählen Sie eine Methode.")]
    except work.MethodRefused as refused:
        why = why_not(refused.method, refused.why)
        if refused.why is Refusal.DOUBTFUL:
            form.trotzdem.errors = [why, _("Soll sie trotzdem in den Plan, schreiben Sie, warum.")]
        else:
            form.methode.errors = [why]


@cases.post(f"{PAGE}/<{ID}:number>/getan")
@requires(Permission.READ_CASE)
def finish_measure(case_id: int, number: int) -> ResponseReturnValue:
    """Enter the result of a measure."""
    opened, form = open_case(case_id), _done_form(number)
    if form.validate():
        who, day = opened.who, form.am.data or opened.who.today
        agreed, dropped, values = form.vereinbart.data or "", bool(form.entfaellt.data), settings().clocks
        try:
            one = work.finish(who, opened.found, opened.secrets, number, day, agreed, dropped=dropped, values=values)
            said = "getan" if dropped or one.method.follow_up is None else "nachgefragt"
            return redirect(url_for("cases.plan", case_id=case_id, ok=said), 303)
        except work.MeasureUnknown:
            form.form_errors.append(_("Das ist schon eingetragen. Sehen Sie unten nach."))
        except work.MeasureDayAhead:
            form.am.errors = [_("Dieser Tag kommt erst noch. Tragen Sie ein, wann es war.")]
        except notes.NoCaseKey:
            form.form_errors.append(PART_ONLY)
        except notes.NoteTooLong:
            form.vereinbart.errors = [_("Das ist zu lang. Möglich sind 20.000 Zeichen.")]
    return _page(opened, done={number: form})


@cases.post(f"{PAGE}/<{ID}:number>/aendern")
@requires(Permission.READ_CASE)
def change_measure(case_id: int, number: int) -> ResponseReturnValue:
    """Change what exactly, who and by when; the second person sees the first one's version."""
    opened = open_case(case_id)
    form = _change_form(opened, number)
    if form.validate():
        _change(opened, number, form)
    if form.errors or form.form_errors:
        return _page(opened, changed={number: form})
    return redirect(url_for("cases.plan", case_id=case_id, ok="geaendert", _anchor=f"m{number}"), 303)


def _change(opened: OpenedSheets, number: int, form: ChangeForm) -> None:
    what, owner, seen = form.was.data or "", form.wer.data, form.gesehen.data or 0
    day = form.bis.data or opened.who.today
    try:
        with _refusals(form):
            change(opened.who, opened.found, opened.secrets, number, what, owner, day, seen=seen)
    except ChangedMeanwhile as meanwhile:
        form.gesehen.data, form.overtaken = meanwhile.now.sheet.number, True
        form.form_errors.append(_meanwhile(opened, meanwhile.now))
    except work.MeasureUnknown:
        form.form_errors.append(_("Das ist schon eingetragen. Sehen Sie unten nach."))


def _measure_form(opened: OpenedSheets, readers: list[int] | None = None, **more: object) -> MeasureForm:
    able = readers or work.owners(opened.who, opened.found.case)
    return MeasureForm(work.methods_for(opened.door), colleagues.names_of(opened.who.session, able), **more)


def _change_form(opened: OpenedSheets, number: int, readers: list[int] | None = None, **more: object) -> ChangeForm:
    able = readers or work.owners(opened.who, opened.found.case)
    return ChangeForm(colleagues.names_of(opened.who.session, able), prefix=f"c{number}-", **more)


def _filled(opened: OpenedSheets, readers: list[int], one: work.Measure) -> ChangeForm:
    values = {"gesehen": one.sheet.number, "was": one.sheet.text("what"), "wer": one.owner_id, "bis": one.day}
    return _change_form(opened, one.number, readers, formdata=None, data=values)


def _meanwhile(opened: OpenedSheets, now: work.Measure) -> str:
    """Show how a colleague has changed it; one's own text stays in the form."""
    by = colleagues.names_of(opened.who.session, [now.sheet.author_id, now.owner_id])
    facts = {
        "by": by.get(now.sheet.author_id or 0, "?"),
        "what": now.sheet.text("what") or "–",
        "owner": by.get(now.owner_id, "?"),
        "day": short_date(now.day),
    }
    said = _(
        "%(by)s hat das inzwischen geändert: „%(what)s“, %(owner)s, bis %(day)s. "
        "Ihre Angaben stehen noch im Formular. Sollen sie gelten, speichern Sie noch einmal."
    )
    return said % facts


def _done_form(number: int, **more: object) -> DoneForm:
    return DoneForm(prefix=f"m{number}-", **more)


def _page(
    opened: OpenedSheets,
    form: MeasureForm | None = None,
    done: dict[int, DoneForm] | None = None,
    changed: dict[int, ChangeForm] | None = None,
) -> ResponseReturnValue:
    who, board = opened.who, board_of(opened)
    done, changed = done or {}, changed or {}
    mine = {"wer": who.person_id, "methode": request.args.get("methode")}
    mine["was"] = services.line_of(request.args.get("stelle", ""))
    page = render_template(
        "cases/plan.html",
        case=opened.found.case,
        readable=bool(opened.secrets),
        board=board,
        form=(form or _measure_form(opened, board.readers, formdata=None, **mine)).warn(board.methods, board.against),
        names=colleagues.names_of(who.session, [one.owner_id for one in (*board.ahead, *board.over)]),
        today=who.today,
        said=request.args.get("ok", ""),
        lines=[help_lines().by_id(name) for name in AT_WORK_LINES] if opened.door == AT_WORK else [],
        lessons=LESSONS,
        **_forms_of(opened, board, done, changed),
    )
    return page, 422 if form is not None or done or changed else 200


def _forms_of(
    opened: OpenedSheets, board: Board, done: dict[int, DoneForm], changed: dict[int, ChangeForm]
) -> dict[str, object]:
    """Return the two forms of each open measure, and the one with an error."""
    today = opened.who.today
    return {
        "dones": {one.number: done.get(one.number) or _done_form(one.number, formdata=None, am=today)
                  for one in board.ahead},
        "changes": {one.number: changed.get(one.number) or _filled(opened, board.readers, one) for one in board.ahead},
        "wrong": next(iter((*done.values(), *changed.values())), None),
    }  # fmt: skip


# What the plan's page shows beside its forms: a case's file is opened once for all of it.


WHY = {
    Refusal.NOT_ASSESSED: _("Schätzen Sie den Fall zuerst ein. Sonst kann diese Methode schaden."),
    Refusal.OTHER_PLAN: _("Diese Methode gehört nicht zu diesem Fall. Wählen Sie eine andere."),
}


def why_not(method: Method, why: Refusal) -> str:
    """Say in words what speaks against a method here."""
    own = method.why_doubt if why is Refusal.DOUBTFUL else method.why_not
    return WHY.get(why) or _(own or method.against)


@dataclass(frozen=True, slots=True)
class Board:
    """The plan as it stands.

    `against`: what speaks against each method here, and whether a reason may outweigh it; `shut`: why an open step's
    people may not be informed; `windows`: when a follow-up talk is due, counted from the last measure that was done. No
    `offer`: in such a case there is no plan of methods.
    """

    ahead: list[Measure]
    over: list[Measure]
    readers: list[int]
    methods: tuple[Method, ...]
    against: Mapping[str, tuple[str, bool]]
    shut: Mapping[str, str]
    windows: Mapping[int, Window]
    offer: ready_plans.PlanOffer | None


def board_of(opened: OpenedSheets) -> Board:
    """Open the file of a case once and read from it all the plan's page shows."""
    who, case, file = opened.who, opened.found.case, opened.pile()
    now, measures = assessing.standing_in(file), planning.measures_in(file)
    ahead, methods = [one for one in measures if one.done is None], planning.methods_for(opened.door)
    whys = [(each, planning.refusal(case, now, opened.door, each)) for each in methods]
    return Board(
        ahead=ahead,
        over=[one for one in measures if one.done is not None],
        readers=planning.owners(who, case),
        methods=methods,
        against={each.code: (why_not(each, why), why is Refusal.DOUBTFUL) for each, why in whys if why is not None},
        shut=_shut(opened, file, {one.method.tells for one in ahead} - {""}),
        windows=_windows(opened, ahead),
        offer=ready_plans.offer(who, case, now, opened.door, settings().clocks),
    )


def _shut(opened: OpenedSheets, file: Pile, tells: set[str]) -> dict[str, str]:
    """Return why the safety gate is shut for those who would be informed."""
    if not tells or opened.door == AT_WORK:
        return {}
    gate = opened.gate(file)
    whys = {code: gate.shut(Told(code)) for code in tells}
    return {code: WHY_SHUT[why] for code, why in whys.items() if why is not None}


def _windows(opened: OpenedSheets, ahead: list[Measure]) -> dict[int, Window]:
    case, values = opened.found.case, settings().clocks
    talks = [(one.number, one.method.follow_up) for one in ahead]
    if case.measure_on is None or all(which is None for _number, which in talks):
        return {}
    calendar = school_calendar(opened.who.session, case.school_id, school_hours(values))
    on = case.measure_on
    return {number: follow_up_window(calendar, on, which, values) for number, which in talks if which is not None}


# What of a plan goes on paper: talk guides, and the letter to an accused child's parents.


CODES = ", ".join(f'"{code}"' for code in METHODS)
METHOD = f"{PAGE}/leitfaden/<any({CODES}):method>"


@cases.get(METHOD)
@requires(Permission.READ_CASE, writes=True)
def talk_guide(case_id: int, method: str) -> ResponseReturnValue:
    """Show a talk guide for paper, with lines for what is agreed; it names nobody."""
    opened, chosen = open_case(case_id), METHODS[method]
    case, now = opened.found.case, assessing.standing_in(opened.pile())
    why = refusal(case, now, opened.door, chosen)
    against = why_not(chosen, why) if why is not None else ""
    return render_template("cases/talk_guide.html", case=case, method=chosen, against=against)


@cases.get(f"{PAGE}/elternbrief")
@requires(Permission.READ_CASE, writes=True)
def parents_letter(case_id: int) -> ResponseReturnValue:
    """Show the letter to an accused child's parents, for paper; names are written by hand.

    Sending it informs them: while the safety gate is shut there is no letter, only the reason.
    """
    opened = open_case(case_id)
    case, shut = opened.found.case, opened.gate().shut(Told.ACCUSED_PARENTS)
    if shut is not None:
        return render_template("cases/letter_shut.html", case=case, why=WHY_SHUT[shut], home=shut is Shut.HOME_UNSAFE)
    school = db().get_one(School, case.school_id).shown_name
    line, sender = help_lines().by_id("elterntelefon"), shown_name(case.school_id)
    return render_template("cases/parents_letter.html", case=case, school=school, sender=sender, line=line)
