"""The sheets of a case: the list, filling one in, printing one, taking an agreement back, informing outsiders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import InputRequired

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import case_state, colleagues, notes, sheets
from bullying_desk.cases.assessment.wizard_steps import PROTECTION, WIZARDS
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending.outcomes import DayAhead
from bullying_desk.cases.papers import disclosures, pseudonyms, services, talks
from bullying_desk.cases.papers.blanks import BLANKS, GATE, TAKEDOWN, Blank, blank_of
from bullying_desk.cases.papers.disclosures import TOLD_WORDS, Gate, NotToBeTold, Shut, gate_of
from bullying_desk.cases.papers.forms import SheetForm, TellForm, given, sheet_form
from bullying_desk.cases.readers.child_access import doors_of
from bullying_desk.cases.sheets import CaseSheet, ClosedSheet, Kind, Pile, Secrets
from bullying_desk.cases.views.blueprint import cases, me
from bullying_desk.cases.views.case_page import CASE, back_to
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.doors.answers import Said
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.web.forms import StaffForm
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import settings

SHEET = f"{CASE}/blatt/<any({', '.join(BLANKS)}):sheet>"
LONGEST_AGREEMENT = timedelta(days=366)
PROTECTION_LINES = ("jugendamt-dortmund", "kinderschutz-zentrum")
WHY_SHUT: dict[Shut, str] = {
    Shut.NO_GATE: _("Füllen Sie zuerst die Sicherheitsabfrage aus."),
    Shut.UNREAD: _("Ein späteres Blatt ist für Sie verschlossen. Füllen Sie die Sicherheitsabfrage neu aus."),
    Shut.HOME_UNSAFE: _("Es steht nicht fest, dass das Kind zu Hause sicher ist. Den Eltern wird nichts gesagt."),
    Shut.NOT_AGREED: _("Dafür gibt es keine Einwilligung. Fragen Sie zuerst danach."),
    Shut.HEAD_LEFT_OUT: _("Das ist hier nicht vorgesehen."),
}
PART_ONLY = _("Sie lesen nur einen Teil dieses Falls. Bitten Sie eine Person, die alles liest.")


@dataclass(frozen=True)
class OpenedSheets:
    """One case with its secrets, for a page of its file."""

    who: Counsellor
    found: FoundCase
    secrets: Secrets
    door: int

    def read(self, *kinds: Kind) -> list[CaseSheet]:
        """Return its sheets of some kinds, the newest first."""
        return sheets.read(self.who, self.found.case, self.secrets, *kinds)

    def pile(self) -> Pile:
        """Return all its sheets, also those that do not open."""
        return sheets.pile(self.who, self.found.case, self.secrets)

    def gate(self, pile: Pile | None = None) -> Gate:
        """Return what the safety gate says."""
        return gate_of(self.who, self.found, self.secrets, pile)

    def blank(self, code: str) -> Blank:
        """Return a blank sheet; a head of school who is left out is not even offered in it."""
        blank = blank_of(code, self.door)
        hides = blank.kind is Kind.GATE and disclosures.head_is_left_out(self.who, self.found)
        return blank.without(disclosures.Told.HEAD.value) if hides else blank

    def names(self, written: Iterable[CaseSheet | ClosedSheet]) -> dict[int, str]:
        """Return who wrote them."""
        return colleagues.names_of(self.who.session, (sheet.author_id for sheet in written))


def open_case(case_id: int) -> OpenedSheets:
    """Find a case and open its file for this request."""
    who = me()
    found = find_case(who, case_id)
    return OpenedSheets(who, found, open_case_secrets(who, found.case), doors_of(who, found)[0])


@cases.get(f"{CASE}/akte")
@requires(Permission.READ_CASE, writes=True)
def file_sheets(case_id: int) -> ResponseReturnValue:
    """List blank and filled sheets."""
    opened = open_case(case_id)
    pile = opened.pile()
    gate = opened.gate(pile)
    return render_template(
        "cases/file_sheets.html",
        case=opened.found.case,
        readable=bool(opened.secrets),
        closed=pile.closed,
        written=[(blank, sheet) for sheet in pile.opened for blank in BLANKS.values() if blank.kind is sheet.kind],
        blanks=[opened.blank(code) for code in BLANKS],
        wizards=[way for way in WIZARDS.values() if way is not PROTECTION or not gate.at_work],
        names=opened.names([*pile.opened, *pile.closed]),
        gate=gate,
    )


@cases.get(SHEET)
@requires(Permission.READ_CASE, writes=True)
def sheet(case_id: int, sheet: str) -> ResponseReturnValue:
    """Show a blank sheet and the filled ones."""
    return _sheet_page(open_case(case_id), sheet)


@cases.post(SHEET)
@requires(Permission.READ_CASE)
def fill_sheet(case_id: int, sheet: str) -> ResponseReturnValue:
    """Seal a filled sheet."""
    opened = open_case(case_id)
    form = sheet_form(opened.blank(sheet))
    if form.validate() and _day_fits(opened, form) and _can_be_true(opened, form):
        try:
            before = opened.pile()
            written = sheets.write(
                opened.who, opened.found.case, opened.secrets, form.blank.kind, form.said(), before=before
            )
            _come_up_again(opened, written)
            if talks.counts(opened.who, opened.found, opened.secrets, written, before, settings().clocks):
                return back_to(case_id, "gespraech")
            return redirect(url_for("cases.sheet", case_id=case_id, sheet=sheet, ok=1), 303)
        except notes.NoCaseKey:
            form.form_errors.append(PART_ONLY)
        except notes.NoteTooLong:
            form.form_errors.append(_("Das ist zusammen zu lang. Möglich sind 20.000 Zeichen."))
    return _sheet_page(opened, sheet, form)


def _can_be_true(opened: OpenedSheets, form: SheetForm) -> bool:
    """A talk was held today or earlier, and whether it has stopped is the affected person's own word."""
    if form.blank.kind is not Kind.TALK:
        return True
    try:
        talks.check(form.said(), opened.who.today)
    except DayAhead:
        form["am"].errors = [_("Dieser Tag kommt erst noch. Tragen Sie ein, wann Sie gesprochen haben.")]
    except talks.AffectedMissing:
        form["selbst"].errors = [_("Hat die betroffene Person es selbst gesagt? Dann kreuzen Sie das hier an.")]
    return not form.errors


