"""The closed lists of the programme: the words a teacher filters by, and the addresses outside catalogues know them by.

Sources: the subject numbers are the SKOS vocabulary `schulfaecher` (KIM, http://w3id.org/kim/schulfaecher/), the
competences the Medienkompetenzrahmen NRW as published by openeduhub, both as AMB 20231019 wants them.
"""

from __future__ import annotations

from typing import Final

#: letter -> (name of the theme, key of the theme in `/unterricht?thema=`)
MODULES: Final[dict[str, tuple[str, str]]] = {
    "A": ("Gefühle und Worte", "gefuehle"),
    "B": ("Grenzen und Hilfe", "grenzen"),
    "C": ("Wir als Klasse", "klasse"),
    "D": ("Mobbing verstehen und helfen", "mobbing"),
    "E": ("Klassenchat und Internet", "internet"),
    "F": ("Sprache und Würde", "sprache"),
    "G": ("Streit lösen und wiedergutmachen", "streit"),
    "H": ("Fortbildung für das Kollegium", "kollegium"),
}

#: The bands a teacher chooses from in `/unterricht?klasse=`: key -> grades.
BANDS: Final[dict[str, tuple[int, ...]]] = {
    "1-2": (1, 2),
    "3-4": (3, 4),
    "5-6": (5, 6),
    "7-8": (7, 8),
    "9-10": (9, 10),
    "11-13": (11, 12, 13),
}

#: The school forms a lesson is made for (§§ 11-22 SchulG NRW) -> their names in openeduhub's `educationalContext`.
SCHOOL_FORMS: Final[dict[str, str]] = {
    "Grundschule": "grundschule",
    "Hauptschule": "sekundarstufe_1",
    "Realschule": "sekundarstufe_1",
    "Sekundarschule": "sekundarstufe_1",
    "Gesamtschule": "",
    "Gymnasium": "",
    "Berufskolleg": "berufliche_bildung",
    "Förderschule": "foerderschule",
}
VOCATIONAL: Final = "Berufskolleg"
SPECIAL: Final = "Förderschule"
#: The grades a school form has; a Förderschule has all of them.
GRADES_OF_FORMS: Final[dict[str, tuple[int, ...]]] = {
    "Grundschule": (1, 2, 3, 4),
    "Hauptschule": (5, 6, 7, 8, 9, 10),
    "Realschule": (5, 6, 7, 8, 9, 10),
    "Sekundarschule": (5, 6, 7, 8, 9, 10),
    "Gesamtschule": (5, 6, 7, 8, 9, 10, 11, 12, 13),
    "Gymnasium": (5, 6, 7, 8, 9, 10, 11, 12, 13),
    "Berufskolleg": (11, 12, 13),
}
#: The needs a Förderschule supports, in the order of § 19 Abs. 2 SchulG NRW.
SUPPORT_NEEDS: Final[tuple[str, ...]] = (
    "Lernen",
    "Sprache",
    "Emotionale und soziale Entwicklung",
    "Hören und Kommunikation",
    "Sehen",
    "Geistige Entwicklung",
    "Körperliche und motorische Entwicklung",
)

METHODS: Final[tuple[str, ...]] = (
    "Argumentationstraining",
    "Aushandeln",
    "Beratung",
    "Bewegungsspiel",
    "Bildergeschichte",
    "Bildkarten",
    "Brettspiel",
    "Dilemma",
    "Entscheidungsspiel",
    "Experiment",
    "Fallarbeit",
    "Gesprächskreis",
    "Handlungskarten",
    "Handpuppen",
    "Körperübung",
    "Klassenrat",
    "Modell",
    "Papier-Chat",
    "Partnerübung",
    "Planspiel",
    "Plakat",
    "Positionslinie",
    "Projekt",
    "Quiz",
    "Rätsel",
    "Recherche",
    "Rollenspiel",
    "Rundgang",
    "Schreibwerkstatt",
    "Sortierkarten",
    "Standbild",
    "Stationen",
    "Textarbeit",
    "Umfrage",
    "Verhandlungsspiel",
    "Vortrag",
    "Zeichnen",
)

#: subject -> number in http://w3id.org/kim/schulfaecher/ (AMB refuses https here)
SUBJECTS: Final[dict[str, str]] = {
    "Sachunterricht": "s1028",
    "Deutsch": "s1005",
    "DaZ": "s1006",
    "Ethik": "s1008",
    "Religion": "s1055",
    "Philosophie": "s1021",
    "Politik": "s1023",
    "Sozialkunde": "s1058",
    "Medienbildung": "s1046",
    "Darstellendes Spiel": "s1004",
    "Sport": "s1031",
    "Kunst": "s1015",
    "Sexualerziehung": "s1029",
    "Psychologie": "s1043",
    "Pädagogik": "s1045",
    "Gesellschaftslehre": "s1042",
}

