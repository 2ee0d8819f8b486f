"""School forms of North Rhine-Westphalia: which row of the official file is a school with pupils, and its name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FormKind(StrEnum):
    """Whether children and young people sit there."""

    SCHOOL = "school"
    NO_SCHOOL = "no_school"  # school inspectorates and teacher training: rows of the file, but no schools


@dataclass(frozen=True)
class SchoolForm:
    """One entry of the state's key table of school forms (Schulformschlüssel)."""

    code: str
    name: str
    kind: FormKind
    abbreviations: tuple[str, ...] = ()

    @property
    def has_pupils(self) -> bool:
        """Whether a contact point for pupils makes sense there."""
        return self.kind is FormKind.SCHOOL

    @property
    def has_counselling_teachers(self) -> bool:
        """Whether Beratungslehrkräfte work there: BASS 12-21 Nr. 4 (Nr. 1.4) leaves out the Grundschule alone."""
        return self.code != _PRIMARY

    @property
    def is_for_older_ones(self) -> bool:
        """Whether its pupils are all ten or older; unknown forms may have younger ones."""
        return self.code in _FROM_CLASS_FIVE


def _school(code: str, name: str, *abbreviations: str) -> SchoolForm:
    return SchoolForm(code, name, FormKind.SCHOOL, abbreviations)


def _no_school(code: str, name: str) -> SchoolForm:
    return SchoolForm(code, name, FormKind.NO_SCHOOL)


# Ministerium für Schule und Bildung NRW, key table "Schulformschluessel", state of May 2026.
FORMS: dict[str, SchoolForm] = {
    form.code: form
    for form in (
        _school("02", "Grundschule", "gs", "gg", "kg", "eg", "ggs", "kgs", "egs", "grund"),
        _school("04", "Hauptschule", "hs", "haupt"),
        _school("06", "Volksschule", "vs"),
        _school("08", "Förderschule", "fös", "foes", "fö", "förder", "sonderschule"),
        _no_school("0A", "Schulaufsicht"),
        _school("10", "Realschule", "rs", "real"),
        _school("13", "Primus-Schule", "primus"),
        _school("14", "Sekundarschule", "sk", "seks", "sekundar"),
        _school("15", "Gesamtschule", "ge", "ges", "gesamtsch", "gesamt"),
        _school("16", "Gemeinschaftsschule", "gems"),
        _school("17", "Waldorfschule", "fw", "waldorf"),
        _school("18", "Hiberniaschule"),
        _school("19", "Waldorf-Förderschule", "fw", "waldorf", "fös", "förderschule"),
        _school("20", "Gymnasium", "gym", "gymn"),
        _school("25", "Weiterbildungskolleg", "wbk", "abendgymnasium", "abendrealschule"),
        _school("30", "Berufskolleg", "bk", "berufsschule"),
        _no_school("50", "Zentrum für schulpraktische Lehrerausbildung"),
        _no_school("51", "Seminar Grundschule"),
        _no_school("52", "Seminar sonderpädagogische Förderung"),
        _no_school("53", "Seminar Haupt-, Real- und Gesamtschulen"),
        _no_school("56", "Seminar Gymnasien und Gesamtschulen"),
        _no_school("58", "Seminar Berufskolleg"),
        _school("81", "Schulischer Lernort"),
        _school("83", "Klinikschule", "kr", "krankenhausschule"),
        _school("85", "Förderschule (Realschule)", "fös", "förderschule"),
        _school("87", "Förderschule (Gymnasium)", "fös", "förderschule"),
        _school("88", "Förderschule (Berufskolleg)", "fös", "förderschule", "bk"),
    )
}

_PRIMARY = "02"
_FROM_CLASS_FIVE = frozenset({"04", "10", "14", "15", "16", "20", "25", "30", "85", "87", "88"})
_NO_SCHOOL_CODES = frozenset({"0A", *(str(code) for code in range(50, 59))})


def form_of(code: str) -> SchoolForm:
    """Return the school form of a code.

    An unknown code is taken as a school, so that a new form never loses its pupils their contact point;
    only 0A and 50 to 58 (inspectorate, teacher training) are known to be none.
    """
    known = FORMS.get(code)
    if known is not None:
        return known
    kind = FormKind.NO_SCHOOL if code in _NO_SCHOOL_CODES else FormKind.SCHOOL
    return SchoolForm(code, "Schule", kind)
