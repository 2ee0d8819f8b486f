"""What the program is made of: the list of its libraries with hashes and licences, and whether weaknesses are known.

The list is CycloneDX 1.6 in JSON (ECMA-424). It is written from the pinned files, which say all of it but the licences;
those come from the libraries as they are installed. So no further library is needed to write it.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from workshop.places import BIN, CACHE, ROOT, VENV, WorkshopRefused, run, say

PINNED = ROOT / "requirements" / "shared.txt"  # `run.txt` and the client of the shared limits
LIST = CACHE / "components.cdx.json"
PAGE = ROOT / "docs" / "security" / "licences.md"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; ([^\\]+?))? \\")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"^    # via (\S+)|^    #   (\S+)")
HEAD = """# Licences of the libraries
What `requirements/shared.txt` installs beside the program, by the libraries' own word. `python3 dev.py components`
writes this page, and a list in CycloneDX with versions and hashes into `.cache/`. `pypandoc-binary` also carries
pandoc, which is GPL-2.0-or-later. The word lists of the program itself: `LICENSE-CONTENT.md`.

| library | licence |
|---|---|
"""


@dataclass(frozen=True, slots=True)
class Component:
    """One library: what it is called, its version, the hashes of its files, who asks for it, and on which systems."""

    name: str
    version: str
    hashes: tuple[str, ...]
    asked_by: tuple[str, ...]
    condition: str = ""

    @property
    def address(self) -> str:
        """Its name and version as a package URL."""
        return f"pkg:pypi/{_normal(self.name)}@{self.version}"


def pinned(text: str) -> list[Component]:
    """Read a file of pinned libraries."""
    found = []
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        pin = _PIN.match(entry.strip())
        if pin is not None:
            via = [one or other for line in entry.splitlines() for one, other in _VIA.findall(line)]
            hashes = tuple(_HASH.findall(entry))
            found.append(Component(pin[1], pin[2], hashes, tuple(each for each in via if each), pin[3] or ""))
    return found


def licences() -> dict[str, str]:
    """Return the licence of each installed library by its normal name."""
    folders = [str(each) for each in VENV.glob("lib/python*/site-packages")]
    return {_normal(each.metadata["Name"]): _licence(each) for each in distributions(path=folders)}


def _licence(library: Distribution) -> str:
    about = library.metadata
    if about["License-Expression"]:
        return str(about["License-Expression"])
    classified = [
        each.rpartition(" :: ")[2] for each in about.get_all("Classifier", []) if each.startswith("License ::")
    ]
    named = [each for each in classified if each != "OSI Approved"]
    return ", ".join(named) or (about["License"] or "").partition("\n")[0].strip() or _by_its_text(library)


def _by_its_text(library: Distribution) -> str:
    """Return the licence of a library that names it only by the text it brings along: MIT is known by its words."""
    texts = [library.read_text(f"licenses/{name}") or "" for name in library.metadata.get_all("License-File", [])]
    begins = "Permission is hereby granted, free of charge, to any person obtaining a copy"
    return "MIT" if any(begins in " ".join(text.split()) for text in texts) else ""


def licence_for(one: Component, licence_of: dict[str, str]) -> str:
    """Return a library's licence; of one that this system does not need, that it is not here to be asked.

    Raises WorkshopRefused where it names none.
    """
    found = licence_of.get(_normal(one.name), "")
    if not found and not one.condition:
        raise WorkshopRefused(f"no licence is known of {one.name}: install it and read what it says")
    return found or f"not installed here, only where {one.condition}"


def bill(components: list[Component], licence_of: dict[str, str]) -> dict[str, Any]:
    """Return the list as CycloneDX. Raises WorkshopRefused where a library names no licence."""
    program = "bullying-desk"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": program, "bom-ref": program}},
        "components": [
            {
                "type": "library",
                "bom-ref": each.address,
                "name": each.name,
                "version": each.version,
                "purl": each.address,
                "hashes": [{"alg": "SHA-256", "content": one} for one in each.hashes],
                "licenses": [{"license": {"name": licence_for(each, licence_of)}}],
            }
            for each in components
        ],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(each.address for each in components if name in each.asked_by)}
            for name, ref in ((program, program), *((each.name, each.address) for each in components))
        ],
    }


def write(page: Path = PAGE, listed: Path = LIST) -> int:
    """Write the list and the page of licences."""
    components, known = pinned(PINNED.read_text("utf-8")), licences()
    found = bill(components, known)
    listed.parent.mkdir(exist_ok=True)
    listed.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    rows = dict.fromkeys(f"| {each.name} | {licence_for(each, known)} |" for each in components)
    page.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    say(f"{len(components)} libraries: {listed}, {page}")
    return 0


def known_weaknesses() -> int:
    """Ask a public service for known weaknesses of the pinned versions; the exit code is that of the tool.

    This needs a network, and tells the service which libraries the program uses; so no test does it.
    """
    tool = shutil.which("pip-audit") or shutil.which("pip-audit", path=str(BIN))
    if tool is None:
        raise WorkshopRefused("pip-audit is not there: install it outside this environment (`pipx install pip-audit`)")
    return run([tool, "--requirement", str(PINNED), "--require-hashes", "--disable-pip"])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
