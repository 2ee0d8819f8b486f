"""Ready plans: what is usual in each kind of case, as data, each with where it comes from.

A plan is a proposal in two presses. Whoever presses leaves out what does not fit and says who does what; what the case
rules out is not in it. Days are school days from today; the two follow-up talks stand in the windows after the plan's
last step. Where a child is endangered there is no plan of methods: the steps of § 4 KKG come first.

REVIEW: which steps, in which order, after how many days. A school psychologist has to read this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bullying_desk.cases.method_shape import BULLYING, CONFLICT, ENDANGERMENT, INCIDENT, VIOLENCE
from bullying_desk.cases.rubric import CaseKind
from bullying_desk.reports.doors import AT_WORK
from bullying_desk.reports.questions import mark as _


@dataclass(frozen=True, slots=True)
class ReadyPlan:
    """One ready plan. `steps`: method and after how many school days; `talks`: the follow-up talks of both windows.

    `kinds` is empty where nobody has to have assessed. `source` is a law or an address where it can be read;
    `known` tells staff what is known of it.
    """

    code: str
    title: str
    fits: str
    known: str
    source: str
    kinds: frozenset[CaseKind]
    steps: tuple[tuple[str, int], ...]
    talks: tuple[str, ...] = ("nachgespraech-1", "nachgespraech-2")


_BEGINNING: Final = (("erstgespraech", 2), ("schutz", 2), ("beobachten", 4))
FIRST_STEPS: Final = ReadyPlan(
    "anfang", _("Die ersten Schritte"),
    _("Solange noch niemand eingeschätzt hat. Danach gibt es einen Plan für diese Art Fall."),
    _("Erst das Kind, dann der Schutz, dann in Ruhe hinsehen."),
    "https://www.no-blame-approach.de/gespr_betroffene.html", frozenset(), _BEGINNING, (),
)  # fmt: skip
PLANS: Final = (
    ReadyPlan(
        "mobbing", _("Mobbing, ohne Vorwurf"),
        _("Der übliche Weg: Die Gruppe hilft mit, niemand wird angeklagt. Auch wenn das Kind Rache fürchtet."),
        _("192 von 220 Fällen endeten, gezählt von denen, die das Verfahren verbreiten, ohne Vergleichsgruppe."),
        "https://schulen-lösen-mobbing.at/intervention/no-blame-approach/evaluation.html", frozenset({BULLYING}),
        (*_BEGINNING, ("unterstuetzung", 7), ("klassenstunde", 10)),
    ),
    ReadyPlan(
        "mobbing-klar", _("Mobbing, mit klarer Ansage"),
        _("Wenn sicher ist, was war, ohne dass es aus der Meldung kommt. Eher ab Klasse 7 und bei kurzer Dauer."),
        _("In der KiVa-Studie (339 Fälle) in Klasse 7 bis 9 und bei kurzer Dauer besser, insgesamt kein Unterschied."),
        "Garandeau, Poskiparta, Salmivalli 2014, https://doi.org/10.1007/s10802-014-9861-1", frozenset({BULLYING}),
        (*_BEGINNING, ("gespraech-klar", 7), ("klassenstunde", 10)),
    ),
    ReadyPlan(
        "einzelvorfall", _("Einzelvorfall"),
        _("Ein Mal, ohne Vorgeschichte. Genau hinsehen, ob es eines bleibt."),
        _("Gute Praxis; nicht einzeln untersucht."),
        "https://www.gelsenkirchen.de (Regionale Schulberatungsstelle, häufige Fragen)", frozenset({INCIDENT}),
        (*_BEGINNING, ("gespraech-ruhig", 5)),
    ),
    ReadyPlan(
        "netz", _("Cybermobbing"),
        _("Wenn es in Gruppen, Spielen oder Netzwerken geschieht. Erst sichern, dann sprechen."),
        _("Nach den Hinweisen der Landespräventionsstelle. Ob dieser Ablauf wirkt, hat niemand untersucht."),
        "https://www.duesseldorf.de/lps/themen/cybermobbing/faqs", frozenset({BULLYING, INCIDENT}),
        (("erstgespraech", 2), ("belege-netz", 2), ("schutz", 3), ("gespraech-ruhig", 6), ("klassenstunde", 10)),
    ),
    ReadyPlan(
        "konflikt", _("Konflikt"),
        _("Beide sind etwa gleich stark und beide wollen. Sonst ist es etwas anderes: neu einschätzen."),
        _("Streitschlichtung ist für Konflikte gut untersucht, bei Mobbing schädlich."),
        "https://rik-muenster.de/pausenbuddys/ (agreement and a day to check it)", frozenset({CONFLICT}),
        (("erstgespraech", 2), ("streitschlichtung", 5)),
    ),
    ReadyPlan(
        "gewalt", _("Gewalt"),
        _("Zuerst Schutz und Hilfe, dann wird geklärt. Bei Gefahr sofort 110 oder 112."),
        _("Nach dem Runderlass und den Rollen im Notfallordner; nicht einzeln untersucht."),
        "https://www.schulministerium.nrw.de/en/node/14566 (duty to notify)", frozenset({VIOLENCE}),
        (("erstgespraech", 1), ("schutz", 1), ("polizei-pruefen", 1), ("gespraech-klar", 5), ("eltern", 5)),
    ),
)  # fmt: skip
PLAN_AT_WORK: Final = ReadyPlan(
    "arbeit", _("Wer hier arbeitet und selbst betroffen ist"), _("Gespräch, Entlastung, dann die Stelle, die passt."),
    _("Gute Praxis; nicht einzeln untersucht."), "§ 69 SchulG NRW (Lehrerrat)", frozenset(),
    (("erstgespraech-arbeit", 2), ("schutz-arbeit", 3), ("lehrerrat", 7)),
    ("nachgespraech-arbeit-1", "nachgespraech-arbeit-2"),
)  # fmt: skip


def plans_for(kind: CaseKind | None, door: int) -> tuple[ReadyPlan, ...]:
    """Return the ready plans of such a case, the usual one first; none where a child is endangered."""
    if door == AT_WORK:
        return (PLAN_AT_WORK,)
    if kind is None:
        return (FIRST_STEPS,)
    return tuple(plan for plan in PLANS if kind in plan.kinds and kind is not ENDANGERMENT)
