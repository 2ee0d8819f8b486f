"""The desk's words for a case: codes turned into plain words, in one place."""

from __future__ import annotations

from bullying_desk.cases.deadlines import Due
from bullying_desk.cases.ending.outcomes import Source
from bullying_desk.cases.models import Outcome
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.models import CaseStatus, GrantState, ReaderReason, Urgency
from bullying_desk.texts import mark

STATUS: dict[CaseStatus, str] = {
    CaseStatus.NEW: mark("neu"),
    CaseStatus.RUNNING: mark("läuft"),
    CaseStatus.DORMANT: mark("ruht"),
    CaseStatus.CLOSED: mark("zu"),
}
OUTCOME: dict[Outcome, tuple[str, str]] = {
    Outcome.STOPPED: (mark("Es hat aufgehört"), ""),
    Outcome.BETTER: (
        mark("Es ist besser geworden"),
        mark("Es hat noch nicht ganz aufgehört, und das genügt der Person."),
    ),
    Outcome.SETTLED: (mark("Ein Streit, der geklärt ist"), mark("Kein Mobbing, sondern ein Konflikt oder Einzelfall.")),
    Outcome.HANDED_ON: (mark("Eine andere Stelle kümmert sich"), mark("Zum Beispiel Schulpsychologie oder Jugendamt.")),
    Outcome.WISHED: (mark("Die meldende Person möchte es beenden"), ""),
    Outcome.SILENT: (mark("Es kommt keine Antwort mehr"), mark("Auch nach einer Nachfrage nicht.")),
    Outcome.MISTAKE: (mark("Ein Versehen oder ein Versuch"), ""),
}
OUTCOME_AT_WORK: dict[Outcome, tuple[str, str]] = {
    Outcome.SETTLED: (mark("Ein Konflikt, der geklärt ist"), mark("Keine Schikane, sondern ein Konflikt.")),
    Outcome.HANDED_ON: (
        mark("Eine andere Stelle kümmert sich"),
        mark("Zum Beispiel Personalrat, Schulaufsicht oder Gleichstellung."),
    ),
}
"""What reads differently where the affected person works at the school (door 5)."""
STEP: dict[Step, str] = {
    Step.STOPPED: mark("Es hat aufgehört."),
    Step.MUCH_BETTER: mark("Viel besser als vorher"),
    Step.BETTER: mark("Ein bisschen besser als vorher"),
    Step.SAME: mark("So wie vorher"),
    Step.WORSE: mark("Schlimmer als vorher"),
    Step.UNCLEAR: mark("Die Person weiß es nicht."),
}
SOURCE: dict[Source, tuple[str, str]] = {
    Source.OWN: (mark("In eigenen Worten, im Gespräch hier"), mark("In eigenen Worten, im Gespräch hier")),
    Source.FACE: (
        mark("Das Kind hat es mir selbst gesagt"),
        mark("Die betroffene Person hat es mir selbst gesagt"),
    ),
    Source.VIEW: (mark("Sicht von jemand anderem"), mark("Sicht von jemand anderem")),
    Source.GONE: (mark("Nicht zu erreichen"), mark("Nicht zu erreichen")),
}
"""Who says how it has ended: of a child, and where the affected person works at the school."""
VIEW: dict[int, str] = {
    2: mark("Sicht des Kindes, das es gemeldet hat"),
    3: mark("Sicht der Eltern"),
    4: mark("Sicht der meldenden Lehrkraft"),
}
URGENCY: dict[Urgency, tuple[str, str]] = {
    Urgency.ACUTE: (mark("Akut"), "akut"),
    Urgency.HIGH: (mark("Hoch"), "hoch"),
    Urgency.MEDIUM: (mark("Mittel"), "mittel"),
    Urgency.LOW: (mark("Niedrig"), "niedrig"),
}
DUE: dict[Due, str] = {
    Due.ANSWER: mark("Antwort"),
    Due.IN_PERSON: mark("Persönliches Gespräch"),
    Due.PLAN: mark("Plan"),
    Due.FOLLOW_UP: mark("Nachfrage"),
    Due.OWN_DATE: mark("Wiedervorlage"),
}
REASON: dict[ReaderReason, str] = {
    ReaderReason.CHOSEN: mark("von der meldenden Person gewählt"),
    ReaderReason.CITY_CHOSEN: mark("die meldende Person hat die Stelle der Stadt gewählt"),
    ReaderReason.STAND_BY_RULE: mark("steht bei jeder Meldung bereit, falls niemand da ist"),
    ReaderReason.PAPER: mark("ein Zettel geht an das ganze Team"),
    ReaderReason.NO_TEAM: mark("die Schule hat kein Team"),
    ReaderReason.TOO_FEW: mark("es sollen immer zwei lesen können"),
    ReaderReason.DETOUR: mark("ein Schlüssel an der Schule war nicht brauchbar"),
    ReaderReason.ADDED_BY_CHILD: mark("von der meldenden Person dazugeholt"),
    ReaderReason.NEW_IN_TEAM: mark("neu im Team"),
    ReaderReason.ABSENCE: mark("Vertretung"),
    ReaderReason.OVERDUE: mark("die Antwort war überfällig"),
    ReaderReason.UNSEEN: mark("akut, und niemand hatte rechtzeitig hineingesehen"),
    ReaderReason.HOLIDAYS: mark("Vertretung in den Ferien"),
    ReaderReason.SHARED: mark("vom Team um Rat gebeten"),
    ReaderReason.HANDED_OVER: mark("hat den Fall übernommen"),
    ReaderReason.RESTORED: mark("hat einen neuen Schlüssel"),
}
GRANT: dict[GrantState, str] = {
    GrantState.OPEN: mark("liest mit"),
    GrantState.STANDBY: mark("steht bereit, liest noch nicht"),
    GrantState.OFFERED: mark("ist gefragt, liest noch nicht"),
    GrantState.ENDED: mark("liest nicht mehr"),
}
DOOR: dict[int, str] = {
    1: mark("Mir passiert etwas"),
    2: mark("Ich habe etwas gesehen"),
    3: mark("Mutter oder Vater"),
    4: mark("Lehrkraft oder Personal meldet etwas"),
    5: mark("Personal, selbst betroffen"),
}
REPORTER: dict[int, str] = {
    1: mark("Kind"),
    2: mark("Kind, das etwas gesehen hat"),
    3: mark("Mutter oder Vater"),
    4: mark("Meldende Lehrkraft"),
    5: mark("Betroffene Person"),
}
"""Who speaks in the conversation, by door; a name stands only behind its own press."""
