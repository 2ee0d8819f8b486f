"""A text without names for advice from outside: written, looked at, confirmed, and only then for paper."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import InputRequired

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import notes, pseudonyms
from bullying_desk.cases.views.acts import CASE
from bullying_desk.cases.views.blueprint import cases
from bullying_desk.cases.views.sheets import PART_ONLY, Opened, open_case
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.web.forms import StaffForm
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _

PAGE = f"{CASE}/fachkraft"


class PseudonymForm(StaffForm):
    """The text, which names stand for whom, and the yes to what was shown."""

    text = TextAreaField(_("Text für die Fachkraft"), [InputRequired(_("Schreiben Sie, worum es geht."))])
    names = TextAreaField(_("Namen und Kürzel, eine Zeile für jeden"))
    seen = HiddenField()
    gelesen = BooleanField(_("Ich habe den Text gelesen. Kein Name und kein Kürzel verrät, um wen es geht."))


@cases.get(PAGE)
@requires(Permission.READ_CASE, writes=True)
def pseudonym_text(case_id: int) -> ResponseReturnValue:
    """Begin with what was told, and with what looks like a name in it."""
    opened = open_case(case_id)
    text = pseudonyms.story_of(opened.who, opened.found)
    form = PseudonymForm(formdata=None, text=text)
    pairs = pseudonyms.proposals(opened.who, opened.found, text)
    form.names.data = "\n".join(f"{name} = {stands}" for name, stands in pairs)
    return _page(opened, form)


@cases.post(PAGE)
@requires(Permission.READ_CASE)
def print_pseudonyms(case_id: int) -> ResponseReturnValue:
    """Show the text without names; once somebody has confirmed exactly it, show it for paper."""
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


def _confirm(opened: Opened, form: PseudonymForm, pairs: pseudonyms.Pairs) -> str:
    who, found, secrets = opened.who, opened.found, opened.secrets
    text, seen, yes = form.text.data or "", form.seen.data or "", bool(form.gelesen.data)
    return pseudonyms.confirm(who, found, secrets, text, pairs, seen=seen, confirmed=yes)


def _page(
    opened: Opened, form: PseudonymForm, status: int = 200, pairs: pseudonyms.Pairs | None = None
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