def _come_up_again(opened: OpenedSheets, written: CaseSheet) -> None:
    """The next date of a talk is a date of the case, unless it comes up earlier anyway."""
    day = date.fromisoformat(written.text("wieder")) if written.text("wieder") else None
    due = opened.found.case.due_on
    if day is not None and day >= opened.who.today and (due is None or day < due):
        case_state.look_again_on(opened.who, opened.found.case, day)


def _day_fits(opened: OpenedSheets, form: SheetForm) -> bool:
    """An agreement ends in the future, and is asked for again within a year."""
    if form.blank.kind is not Kind.GATE:
        return True
    day, today = form["bis"].data, opened.who.today
    if today <= day <= today + LONGEST_AGREEMENT:
        return True
    form["bis"].errors = [_("Eine Einwilligung gilt ab heute und höchstens ein Jahr. Danach fragen Sie erneut.")]
    return False


@cases.get(f"{SHEET}/druck")
@requires(Permission.READ_CASE, writes=True)
def print_sheet(case_id: int, sheet: str) -> ResponseReturnValue:
    """Show filled sheets of one kind for paper: one, or all."""
    opened = open_case(case_id)
    blank, number = opened.blank(sheet), request.args.get("nr", type=int)
    written = [one for one in opened.read(blank.kind) if number is None or one.number == number]
    case, names = opened.found.case, opened.names(written)
    return render_template("cases/print_sheet.html", case=case, blank=blank, written=written, names=names)


@cases.post(f"{CASE}/einwilligung-zurueck")
@requires(Permission.READ_CASE)
def revoke_agreement(case_id: int) -> ResponseReturnValue:
    """Take an agreement back: from now on nobody may be informed."""
    opened = open_case(case_id)
    disclosures.revoke(opened.who, opened.found, opened.secrets)
    return redirect(url_for("cases.sheet", case_id=case_id, sheet=GATE.code, ok="zurueck"), 303)


