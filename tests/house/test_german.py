"""German as a good editor would print it: forms that were mended stay out, in pages, files of texts and Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.project import PACKAGE, ROOT, modules, templates

# What must not come back, and what stands there instead.
MENDED = {
    r"\b[Ee]in Mal\b": "einmal",
    r"\bmehreres ankreuzen": "mehrere Antworten ankreuzen",
    r"\b(?:können|kannst|kann|hier) weiter schreiben": "weiterschreiben",
    r"\bals ist (?:er|sie|es)\b": "als wäre er",
    r"Auge in Auge": "persönlich",
    r"\b[Ee]s vertritt\b": "Vertretung:",
    r"\b[Dd]arauf schließen Sie": "Deshalb können Sie … schließen",
    r"\bganz übergeben": "übergeben",
    r"einem anderen Fall legen": "mit einem anderen Fall zusammenlegen",
    r"Dazu gegebene": "eine weitere Aufgabe",
    r"\bgehe?n? hinaus\b|\bgeht hinaus\b": "ist unterwegs",
    r"\bzumachen\b": "schließen",
    r"\b[Vv]on vor de[mn]\b": "aus der Zeit vor",
    r"\b(?:[Zz]wei|[Dd]rei|[Vv]ier|[Ff]ünf|[Ss]echs|[Aa]cht|[Zz]ehn) Mal\b": "zweimal",
    r"Sich selbst kann niemand": "Niemand kann sich selbst",
    r"[Ww]eniger gilt (?:nur|erst|,)": "Herabstufen können Sie nur",
    r"\bSo ist niemand zu\b": "So finden wir niemanden",
    r"\bdazu (?:ge)?hol": "dazuholen",
    r"geht keine \w+ hinaus": "wird nicht verschickt",
    r"(?:Er|Fall) schließt erst\b": "Sie können ihn erst schließen",
    r"Versehen oder ein Versuch": "Aus Versehen oder zum Ausprobieren",
    r"(?:Der Text|Alles) ist zu\b": "gelöscht; fertig",
    r"ist nichts weg\b": "nichts gesendet",
    r"\bder du vertrauen kannst": "Vertrauenslehrkraft",
    r"Sozialarbeit an der Schule": "Schulsozialarbeit",
    r"\bbleibe (?:geheim|ungenannt)": "Mein Name bleibt geheim",
    r"\bjemand von (?:außen|außerhalb) (?:gewählt|fragen|wählen)": "jemanden von außen",
    r"Wen du hier": "Wer hier ein Kreuz hat",
    r"um Hilfe gefragt": "um Hilfe gebeten",
    r"gerade noch kein\b": "gerade kein",
    r"\bdavon es nicht\b": "es davon nicht",
    r"durch Zeitablauf": "von selbst",
    r"Konto neu anfangen": "Konto zurücksetzen",
    r"\b[Ff]ragen Sie neu\b": "erneut",
    r"\bentscheiden tut\b": "das entscheidet",
    r"\bdaß\b|\bmuß\b": "new spelling",
}
OLD = re.compile("|".join(f"(?:{form})" for form in MENDED))


def _texts() -> Iterator[tuple[str, str]]:
    for name, source in templates().items():
        yield f"templates/{name}", re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    for ending in ("*.yml", "*.typ", "*.md"):
        for path in sorted(PACKAGE.rglob(ending)):
            lines = path.read_text("utf-8").splitlines()
            kept = lines if ending == "*.md" else [line for line in lines if not line.lstrip().startswith("#")]
            yield path.relative_to(ROOT).as_posix(), re.sub(r"\s+", " ", " ".join(kept))
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "mark", "ngettext"}:
                for word in node.args:
                    if isinstance(word, ast.Constant) and isinstance(word.value, str):
                        yield module.name, word.value


def test_mended_forms_stay_out() -> None:
    found = [
        f"{place}: …{text[max(0, hit.start() - 30) : hit.end() + 20]}…"
        for place, text in _texts()
        for hit in OLD.finditer(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "Versuch es dann noch ein Mal.",
        "Sie können mehreres ankreuzen.",
        "Danach kannst du hier weiter schreiben.",
        "Jemand tut so, als ist er vom Team.",
        "Die Einladung geht hinaus.",
        "Hast du jemand von außen gewählt?",
        "Sie können die Liste zwei Mal hochladen.",
        "Sich selbst kann niemand eintragen.",
    ],
)
def test_an_old_form_would_be_found(text: str) -> None:
    assert OLD.search(text)


@pytest.mark.parametrize("text", ["Ein paar Mal", "auch ein einziges Mal", "Wir können auch weiter hier schreiben."])
def test_good_german_is_left_alone(text: str) -> None:
    assert not OLD.search(text)
