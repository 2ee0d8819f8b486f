"""The plan of a case: what is to be done, one more measure, changing one, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import notes, people
from bullying_desk.cases import planning as work
from bullying_desk.cases.methods import LESSONS
from bullying_desk.cases.plan_changes import ChangedMeanwhile, change
from bullying_desk.cases.plan_forms import ChangeForm, DoneForm, MeasureForm
from bullying_desk.cases.planning import Refusal
from bullying_desk.cases.views.acts import CASE
from bullying_desk.cases.views.blueprint import ID, cases
from bullying_desk.cases.views.plan_board import Board, board_of, why_not
from bullying_desk.cases.views.sheets import PART_ONLY, Opened, open_case
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.doors import AT_WORK
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _, short_date
from bullying_desk.web.request import settings

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
    """Say beside its field what adding and changing a measure refuse alike."""
    try:
        yield
    except work.OwnerUnknown:
        form.wer.errors = [_("Wählen Sie jemanden, der diesen Fall liest.")]
    except work.DayPassed:
        form.bis.errors = [_("Dieser Tag ist vorbei. Wählen Sie heute oder einen späteren Tag.")]
    except notes.NoCaseKey:
        form.form_errors.append(PART_ONLY)
    except notes.NoteTooLong:
        form.was.errors = [_("Das ist zu lang. Schreiben Sie es kürzer.")]


def _add(opened: Opened, form: MeasureForm) -> None:
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
    """Enter what came of a measure."""
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
        except work.DayAhead:
            form.am.errors = [_("Dieser Tag kommt erst noch. Tragen Sie ein, wann es war.")]
        except notes.NoCaseKey:
            form.form_errors.append(PART_ONLY)
        except notes.NoteTooLong:
            form.vereinbart.errors = [_("Das ist zu lang. 20.000 Zeichen gehen.")]
    return _page(opened, done={number: form})


@cases.post(f"{PAGE}/<{ID}:number>/aendern")
@requires(Permission.READ_CASE)
def change_measure(case_id: int, number: int) -> ResponseReturnValue:
    """Change what exactly, who and by when; whoever comes second sees what the first one wrote."""
    opened = open_case(case_id)
    form = _change_form(opened, number)
    if form.validate():
        _change(opened, number, form)
    if form.errors or form.form_errors:
        return _page(opened, changed={number: form})
    return redirect(url_for("cases.plan", case_id=case_id, ok="geaendert", _anchor=f"m{number}"), 303)


def _change(opened: Opened, number: int, form: ChangeForm) -> None:
    what, owner, seen = form.was.data or "", form.wer.data, form.gesehen.data or 0
    day = form.bis.data or opened.who.today
    try:
        with _refusals(form):
            change(opened.who, opened.found, opened.secrets, number, what, owner, day, seen=seen)
    except ChangedMeanwhile as meanwhile:
        form.gesehen.data = meanwhile.now.sheet.number
        form.form_errors.append(_meanwhile(opened, meanwhile.now))
    except work.MeasureUnknown:
        form.form_errors.append(_("Das ist schon eingetragen. Sehen Sie unten nach."))


def _measure_form(opened: Opened, readers: list[int] | None = None, **more: object) -> MeasureForm:
    able = readers or work.owners(opened.who, opened.found.case)
    return MeasureForm(work.methods_for(opened.door), people.names_of(opened.who.session, able), **more)


def _change_form(opened: Opened, number: int, readers: list[int] | None = None, **more: object) -> ChangeForm:
    able = readers or work.owners(opened.who, opened.found.case)
    return ChangeForm(people.names_of(opened.who.session, able), prefix=f"c{number}-", **more)


def _filled(opened: Opened, readers: list[int], one: work.Measure) -> ChangeForm:
    values = {"gesehen": one.sheet.number, "was": one.sheet.text("what"), "wer": one.owner_id, "bis": one.day}
    return _change_form(opened, one.number, readers, formdata=None, data=values)


def _meanwhile(opened: Opened, now: work.Measure) -> str:
    """Say how somebody else has changed it: what one typed oneself stands in the form."""
    by = people.names_of(opened.who.session, [now.sheet.author_id, now.owner_id])
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
    opened: Opened,
    form: MeasureForm | None = None,
    done: dict[int, DoneForm] | None = None,
    changed: dict[int, ChangeForm] | None = None,
) -> ResponseReturnValue:
    who, board = opened.who, board_of(opened)
    done, changed = done or {}, changed or {}
    mine = {"wer": who.person_id, "methode": request.args.get("methode")}
    page = render_template(
        "cases/plan.html",
        case=opened.found.case,
        readable=bool(opened.secrets),
        board=board,
        form=form or _measure_form(opened, board.readers, formdata=None, **mine),
        names=people.names_of(who.session, [one.owner_id for one in (*board.ahead, *board.over)]),
        today=who.today,
        said=request.args.get("ok", ""),
        lines=[help_lines().by_id(name) for name in AT_WORK_LINES] if opened.door == AT_WORK else [],
        lessons=LESSONS,
        **_forms_of(opened, board, done, changed),
    )
    return page, 422 if form is not None or done or changed else 200


def _forms_of(
    opened: Opened, board: Board, done: dict[int, DoneForm], changed: dict[int, ChangeForm]
) -> dict[str, object]:
    """Return the two forms of each measure that lies ahead, and the one with something wrong."""
    today = opened.who.today
    return {
        "dones": {one.number: done.get(one.number) or _done_form(one.number, formdata=None, am=today)
                  for one in board.ahead},
        "changes": {one.number: changed.get(one.number) or _filled(opened, board.readers, one) for one in board.ahead},
        "wrong": next(iter((*done.values(), *changed.values())), None),
    }  # fmt: skip
