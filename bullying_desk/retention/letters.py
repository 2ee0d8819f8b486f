"""Drafts of the officer's letters. They leave on paper or by the officer's own mail, never from this program.

REVIEW: law. No lawyer has read any of these texts. Square brackets are to be filled in by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from bullying_desk.web.language import _

COMPLAINT = _(
    "Sie können sich bei der Landesbeauftragten für Datenschutz und Informationsfreiheit "
    "Nordrhein-Westfalen beschweren (Art. 77 DSGVO)."
)
INFORMANT = _(
    "Wer etwas gemeldet hat, nennen wir nicht, außer jemand hat wissentlich Falsches behauptet "
    "(BVerwG 2003). Das gilt auch, wenn Sie selbst in einer Meldung vorkommen."
)
WORDS = _(
    "Wer ohne Konto geschrieben hat, kann die eigene Meldung mit den sechs Wörtern jederzeit selbst "
    "lesen und löschen. Ohne diese Wörter können wir eine Meldung keiner Person zuordnen (Art. 11 "
    "DSGVO)."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One draft: its name in addresses, its subject line, its paragraphs."""

    code: str
    title: str
    paragraphs: tuple[str, ...]


LETTERS: tuple[Letter, ...] = (
    Letter(
        "eingang",
        _("Ihr Antrag ist angekommen"),
        (
            _(
                "Ihr Antrag ist am %(received)s bei uns angekommen. Wir antworten spätestens am "
                "%(due)s (Art. 12 Abs. 3 DSGVO)."
            ),
            _(
                "Damit wir niemandem Fremdes Auskunft geben, müssen wir sicher sein, wer Sie sind. "
                "[Wenn Zweifel bestehen: Bitte kommen Sie persönlich vorbei oder nennen Sie uns …]"
            ),
        ),
    ),
    Letter(
        "verlaengerung",
        _("Wir brauchen länger"),
        (
            _(
                "Ihr Antrag ist am %(received)s bei uns angekommen. Wir können ihn nicht in einem "
                "Monat beantworten. Der Grund: [der Antrag ist schwierig / wir haben sehr viele "
                "Anträge]."
            ),
            _("Wir antworten spätestens am %(due)s (Art. 12 Abs. 3 DSGVO)."),
            COMPLAINT,
        ),
    ),
    Letter(
        "auskunft",
        _("Auskunft über Ihre Daten (Art. 15 DSGVO)"),
        (
            _(
                "Sie möchten wissen, welche Daten wir über Sie haben. [Wir haben keine Daten, die "
                "wir Ihnen zuordnen können. / Wir haben diese Daten: …]"
            ),
            _(
                "Zweck: [Hilfe bei Mobbing]. Empfänger: [Personen, die den Fall lesen]. Dauer: "
                "[Frist aus dem Löschkonzept]. Herkunft: [soweit nicht von Ihnen und nicht "
                "geschützt]. Es gibt keine automatische Entscheidung."
            ),
            INFORMANT,
            WORDS,
            _(
                "Sie können verlangen, dass wir Daten berichtigen, löschen oder einschränken, und "
                "Sie können widersprechen."
            ),
            COMPLAINT,
        ),
    ),
    Letter(
        "berichtigung",
        _("Berichtigung (Art. 16 DSGVO)"),
        (
            _(
                "Sie möchten, dass wir etwas berichtigen. [Wir haben es am … berichtigt. / Wir haben "
                "Ihre Darstellung dazugelegt, weil sich nicht klären lässt, was richtig ist.]"
            ),
            _("[Wer die Angabe von uns bekommen hat, weiß Bescheid (Art. 19 DSGVO): …]"),
            COMPLAINT,
        ),
    ),
    Letter(
        "loeschung",
        _("Löschung (Art. 17 DSGVO)"),
        (
            _(
                "Sie möchten, dass wir Daten löschen. [Wir haben sie am … gelöscht. / Wir müssen sie "
                "bis … behalten, weil …]"
            ),
            WORDS,
            _(
                "In Sicherungen liegt Gelöschtes noch bis zu [35] Tage, ohne dass jemand es lesen "
                "kann. Wird eine Sicherung zurückgespielt, wird es wieder gelöscht."
            ),
            COMPLAINT,
        ),
    ),
    Letter(
        "einschraenkung",
        _("Einschränkung (Art. 18 DSGVO)"),
        (
            _(
                "Sie möchten, dass wir Daten vorerst nicht nutzen. [Wir haben sie am … gesperrt. Sie "
                "bleiben gespeichert, bis …]"
            ),
            _("Bevor wir die Sperre aufheben, sagen wir es Ihnen."),
            COMPLAINT,
        ),
    ),
    Letter(
        "uebertragung",
        _("Übertragung (Art. 20 DSGVO)"),
        (
            _(
                "Dieses Recht gilt nicht, wo Daten für eine öffentliche Aufgabe gebraucht werden "
                "(Art. 20 Abs. 3 DSGVO). [So ist es hier: …] Eine Auskunft mit einer Kopie bekommen "
                "Sie trotzdem (Art. 15 DSGVO)."
            ),
            COMPLAINT,
        ),
    ),
    Letter(
        "widerspruch",
        _("Widerspruch (Art. 21 DSGVO)"),
        (
            _(
                "Sie widersprechen der Nutzung Ihrer Daten. [Wir nutzen sie nicht mehr. / Wir nutzen "
                "sie weiter, weil zwingende Gründe überwiegen: der Schutz von … / …]"
            ),
            COMPLAINT,
        ),
    ),
    Letter(
        "ablehnung",
        _("Wir können Ihrem Antrag nicht folgen"),
        (
            _(
                "Ihr Antrag ist am %(received)s bei uns angekommen. Wir können ihm [ganz / zum Teil] "
                "nicht folgen. Der Grund: […]."
            ),
            INFORMANT,
            COMPLAINT,
            _("Sie können auch beim Verwaltungsgericht klagen (Art. 79 DSGVO)."),
        ),
    ),
)
BY_CODE: dict[str, Letter] = {letter.code: letter for letter in LETTERS}
