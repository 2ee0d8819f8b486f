"""The text block for a school's protection concept (Schutzkonzept, § 42 Abs. 6 SchulG NRW) and the school conference.

pandoc gets a document tree, never text to interpret: a school's name stays a name.
"""

from __future__ import annotations

from typing import Any

from bullying_desk.schoolyard.prints.facts import Facts
from bullying_desk.schoolyard.prints.lettering import shown
from bullying_desk.web.language import _

Tree = dict[str, Any]
_VERSION = [1, 23, 1]

# REVIEW: to be read by the school authority's lawyers before a school decides on it.
_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        _("Anlaufstelle"),
        (
            _(
                "Die %(school)s hat eine Anlaufstelle für Schülerinnen und Schüler, die gemobbt werden oder "
                "davon wissen. Man findet sie in der Schule und im Netz unter %(address)s. Eltern und "
                "Beschäftigte erreichen sie auf demselben Weg."
            ),
            _("Wer sich meldet, muss keinen Namen nennen und braucht kein Konto."),
        ),
    ),
    (
        _("Zuständigkeit"),
        (
            _("Zuständig sind die Ansprechpersonen der Schule: %(team)s. Sie werden jedes Jahr im August bestätigt."),
            _(
                "Jede Meldung können mindestens zwei Menschen lesen. Wer schreibt, sieht vorher, wer das ist, "
                "und kann Einzelne ausnehmen."
            ),
            _(
                "Die Schulleitung liest keine Meldungen. Sie wird einbezogen, wenn ein Kind in Gefahr ist oder "
                "wenn Maßnahmen nach § 53 SchulG NRW in Betracht kommen."
            ),
        ),
    ),
    (
        _("Vorgehen"),
        (
            _(
                "Das Team antwortet in der Schulzeit. Nachts und in den Ferien verweist die Seite auf die "
                "%(line)s, %(number)s."
            ),
            _(
                "Das Team spricht mit dem betroffenen Kind ab, was geschieht. Es führt keine Gespräche, in "
                "denen das Kind den Beteiligten allein gegenübersteht. Streitschlichtung ist für Mobbing nicht "
                "vorgesehen."
            ),
            _("Nach zwei und nach sechs Wochen fragt das Team, ob es aufgehört hat."),
        ),
    ),
    (
        _("Bekanntmachung"),
        (
            _(
                "Plakate, Türschilder und Aufkleber hängen dort, wo Kinder sie unbeobachtet lesen können. Alle "
                "Schülerinnen und Schüler erhalten eine Karte; neue Klassen lernen das Team in der ersten "
                "Woche kennen."
            ),
            _("Das Kollegium kennt das Blatt „Was tun, wenn ein Kind es Ihnen sagt?“."),
        ),
    ),
    (
        _("Überprüfung"),
        (_("Team, Räume, Zeiten und Aushänge werden jedes Schuljahr im August überprüft."),),
    ),
    (
        _("Beschlussvorschlag für die Schulkonferenz"),
        (
            _(
                "Die Schulkonferenz der %(school)s nimmt die Anlaufstelle in das Schutzkonzept der Schule auf "
                "und bittet die Schulleitung, jährlich über ihre Bekanntheit zu berichten."
            ),
        ),
    ),
)


def text_block(facts: Facts) -> Tree:
    """Return the text block as pandoc's document tree."""
    said = facts.values
    names = said["namen"]
    words = {
        "school": shown(str(said["schule"])),
        "address": shown(str(said["adresse"])),
        "line": shown(str(said["nummer_name"])),
        "number": shown(str(said["nummer"])),
        "team": shown(
            ", ".join(str(each["wer"]) for each in names if isinstance(each, dict)) or _("noch nicht benannt")
        )
        if isinstance(names, list)
        else "",
    }
    blocks: list[Tree] = [_para(f"{said['stand']} · {_('Vorlage zum Anpassen, vor dem Beschluss zu prüfen.')}")]
    for title, paragraphs in _PARTS:
        blocks.append({"t": "Header", "c": [1, ["", [], []], _words(_(title))]})
        blocks += [_para(_(paragraph) % words) for paragraph in paragraphs]
    meta = {
        "title": {"t": "MetaInlines", "c": _words(_("Anlaufstelle: Textbaustein für das Schutzkonzept"))},
        "lang": {"t": "MetaInlines", "c": _words("de-DE")},
    }
    return {"pandoc-api-version": _VERSION, "meta": meta, "blocks": blocks}


def _para(text: str) -> Tree:
    return {"t": "Para", "c": _words(text)}


def _words(text: str) -> list[Tree]:
    out: list[Tree] = []
    for word in text.split(" "):
        if out:
            out.append({"t": "Space"})
        out.append({"t": "Str", "c": word})
    return out
