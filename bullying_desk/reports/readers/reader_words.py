"""Who reads, before sending: sentences that depend on the ticks, by the same rules as `routing.plan_readers`.

A test files every combination of ticks and compares the form's sentences with the written grants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bullying_desk.reports.readers.options import ReaderOptions
from bullying_desk.web.language import _

_PLACE = re.compile(r"(\[-?\w+\])")


@dataclass(frozen=True, slots=True)
class ReaderSentence:
    """A sentence about readers that is true while `when` holds (the rules of `doors.holds`).

    In `text`, "[wer]" is replaced by the names ticked in the field `wer`, "[-ohne]" by those not ticked in `ohne`.
    """

    when: str
    text: str

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """Return the places and the words between them, in order: (field, "") or ("", words)."""
        found = [piece for piece in _PLACE.split(self.text) if piece]
        return [(piece[1:-1], "") if _PLACE.fullmatch(piece) else ("", piece) for piece in found]


def reader_sentences(options: ReaderOptions, *, polite: bool, own: bool) -> list[ReaderSentence]:
    """Return the form's sentences about readers, each with the answers under which it is true.

    `own`: the reporter is affected as staff of the school (door 5): then an adult of the school is always meant.
    """
    said = [*([] if own else _of_team(options, polite)), *_of_city(options, polite), *_of_named(options, polite, own)]
    return [ReaderSentence(when, text) for when, text in said]


def plain_sentences(options: ReaderOptions, *, polite: bool, own: bool) -> list[str]:
    """Return the same for a page without scripts: each sentence names its choice."""
    city, found = options.city_office, []
    if options.team and not own:
        found.append(_("„Alle aus dem Team“: Das lesen %(names)s.") % {"names": options.all_names})
    if options.team:
        ticked = _("die Personen mit Ihrem Kreuz") if polite else _("die Personen mit deinem Kreuz")
        found.append(_("„Nur diese Personen“: Das lesen %(ticked)s.") % {"ticked": ticked})
    if options.team and options.city:
        found.append(_("Ist niemand davon da? Oder antwortet niemand? Dann liest: %(city)s.") % {"city": city})
        found.append(
            _("Es sei denn, Sie wählen dafür jemand anderen.") if polite else _("Außer du wählst dafür etwas anderes.")
        )
    if options.team and options.city and not own:
        found.append(_("Bleibt vom Team nur eine Person übrig? Dann liest auch: %(city)s.") % {"city": city})
    if options.city:
        where = _("An der Schule liest es dann niemand.") if polite else _("An deiner Schule liest es dann niemand.")
        found.append(_("Jemand von außen: Das liest %(city)s.") % {"city": city} + " " + where)
    return found


def _of_team(options: ReaderOptions, polite: bool) -> Iterator[tuple[str, str]]:
    count, city = len(options.team), options.city_office
    two, one = f"lesen=team;ohne<{count - 1}", f"lesen=team;ohne>{count - 2};ohne<{count}"
    yield two, _("Das lesen: [-ohne].")
    if not options.city:
        yield one, _("Das liest: [-ohne].")
        return
    yield two, _away(several=True) % city + " " + _("So machen wir es immer.")
    yield one, _("Das lesen: [-ohne] und %s.") % city
    yield f"lesen=team;ohne>{count - 1}", _("Das liest: %s.") % city
    two_read = _("Es sollen immer zwei Personen lesen können.") if polite else _("Immer 2 Menschen sollen es lesen.")
    yield f"lesen=team;ohne>{count - 2}", two_read


def _of_city(options: ReaderOptions, polite: bool) -> Iterator[tuple[str, str]]:
    yield "lesen=stadt", _("Das liest: %s.") % options.city_office
    if options.team:
        yield "lesen=stadt", _("An der Schule liest es niemand.") if polite else _("An deiner Schule liest es niemand.")


def _of_named(options: ReaderOptions, polite: bool, own: bool) -> Iterator[tuple[str, str]]:
    one, more = "lesen=einzeln;wer>0;wer<2", "lesen=einzeln;wer>1"
    yield one, _("Das liest: [wer].")
    yield more, _("Das lesen: [wer].")
    chosen = _("Das haben Sie so gewählt.") if polite else _("Das hast du so gewählt.")
    for ticks, words in ((one, _away(several=False)), (more, _away(several=True))):
        if not own:
            yield (
                f"{ticks};vertretung={'|'.join(seat for seat, _n in options.seats)}",
                words % "[vertretung]" + f" {chosen}",
            )
        if options.city:
            yield f"{ticks};vertretung=stadt", f"{words % options.city_office} {chosen}"
            yield f"{ticks};vertretung!=*", words % options.city_office + " " + _("So machen wir es immer.")
        else:
            yield f"{ticks};vertretung!=*", _("Sonst liest es niemand.")
    waits = _("Ist niemand davon da, wartet Ihre Nachricht.") if polite else _("Ist niemand davon da? Dann wartet es.")
    yield f"{more};vertretung=warten", _("Sonst liest es niemand.") + " " + waits


def _away(*, several: bool) -> str:
    if several:
        return _("Nur falls niemand davon da ist oder antwortet, liest: %s.")
    return _("Nur falls die Person nicht da ist oder nicht antwortet, liest: %s.")
