"""Drafts: what a person has typed into a form of a case and not sent yet, sealed to that person alone.

A script saves it every few seconds. It is found again in its field on any device, and is gone once it was sent. Who
loses access loses the draft (`erasing.drafts`); after 14 days the night work destroys it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Select, select

from bullying_desk.accounts.models import Person
from bullying_desk.cases import opening
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import Draft, DraftField
from bullying_desk.database import random_id
from bullying_desk.erasing import rewriting
from bullying_desk.reports.models import Case, Report
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.notes import DraftPlace, seal_case_draft

LONGEST = 60_000
"""Characters of all fields of a form together: a long answer, or a full assessment."""

Typed = dict[str, list[str]]
"""What was typed, by the name of the field; a field of check boxes has several values."""


class DraftNewer(Exception):
    """This text was saved from another page since this page was opened, or was sent: it is not overwritten."""


class DraftTooLong(ValueError):
    """A draft has more characters than any form may hold."""


def save(
    me: Counsellor, case: Case, report: Report | None, field: DraftField, typed: Iterable[tuple[str, str]], seen: int
) -> int:
    """Seal what stands in a form, in the place of what was saved before; nothing typed means no draft.

    `seen` is the revision the page knows, 0 for none. Returns the new one. Raises DraftNewer, DraftTooLong,
    DirectoryTagWrong.
    """
    values: Typed = {}
    for name, value in typed:
        values.setdefault(name, []).append(value)
    text = json.dumps(values, ensure_ascii=False)
    if len(text) > LONGEST:
        raise DraftTooLong(len(text))
    row = _row(me, case, report, field)
    if seen != (row.revision if row is not None else 0):
        raise DraftNewer
    if not any(value.strip() for some in values.values() for value in some):
        forget(me, case, report, field)
        return 0
    return _seal(me, row or _new(me, case, report, field), text)


def _new(me: Counsellor, case: Case, report: Report | None, field: DraftField) -> Draft:
    draft = Draft(id=random_id(), person_id=me.person_id, case_id=case.id, field=field, revision=0, sealed=b"")
    draft.report_id = report.id if report is not None else None
    return draft


def _seal(me: Counsellor, draft: Draft, text: str) -> int:
    # To the key one holds, not to the half in the row: a swapped half catches no draft.
    person = me.session.get_one(Person, me.person_id)
    to = person_addressee(me.pepper_layer, me.person_id, me.key.public_half, person.directory_tag or b"")
    before = len(draft.sealed)
    draft.revision, draft.key_id, draft.saved_on = draft.revision + 1, me.key.key_id, me.today
    draft.saved_hour = me.hour
    draft.sealed = seal_case_draft(text, _place(draft), to)
    if before not in (0, len(draft.sealed)):
        rewriting.ask(me.session, me.today)  # SQLite writes a value of the same length over the former one, no other
    me.session.add(draft)
    me.session.flush()
    return draft.revision


def typed(me: Counsellor, case: Case, report: Report | None, field: DraftField) -> tuple[int, Typed]:
    """Return the revision of one's draft and what it holds; 0 and nothing where there is none that opens."""
    draft = _row(me, case, report, field)
    if draft is None:
        return 0, {}
    try:
        return draft.revision, json.loads(opening.open_case_draft(me, draft, _place(draft)))
    except UnsealRefused:  # altered, or sealed to a key this person has lost: the next saving takes its place
        return draft.revision, {}


def writing_now(me: Counsellor, report: Report) -> frozenset[int]:
    """Return which colleagues have an answer to a report in hand, saved within this hour. No draft is opened."""
    query = select(Draft.person_id).where(
        Draft.report_id == report.id,
        Draft.field == DraftField.ANSWER,
        Draft.person_id != me.person_id,
        Draft.saved_hour == me.hour,
    )
    return frozenset(me.session.scalars(query))


def put_back(me: Counsellor, case: Case, report: Report, name: str, text: str) -> None:
    """Put a letter that was taken back in front of what stands in the draft of an answer. Raises DraftTooLong."""
    revision, before = typed(me, case, report, DraftField.ANSWER)
    texts = [text, *(each for each in before.get(name, ()) if each.strip())]
    save(me, case, report, DraftField.ANSWER, [(name, "\n\n".join(texts))], revision)


def forget(me: Counsellor, case: Case, report: Report | None, field: DraftField) -> None:
    """Destroy one's draft: it was sent, or the field was emptied. Mostly there is none."""
    for draft in me.session.scalars(_mine(me, case, report, field)).all():
        me.session.delete(draft)
        rewriting.ask(me.session, me.today)
    me.session.flush()


def _row(me: Counsellor, case: Case, report: Report | None, field: DraftField) -> Draft | None:
    return me.session.scalars(_mine(me, case, report, field).limit(1)).first()


def _mine(me: Counsellor, case: Case, report: Report | None, field: DraftField) -> Select[Draft]:
    """Select one's draft. An answer belongs to its report, also after the report was put into another case."""
    of = (
        (Draft.report_id == report.id) if report is not None else (Draft.case_id == case.id) & Draft.report_id.is_(None)
    )
    return select(Draft).where(Draft.person_id == me.person_id, Draft.field == field, of)


def _place(draft: Draft) -> DraftPlace:
    return DraftPlace(draft.case_id, draft.report_id or 0, draft.field.value, draft.revision)
