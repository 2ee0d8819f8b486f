"""The trail in German: every declared act, and the words of its facts."""

from __future__ import annotations

from bullying_desk.access.roles import Role
from bullying_desk.audit.events import Event
from bullying_desk.web.language import _

EVENT_WORDS: dict[Event, str] = {
    Event.PERSON_INVITED: _("Eingeladen"),
    Event.INVITATION_ACCEPTED: _("Einladung angenommen"),
    Event.KEY_WORDS_COMPARED: _("Sechs Wörter verglichen"),
    Event.SIGNED_IN: _("Angemeldet"),
    Event.SIGN_IN_REFUSED: _("Anmeldung abgelehnt"),
    Event.SIGNED_OUT: _("Abgemeldet"),
    Event.PASSWORD_CHANGED: _("Passwort geändert"),
    Event.SECOND_FACTOR_CHANGED: _("Einmal-Codes neu verbunden"),
    Event.RECOVERY_CODE_MADE: _("Wiederherstellungs-Code erstellt"),
    Event.SEAT_GIVEN: _("Rolle gegeben"),
    Event.SEAT_ENDED: _("Rolle beendet"),
    Event.PERSON_LEFT: _("Konto geschlossen"),
    Event.REINVITED: _("Neu angefangen, alte Schlüssel verworfen"),
    Event.ACCESS_RESTORED: _("Zugang zurückgegeben"),
    Event.NAME_MADE_PUBLIC: _("Namen gezeigt oder verborgen"),
    Event.SCHOOLS_IMPORTED: _("Schulverzeichnis eingelesen"),
    Event.SCHOOL_JOINED: _("Schule aufgenommen"),
    Event.SCHOOL_PAUSED: _("Schule pausiert"),
    Event.SCHOOL_RESUMED: _("Schule fortgesetzt"),
    Event.TEAM_CHANGED: _("Angaben zum Team geändert"),
    Event.REPORT_WRITTEN_DOWN: _("Meldung für jemanden aufgeschrieben"),
    Event.REPORT_OPENED: _("Meldung geöffnet"),
    Event.NAME_OPENED: _("Namen geöffnet"),
    Event.LETTER_SENT: _("Geantwortet"),
    Event.CASE_TAKEN: _("Fall übernommen"),
    Event.CASE_TAKEN_FROM: _("Fall von jemandem übernommen"),
    Event.CASE_GIVEN_BACK: _("Fall abgegeben"),
    Event.CASE_HANDED_OVER: _("Fall übergeben"),
    Event.CASE_DATE: _("Termin gesetzt"),
    Event.CASE_STATE: _("Stand des Falls geändert"),
    Event.NOTE_WRITTEN: _("Notiz geschrieben"),
    Event.READER_ADDED: _("Leserin oder Leser hinzugefügt"),
    Event.READER_REMOVED: _("Leserecht beendet"),
    Event.STANDBY_RELEASED: _("Vertretung freigegeben"),
    Event.KEY_ALARM: _("Schlüssel-Alarm"),
    Event.SETTING_CHANGED: _("Einstellung geändert"),
    Event.TRAIL_READ: _("Protokoll als Datei ausgegeben"),
    Event.DEMONSTRATION: _("Als Vorführung eingerichtet"),
}
BY_CODE: dict[str, str] = {event.code: words for event, words in EVENT_WORDS.items()}

ROLE_WORDS: dict[Role, str] = {
    Role.CONTACT_PERSON: _("Ansprechperson"),
    Role.SCHOOL_COORDINATOR: _("Koordination der Schule"),
    Role.SCHOOL_HEAD: _("Schulleitung"),
    Role.CITY_TEAM: _("Team der Stadt"),
    Role.CITY_COORDINATOR: _("Koordination der Stadt"),
    Role.DATA_PROTECTION_OFFICER: _("Datenschutzbeauftragte"),
    Role.LESSON_EDITOR: _("Redaktion Unterricht"),
}

FACT_WORDS: dict[str, str] = {
    "by_letter": _("per Brief"),
    "matched": _("gleich"),
    "everywhere": _("überall"),
    "by_recovery": _("mit Wiederherstellungs-Code"),
    "seat": _("Rolle Nr."),
    "role": _("Rolle"),
    "school": _("Schule"),
    "grants": _("Schlüssel"),
    "public": _("öffentlich"),
    "added": _("neu"),
    "changed": _("geändert"),
    "closed": _("geschlossen"),
    "what": _("Was"),
    "report": _("Meldung Nr."),
    "person": _("Person"),
    "day": _("Tag"),
    "state": _("Stand"),
    "private": _("privat"),
    "reason": _("Grund"),
    "name": _("Name der Einstellung"),
}
# Codes that facts hold. Whatever is not here is shown as it is written: an id, a number or a day.
VALUE_WORDS: dict[str, str] = {
    **{role.value: words for role, words in ROLE_WORDS.items()},
    "shown": _("Darstellung"),
    "hours": _("Sprechzeiten"),
    "free_days": _("freie Tage"),
    "absences": _("Abwesenheiten"),
    "tag": _("Schlüssel ohne gültiges Siegel"),
    "words_differ": _("Wörter waren verschieden"),
    "handed_over": _("Übergabe"),
    "absence": _("Abwesenheit"),
    "chosen": _("so gewählt"),
    "city_chosen": _("Stelle der Stadt gewählt"),
    "added_by_child": _("vom Kind gewählt"),
    "new_in_team": _("neu im Team"),
    "overdue": _("überfällig"),
    "shared": _("mitlesen lassen"),
    "too_few": _("zu wenige Lesende"),
    "detour": _("Schlüssel nicht brauchbar"),
    "new": _("neu"),
    "open": _("offen"),
    "dormant": _("ruht"),
    "closed": _("zu"),
}
# Facts that are ids of rows: shown in the same short writing as in the other columns.
ID_FACTS = frozenset({"seat", "report", "person", "school"})
