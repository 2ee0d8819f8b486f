"""A city made as an operator makes it: the official file imported, one school joined, people invited by letter.

The people accept in the browser, one after the other, and the first city coordinator compares their key words.
"""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Browser, Page

from bullying_desk.schools.register.register_file import RegisterRow, read_register_file
from tests.browser.support import processes
from tests.browser.support.city import COMMAND, City, serve, sign_in

ROOT = Path(__file__).parents[3]
REGISTER = ROOT.parent / "shared" / "data" / "schools" / "schuldaten_dortmund_2026-05.csv"
COMPREHENSIVE = "15"  # form of school: Gesamtschule
PASSWORD = "hafen lupe wolke ziegel"
COORDINATOR = {"name": "Karin Schulte", "email": "karin.schulte@stadt.example"}
PEOPLE = (
    ("Selin Aydin", "selin.aydin@schule.example", "Schulsozialarbeit", "contact_person"),
    ("Jan Brandt", "jan.brandt@schule.example", "Beratungslehrkraft", "contact_person"),
    ("Amara Okafor", "amara.okafor@schule.example", "Vertrauenslehrkraft", "contact_person"),
    ("Leyla Demir", "leyla.demir@stadt.example", "Stelle der Stadt", "city_team"),
    ("Tomasz Wilk", "tomasz.wilk@stadt.example", "Stelle der Stadt", "city_team"),
)


def real_city(browser: Browser) -> City:
    """Return the city all test processes share; the first one makes it."""
    made = processes.once("dortmund", lambda: _make(browser))
    return City(made["base_url"], Path(made["instance"]), made["schools"], made["people"], [])


def first_comprehensive_school() -> RegisterRow:
    """Return the school the walks go to."""
    rows = [row for row in read_register_file(REGISTER) if row.form == COMPREHENSIVE]
    return rows[0]


def _make(browser: Browser) -> dict[str, Any]:
    school = first_comprehensive_school()
    facts: dict[str, str] = {}

    def prepare(instance: Path) -> None:
        facts["imported"] = _command(instance, "import-schools", str(REGISTER), "--yes")
        words = ["--date", "24.08.2026", "--signatory", "Renate Okonkwo"]
        facts["joined"] = _command(instance, "join", school.number, *words)

    base_url, instance = serve("dortmund-server", ("migrate",), prepare)
    key = re.search(r"Schlüssel\W+(\w{4})\b", facts["joined"])
    assert key is not None, facts["joined"]
    people = _invite(browser, base_url, instance, school.number)
    schools = [{"name": school.name, "key": key[1], "state": "joined", "imported": facts["imported"]}]
    return {"base_url": base_url, "instance": str(instance), "schools": schools, "people": people}


def _command(instance: Path, *words: str) -> str:
    command = [str(COMMAND), "--instance", str(instance), *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def _invite(browser: Browser, base_url: str, instance: Path, number: str) -> list[dict[str, Any]]:
    link = _command(instance, "invite-first", COORDINATOR["name"], COORDINATOR["email"]).strip()
    page = browser.new_context(base_url=base_url, locale="de-DE").new_page()
    page.goto(link)
    first, _words = _accept(page, COORDINATOR["email"])
    _command(instance, "confirm-first", COORDINATOR["email"])
    first |= {"name": COORDINATOR["name"], "seats": [{"school": None, "role": "city_coordinator"}]}
    people, compared = [first], {}
    for (name, email, _role, role), code in zip(PEOPLE, _letters(instance, number), strict=True):
        page.goto("/team/einladung")
        page.get_by_label("Code aus Ihrem Brief").fill(code.lower())
        page.get_by_role("button", name="Weiter").click()
        person, compared[name] = _accept(page, email)
        people.append(person | {"name": name, "seats": [{"school": number, "role": role}]})
    _compare(page, City(base_url, instance, [], people, []), compared)
    page.context.close()
    return people


def _letters(instance: Path, number: str) -> list[str]:
    """Invite everybody by one list and return the codes of the printed letters, in the order of the list."""
    lines = ["Schulnummer;Name;E-Mail;Rolle;Anstellungsträger"]
    lines += [f"{number if r == 'contact_person' else ''};{n};{e};{w};" for n, e, w, r in PEOPLE]
    table, letters = instance / "people.csv", instance / "letters.html"
    table.write_text("\n".join(lines), "utf-8")
    _command(instance, "invite-many", str(table), "--letters", str(letters))
    printed = html.unescape(letters.read_text("utf-8"))
    codes = re.findall(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b", printed)
    letters.unlink()
    return codes


def _accept(page: Page, email: str) -> tuple[dict[str, Any], list[str]]:
    """Choose a password, connect the app, and return the person's way in and their six key words."""
    secret = page.locator("b.notranslate").inner_text().replace(" ", "")
    page.get_by_label("Ihr neues Passwort").fill(PASSWORD)
    page.get_by_label("Einmal-Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Konto einrichten").click()
    page.get_by_role("heading", name="Fast fertig").wait_for()
    words = [word.strip() for word in page.locator("ol.slip li").all_inner_texts()]
    return {"email": email, "password": PASSWORD, "totp_secret": secret}, words


def _compare(page: Page, city: City, heard: dict[str, list[str]]) -> None:
    """Let the coordinator read along with each person's words, and confirm them."""
    sign_in(page, city, city.people[0])
    for name, words in heard.items():
        page.goto("/team/vergleichen")
        section = page.locator("section", has=page.get_by_role("heading", name=name))
        for field in section.locator("input[name^=wort]").all():
            field.fill(words[int((field.get_attribute("name") or "")[-1]) - 1])
        section.get_by_role("button", name="Alle sechs Wörter sind gleich").click()
        page.get_by_text("Von jetzt an kann diese Person Meldungen bekommen.").wait_for()
