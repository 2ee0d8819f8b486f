"""Turns the head of a lesson, which the schema has held to be right, into the typed lesson."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bullying_desk.lessons.located import Way
from bullying_desk.lessons.model import (
    Change,
    Evidence,
    Lesson,
    Material,
    Phase,
    Picture,
    Safety,
    Source,
    Substitute,
)


def typed_head(folder: Path, data: dict[str, Any], lines: dict[Way, int]) -> Lesson:
    """Type what the schema has already held to be right; the texts come later."""
    return Lesson(
        folder=folder,
        lines=lines,
        body=(),
        sheets=(),
        solution=None,
        letter=None,
        **_names(data),
        **_classes(data),
        **_teaching(data),
        **_keeping(data),
    )


def _names(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": data["id"],
        "title": data["titel"],
        "subtitle": data["untertitel"],
        "short": data["kurz"],
        "module": data["modul"],
        "number": data["nr"],
        "rule": data["klassenregel"],
        "goals": tuple(data["lernziele"]),
        "keywords": tuple(data["stichworte"]),
        "words": tuple((word["wort"], word["heisst"]) for word in data.get("begriffe", ())),
    }


def _classes(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "grades": tuple(sorted(data["klassen"])),
        "audience": data["zielgruppe"],
        "minutes": data["dauer_min"],
        "methods": tuple(data["methode"]),
        "subjects": tuple(data["faecher"]),
        "competences": tuple(data.get("kompetenzen", ())),
        "preparation": data["vorbereitung_min"],
    }


def _teaching(data: dict[str, Any]) -> dict[str, Any]:
    differences = data.get("differenzierung", {})
    evidence = data["evidenz"]
    return {
        "phases": tuple(_phase(phase) for phase in data["phasen"]),
        "material": tuple(Material(item["was"], item["je"], item.get("datei", "")) for item in data["material"]),
        "substitute": _substitute(data.get("vertretung")),
        "no_sheet": data.get("ohne_arbeitsblatt", ""),
        "safety": _safety(data["schutz"]),
        "evidence": Evidence(evidence["stufe"], tuple(evidence["verweise"]), evidence["satz"]),
        "easier": differences.get("leichter", ""),
        "harder": differences.get("schwerer", ""),
        "second_language": differences.get("daz", ""),
    }


def _keeping(data: dict[str, Any]) -> dict[str, Any]:
    published = data.get("veroeffentlicht")
    return {
        "pictures": tuple(_picture(picture) for picture in data.get("bilder", ())),
        "based_on": tuple(_source(source) for source in data.get("basiert_auf", ())),
        "licence": data["lizenz"],
        "status": data["status"],
        "version": data["version"],
        "created": date.fromisoformat(data["erstellt"]),
        "published": date.fromisoformat(published) if published else None,
        "updated": date.fromisoformat(data["stand"]),
        "changes": tuple(Change(c["version"], date.fromisoformat(c["datum"]), c["was"]) for c in data["aenderungen"]),
        "readers": tuple((reader["rolle"], reader["datum"]) for reader in data.get("gegengelesen", ())),
    }


def _phase(data: dict[str, Any]) -> Phase:
    keys = ("min", "phase", "form", "sagen", "tun", "material", "tafel")
    minutes, name, form, say, do, material, board = (data[key] for key in keys)
    return Phase(minutes, name, form, say, do, material, board.strip())


def _safety(data: dict[str, Any]) -> Safety:
    return Safety(data["stufe"], tuple(data["hinweise"]), tuple(data["nicht_wenn"]), data["nachsorge"])


def _picture(data: dict[str, Any]) -> Picture:
    return Picture(data["datei"], data["alt"], data["urheber"], data["lizenz"], float(data["breite_cm"]))


def _source(data: dict[str, Any]) -> Source:
    return Source(data["titel"], data["urheber"], data.get("url", ""), data.get("lizenz", ""))


def _substitute(data: dict[str, Any] | None) -> Substitute | None:
    return Substitute(tuple(data["phasen"]), data["ohne_kopien"]) if data else None