@cases.get(f"{CASE}/weitersagen")
@requires(Permission.READ_CASE, writes=True)
def tell(case_id: int) -> ResponseReturnValue:
    """Show who may be informed of what, and who was."""
    opened = open_case(case_id)
    return _tell_page(opened, opened.gate())


@cases.post(f"{CASE}/weitersagen")
@requires(Permission.READ_CASE)
def record_told(case_id: int) -> ResponseReturnValue:
    """Record that an outsider was informed; refused where the safety gate is shut."""
    opened = open_case(case_id)
    gate = opened.gate()
    form = TellForm(gate.offered, gate.everybody)
    if form.validate() and form.chosen is not None:
        who, found, secrets = opened.who, opened.found, opened.secrets
        what, why, danger = form.was.data or "", form.warum.data or "", bool(form.gefahr.data)
        try:
            disclosures.tell(who, found, secrets, form.chosen, what, why, danger=danger)
            return redirect(url_for("cases.tell", case_id=case_id, ok=1), 303)
        except NotToBeTold as shut:
            form.wem.errors = [_(WHY_SHUT[shut.why])]
        except notes.NoCaseKey:
            form.form_errors.append(PART_ONLY)
    elif not form.errors:
        form.wem.errors = [_("Kreuzen Sie an, wem Sie es gesagt haben.")]
    return _tell_page(opened, gate, form)


def _sheet_page(opened: OpenedSheets, code: str, form: SheetForm | None = None) -> ResponseReturnValue:
    blank = opened.blank(code)
    gate = opened.gate() if blank.kind is Kind.GATE else None
    written = opened.read(blank.kind)
    page = render_template(
        "cases/sheet.html",
        case=opened.found.case,
        blank=blank,
        form=form or sheet_form(blank, formdata=None, **given(blank, _begun(opened, blank, gate))),
        written=[one for one in written if gate is None or one != gate.sheet],
        names=opened.names(written),
        gate=gate,
        lines=[help_lines().by_id(name) for name in PROTECTION_LINES],
        said=request.args.get("ok", ""),
    )
    return page, 422 if form is not None else 200


def _begun(opened: OpenedSheets, blank: Blank, gate: Gate | None) -> Mapping[str, Said]:
    """Begin with the gate that holds today, of which one changes what is new; and with a talk that was held today."""
    if gate is not None and gate.holds and gate.sheet is not None:
        return gate.sheet.said
    if blank.kind is Kind.TALK and request.args.get("selbst"):
        whom = _("betroffene Person") if opened.door == AT_WORK else _("betroffenes Kind")
        return {"mit": whom, "am": opened.who.today.isoformat(), "selbst": ("ja",)}
    return {}


def _tell_page(opened: OpenedSheets, gate: Gate, form: TellForm | None = None) -> ResponseReturnValue:
    written = opened.read(Kind.TOLD)
    page = render_template(
        "cases/tell.html",
        case=opened.found.case,
        gate=gate,
        form=form or TellForm(gate.offered, gate.everybody, formdata=None, **_service_told()),
        written=written,
        names=opened.names(written),
        told_words={to.value: _(words) for to, words in TOLD_WORDS.items()},
        lines=[help_lines().by_id(name) for name in PROTECTION_LINES],
        said=request.args.get("ok", ""),
    )
    return page, 422 if form is not None else 200


def _service_told() -> dict[str, str]:
    """Begin the record with the service that the directory led from."""
    service = services.SERVICES.get(request.args.get("stelle", ""))
    return {"wem": service.told.value, "was": f"{services.line_of(service.id)}:\n"} if service is not None else {}


# Services outside the school, and what is needed to have something taken down.


FLAGGERS = ("jugendschutz-net", "hateaid", "respect", "internet-beschwerdestelle")
SAW = 2  # the last door of children: grown-ups come by the doors after it


@cases.get(f"{CASE}/stellen")
@requires(Permission.READ_CASE, writes=True)
def show_services(case_id: int) -> ResponseReturnValue:
    """Show services outside the school, each with its way into plan, record and answer."""
    opened = open_case(case_id)
    return render_template(
        "cases/show_services.html",
        case=opened.found.case,
        topics=services.by_topic(),
        start=services.START,
        polite=opened.door > SAW,
        at_work=opened.door == AT_WORK,
    )