#: The competences of the Medienkompetenzrahmen NRW: number -> heading.
COMPETENCES: Final[dict[str, str]] = {
    "1.1": "Medienausstattung (Hardware)",
    "1.2": "Digitale Werkzeuge",
    "1.3": "Datenorganisation",
    "1.4": "Datenschutz und Informationssicherheit",
    "2.1": "Informationsrecherche",
    "2.2": "Informationsauswertung",
    "2.3": "Informationsbewertung",
    "2.4": "Informationskritik",
    "3.1": "Kommunikations- und Kooperationsprozesse",
    "3.2": "Kommunikations- und Kooperationsregeln",
    "3.3": "Kommunikation und Kooperation in der Gesellschaft",
    "3.4": "Cybergewalt und -kriminalität",
    "4.1": "Medienproduktion und Präsentation",
    "4.2": "Gestaltungsmittel",
    "4.3": "Quellendokumentation",
    "4.4": "Rechtliche Grundlagen",
    "5.1": "Medienanalyse",
    "5.2": "Meinungsbildung",
    "5.3": "Identitätsbildung",
    "5.4": "Selbstregulierte Mediennutzung",
    "6.1": "Prinzipien der digitalen Welt",
    "6.2": "Algorithmen erkennen",
    "6.3": "Modellieren und Programmieren",
    "6.4": "Bedeutung von Algorithmen",
}

PREPARATION: Final[dict[int, str]] = {0: "keine", 5: "5 Minuten", 15: "15 Minuten", 30: "30 Minuten"}
DURATIONS: Final[tuple[int, ...]] = (20, 45, 60, 90, 180)
AUDIENCES: Final[dict[str, str]] = {"lehrkraft": "teacher", "team": "administrator", "eltern": "parent"}
SHEET_KINDS: Final[dict[str, str]] = {
    "arbeitsblatt": "Arbeitsblatt",
    "karten": "Karten",
    "rollen": "Rollenkarten",
    "faelle": "Fallkarten",
    "text": "Text",
    "bild": "Bild",
    "spielplan": "Spielplan",
    "plan": "Plan",
}
SHARES: Final[tuple[str, ...]] = ("Kind", "Paar", "Gruppe", "Klasse", "Lehrkraft")
EVIDENCE: Final[dict[str, str]] = {
    "A": "als Baustein selbst in Versuchen geprüft, mit Wirkung in diesem Alter",
    "B": "Teil geprüfter Programme, für sich allein nicht geprüft",
    "C": "plausibel, nur kleine Studien",
    "D": "aus der Praxis, nicht untersucht",
}
LICENCES: Final[dict[str, str]] = {
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
#: Which licences may be taken into a work under the licence on the left (Creative Commons compatibility chart).
LICENCE_TAKES: Final[dict[str, frozenset[str]]] = {
    "CC BY-SA 4.0": frozenset({"CC BY-SA 4.0", "CC BY 4.0", "CC0"}),
    "CC BY 4.0": frozenset({"CC BY 4.0", "CC0"}),
    "CC0": frozenset({"CC0"}),
}
HOSTS: Final[frozenset[str]] = frozenset(
    {
        "nummergegenkummer.de",
        "juuuport.de",
        "klicksafe.de",
        "hilfe-portal-missbrauch.de",
        "hilfetelefon.de",
        "medienkompetenzrahmen.nrw",
        "polizei-beratung.de",
        "krisenchat.de",
        "schulpsychologie.nrw.de",
        "internet-beschwerdestelle.de",
        "weisser-ring.de",
        "creativecommons.org",
        "gesetze-im-internet.de",
        "recht.nrw.de",
        "dortmund.de",
    }
)
AUTHOR: Final = "Programm der Anlaufstelle"


def theme(module: str) -> str:
    """Return the name of a module's theme, as the filter and the lesson page show it."""
    return MODULES[module][0]


def band_of(grades: tuple[int, ...]) -> str:
    """Return grades as people write them: `3–4`, `5`, or `Kollegium` when there are none."""
    if not grades:
        return "Kollegium"
    return f"{grades[0]}" if len(grades) == 1 else f"{grades[0]}–{grades[-1]}"
