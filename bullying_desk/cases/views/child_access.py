"""The own access of a child whom a bystander reported: asking, making it, handing over its six words once."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import colleagues
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.readers import child_access
from bullying_desk.cases.readers.child_access import Apart, MustStandApart, OpenedAccess
from bullying_desk.cases.readers.forms import OwnAccessForm
from bullying_desk.cases.views.blueprint import cases, me, shown_name
from bullying_desk.cases.views.case_page import CASE
from bullying_desk.reports.filing.intake import Terms
from bullying_desk.reports.offline import on_behalf
from bullying_desk.reports.offline.on_behalf import Author
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.reports.readers.options import ReaderOptions
from bullying_desk.reports.readers.routing import NobodyCanRead
from bullying_desk.sealing.format.errors import SlowHashBusy
from bullying_desk.sealing.format.secret_types import SessionKey
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, end_before_slow_work, keys, limiter, services, settings

PAGE = f"{CASE}/zugang"
WHY: dict[Apart, str] = {
    Apart.LEFT_OUT_READS: _("Diesen Fall liest oder vertritt jemand, den das Kind ausnimmt: %(names)s."),
    Apart.READS_LEFT_OUT: _("Wer zuerst gemeldet hat, hat %(names)s ausgenommen. Das Kind möchte es anders."),
    Apart.NOBODY_READS_BOTH: _("Niemand, den sich das Kind wünscht, liest die erste Meldung."),
    Apart.NOT_ALL_READ: _("Sie lesen nicht alle Meldungen dieses Falls."),
}


@cases.get(PAGE)
@requires(Permission.READ_CASE, writes=True, fresh=True)
def own_access_page(case_id: int) -> ResponseReturnValue:
    """Show what the child must be asked first."""
    found = find_case(me(), case_id)
    form = _form(found)
    form.gruss.data = _(
        "Hier kannst du mir schreiben. Das lesen nur die Leute, die hier stehen. Du entscheidest, was passiert."
    )
    return _page(found, form)


@cases.post(PAGE)
@requires(Permission.READ_CASE, fresh=True)
def make_own_access(case_id: int) -> ResponseReturnValue:
    """Make it and show the six words; the same submit again shows the same words."""
    found = find_case(me(), case_id)
    form = _form(found)
    if not form.validate():
        return _page(found, form, 422)
    school_id = found.case.school_id
    words = on_behalf.words_for(
        form.send_token, SessionKey(keys().session_key), _typed(case_id), settings().receipt_words
    )
    try:
        opened = _open(case_id, school_id, form, words)
    except MustStandApart as must:
        form.eigen.errors = [_words_for(must)]
        return _page(find_case(me(), case_id), form, 422, apart=True)
    except child_access.AccessNotOffered:
        return redirect(url_for("cases.own_access_page", case_id=case_id), 303)
    except (NobodyCanRead, SlowHashBusy):
        form.form_errors.append(_("Das ging gerade nicht. Drücken Sie in einer Minute noch einmal."))
        return _page(find_case(me(), case_id), form, 503)
    shown = words.words if on_behalf.may_show(opened.filed, clock().now()) else ()
    return render_template("cases/own_words.html", case_id=case_id, opened=opened, words=shown)


@cases.post(f"{PAGE}/fertig")
@requires(Permission.READ_CASE)
def words_handed_over(case_id: int) -> ResponseReturnValue:
    """Note that the child has the words: nothing shows them again."""
    who = me()
    find_case(who, case_id)
    child_access.hand_over(who, request.form.get("meldung", 0, type=int))
    return redirect(url_for("cases.show", case_id=case_id, ok="zugang"), 303)


def _form(found: FoundCase) -> OwnAccessForm:
    options = ReaderOptions(staff_of(db(), found.case.school_id), settings().city_office)
    return OwnAccessForm(options, child_access.left_out_before(me(), found))


def _typed(case_id: int) -> list[tuple[str, str]]:
    return [
        ("case", str(case_id)),
        *((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"),
    ]


def _open(case_id: int, school_id: int, form: OwnAccessForm, words: ReceiptWords) -> OpenedAccess:
    """Run the slow hash outside any transaction, then make the access in one."""
    told, name = form.told(school_id), shown_name(school_id)
    end_before_slow_work()
    receipt = derive_receipt(words, keys().receipt_salt, services().gate, limiter().network())
    who = me()
    terms = Terms(settings().answer_school_days, settings().notice_times)
    author = Author(who.person_id, name)
    return child_access.open_access(
        who, find_case(who, case_id), told, receipt, author, terms, apart=bool(form.eigen.data)
    )


def _words_for(must: MustStandApart) -> str:
    names = sorted(colleagues.names_of(db(), must.people).values())
    return " ".join((_(WHY[must.why]) % {"names": ", ".join(names)}, _("Möglich ist ein eigener Fall.")))


def _page(found: FoundCase, form: OwnAccessForm, status: int = 200, *, apart: bool = False) -> ResponseReturnValue:
    page = render_template(
        "cases/own_access.html",
        case=found.case,
        form=form,
        apart=apart,
        offered=child_access.is_offered(me(), found),
        again=child_access.has_access(me(), found),
    )
    return page, status