@cases.get(f"{CASE}/belege-melden")
@requires(Permission.READ_CASE, writes=True)
def takedown(case_id: int) -> ResponseReturnValue:
    """Show the notice under Art. 16 DSA for one evidence sheet, for paper, with who else can be told."""
    opened, number = open_case(case_id), request.args.get("nr", type=int)
    sheet = next((one for one in opened.read(Kind.EVIDENCE) if number in (None, one.number)), None)
    if sheet is None and number is not None:
        abort(404)
    flaggers = [services.SERVICES[name] for name in FLAGGERS]
    blank, case = BLANKS["belege"], opened.found.case
    return render_template(
        "cases/takedown.html", case=case, sheet=sheet, blank=blank, words=TAKEDOWN, flaggers=flaggers
    )


# A text without names for advice from outside: written, looked at, confirmed, and only then for paper.


PAGE = f"{CASE}/fachkraft"


class PseudonymForm(StaffForm):
    """The text, the names with their stand-ins, and the yes to what was shown."""

    text = TextAreaField(_("Text für die Fachkraft"), [InputRequired(_("Schreiben Sie, worum es geht."))])
    names = TextAreaField(_("Namen und Kürzel, eine Zeile für jeden"))
    seen = HiddenField()
    gelesen = BooleanField(_("Ich habe den Text gelesen. Kein Name und kein Kürzel verrät, um wen es geht."))


@cases.get(PAGE)
@requires(Permission.READ_CASE, writes=True)
def pseudonym_text(case_id: int) -> ResponseReturnValue:
    """Begin with the report's text, and with what looks like a name in it."""
    opened = open_case(case_id)
    text = pseudonyms.story_of(opened.who, opened.found)
    form = PseudonymForm(formdata=None, text=text)
    pairs = pseudonyms.proposals(opened.who, opened.found, text)
    form.names.data = "\n".join(f"{name} = {stands}" for name, stands in pairs)
    return _page(opened, form)


@cases.post(PAGE)
@requires(Permission.READ_CASE)
def print_pseudonyms(case_id: int) -> ResponseReturnValue:
    """Show the text without names; once a person has confirmed exactly it, show it for paper."""
    opened, form = open_case(case_id), PseudonymForm()
    if not form.validate():
        return _page(opened, form, 422)
    try:
        pairs = pseudonyms.read_pairs(form.names.data or "")
        finished = _confirm(opened, form, pairs)
        return render_template("cases/pseudonym_print.html", text=finished)
    except pseudonyms.LineUnreadable as wrong:
        form.names.errors = [_("Zeile %(n)s: Schreiben Sie „Name = Kind A“.") % {"n": wrong.line}]
    except pseudonyms.NameLeft:
        form.names.errors = [_("Ein Name steht noch im Text. Wählen Sie ein anderes Wort dafür.")]
    except pseudonyms.NotReadYet:
        return _page(opened, form, 200, pairs)
    except notes.NoCaseKey:
        form.form_errors.append(PART_ONLY)
    except notes.NoteTooLong:
        form.text.errors = [_("Das ist zu lang. Kürzen Sie den Text.")]
    return _page(opened, form, 422)


def _confirm(opened: OpenedSheets, form: PseudonymForm, pairs: pseudonyms.Pairs) -> str:
    who, found, secrets = opened.who, opened.found, opened.secrets
    text, seen, yes = form.text.data or "", form.seen.data or "", bool(form.gelesen.data)
    return pseudonyms.confirm(who, found, secrets, text, pairs, seen=seen, confirmed=yes)


def _page(
    opened: OpenedSheets, form: PseudonymForm, status: int = 200, pairs: pseudonyms.Pairs | None = None
) -> ResponseReturnValue:
    shown = pseudonyms.without_names(form.text.data or "", pairs) if pairs is not None else ""
    if pairs is not None:
        form.seen.data, form.gelesen.data = pseudonyms.fingerprint(shown), False
    page = render_template(
        "cases/pseudonyms.html",
        case=opened.found.case,
        form=form,
        shown=shown,
        left=pseudonyms.still_named(shown, pairs or ()),
        lines=[help_lines().by_id("kinderschutz-zentrum"), help_lines().by_id("jugendamt-dortmund")],
    )
    return page, status
