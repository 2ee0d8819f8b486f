"""Why somebody reads, in plain words: said on the receipt and in the conversation (principle P6)."""

from __future__ import annotations

from collections.abc import Iterable

from bullying_desk.reports.models import ReaderReason
from bullying_desk.texts import mark
from bullying_desk.web.language import _


def names(people: Iterable[str]) -> str:
    """Join names as people say them: „Frau Aydin, Herr Brandt und Frau Okafor“."""
    *first, last = list(people) or [""]
    return _("%(first)s und %(last)s") % {"first": ", ".join(first), "last": last} if first else last


REASONS: dict[ReaderReason, tuple[str, str]] = {
    ReaderReason.CHOSEN: (mark("Du hast das so gewählt."), mark("Sie haben das so gewählt.")),
    ReaderReason.STAND_BY_RULE: (
        mark("So machen wir es immer, falls niemand da ist."),
        mark("So machen wir es immer, falls niemand da ist."),
    ),
    ReaderReason.PAPER: (
        mark("Einen Zettel aus dem Kasten liest das Team."),
        mark("Einen Zettel aus dem Kasten liest das Team."),
    ),
    ReaderReason.NO_TEAM: (
        mark("An deiner Schule liest hier noch niemand."),
        mark("An der Schule liest hier noch niemand."),
    ),
    ReaderReason.CITY_CHOSEN: (
        mark("Du hast die Stelle der Stadt gewählt."),
        mark("Sie haben die Stelle der Stadt gewählt."),
    ),
    ReaderReason.TOO_FEW: (
        mark("Immer 2 Menschen sollen es lesen."),
        mark("Es sollen immer zwei Personen lesen können."),
    ),
    ReaderReason.DETOUR: (
        mark("An deiner Schule ging es gerade nicht."),
        mark("An der Schule war es gerade nicht möglich."),
    ),
    ReaderReason.ADDED_BY_CHILD: (mark("Du hast die Person dazu geholt."), mark("Sie haben die Person hinzugefügt.")),
    ReaderReason.NEW_IN_TEAM: (mark("Die Person ist neu im Team."), mark("Die Person ist neu im Team.")),
    ReaderReason.ABSENCE: (mark("Jemand aus dem Team ist nicht da."), mark("Jemand aus dem Team ist abwesend.")),
    ReaderReason.OVERDUE: (mark("Die Antwort hat zu lange gedauert."), mark("Die Antwort hat zu lange gedauert.")),
    ReaderReason.UNSEEN: (mark("Es hat zu lange niemand gelesen."), mark("Es hat zu lange niemand gelesen.")),
    ReaderReason.HOLIDAYS: (mark("Es sind Ferien."), mark("Es sind Ferien.")),
    ReaderReason.SHARED: (mark("Das Team hat um Hilfe gefragt."), mark("Das Team hat um Rat gebeten.")),
    ReaderReason.HANDED_OVER: (mark("Die Person macht jetzt weiter."), mark("Die Person hat den Fall übernommen.")),
    ReaderReason.RESTORED: (
        mark("Die Person hat einen neuen Schlüssel."),
        mark("Die Person hat einen neuen Schlüssel."),
    ),
}


def reason_words(reason: ReaderReason | None, *, polite: bool = False, instead_of: str = "") -> str:
    """Say why a person reads; `instead_of` is the chosen reader who is away."""
    if reason is ReaderReason.ABSENCE and instead_of:
        return _("%(name)s ist nicht da.") % {"name": instead_of}
    return _(REASONS[reason or ReaderReason.CHOSEN][1 if polite else 0])
