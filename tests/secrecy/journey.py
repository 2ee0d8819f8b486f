"""A whole journey full of marker words: from the school's page to the staff's answer and the last letter.

It presses the buttons that a browser without scripts would press, on the program itself. So everything the program
writes on the way is in one instance folder that can be searched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bullying_desk.database import Database
from bullying_desk.reports.models import Report
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, look, main_of, press, words_on
from tests.secrecy.searching import marker
from tests.signing import sign_in
from tests.world import World


@dataclass
class Journey:
    """One child's way through the program. `markers`: every word that must be found nowhere, by its origin."""

    app: Flask
    client: FlaskClient
    database: Database
    world: World
    clock: MovingClock
    markers: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def mark(self, what: str) -> str:
        """Return a new marker word for something typed."""
        self.markers[what] = marker(what.replace(" ", ""))
        return self.markers[what]

    def write_report(self, door: int = 1, **more: object) -> None:
        """Write through a door, with everything that can be typed there, and keep the words."""
        address = f"/s/{self.world.school.key}/schreiben/{door}"
        page = look(self.client, address)
        typed = {"text": "text", "rufname": "name", "klasse": "class", "wann": "place"}
        fields = filled(
            page, name="schule", **{key: self.mark(f"{what} {door}") for key, what in typed.items()}, **more
        )
        answer = press(self.client, address, fields)
        assert answer.status_code == 303, main_of(answer)
        page = look(self.client, "/danke")
        self.words = words_on(page)
        assert len(self.words) == 6
        assert press(self.client, "/danke", filled(page, da="heft")).status_code == 303

    def come_back(self) -> None:
        """Open the conversation with the six words in a fresh browser."""
        self.client = _browser(self.app)
        page = look(self.client, "/zurueck")
        assert press(self.client, "/zurueck", filled(page, code=" ".join(self.words))).status_code == 303

    def talk(self) -> None:
        """Write a letter, give a name, say that things are better."""
        page = look(self.client, "/gespraech")
        assert press(self.client, "/gespraech", _form(page, "text", self.mark("letter"))).status_code == 303
        page = look(self.client, "/gespraech/name")
        named = filled(page, name="schule", rufname=self.mark("later name"), klasse=self.mark("later class"),
                       wann=self.mark("later place"))  # fmt: skip
        assert press(self.client, "/gespraech/name", named).status_code == 303
        page = look(self.client, "/gespraech/besser")
        assert press(self.client, "/gespraech/besser", filled(page, text=self.mark("better"))).status_code == 303
        assert self.markers["letter"] in look(self.client, "/gespraech").text

    def answer(self, name: str = "Selin") -> None:
        """Let a contact person work on the case: open, see the name, answer, note for the team and for herself."""
        staff = _browser(self.app)
        sign_in(self.app, staff, self.world, name)
        with self.database.transaction(write=False) as session:
            report = session.scalars(select(Report)).one()
            case = f"/team/fall/{report.case_id}"
        assert look(staff, "/team").status_code == 200
        page = look(staff, case)
        assert self.markers["letter"] in page.text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert token is not None
        base = {
            "csrf_token": token[1],
            "meldung": str(report.id),
            "report": str(report.id),
            "last": str(report.letters),
        }
        named = press(staff, f"{case}/name", {**base, "reason": self.mark("reason for the name")})
        assert self.markers["later name"] in named.text
        assert press(staff, case, {**base, "text": self.mark("answer")}).status_code == 303
        for reads in ("team", "me"):
            note = {**base, "note": self.mark(f"note for {reads}"), "reads": reads}
            assert press(staff, f"{case}/notiz", note).status_code == 303
        page = look(staff, case)
        assert all(self.markers[f"note for {reads}"] in page.text for reads in ("team", "me"))
        talk = {**base, "mit": self.mark("sheet"), "am": "2026-11-24", "vereinbart": self.mark("agreed")}
        assert press(staff, f"{case}/blatt/gespraech", talk).status_code == 303
        said = {**base, "source": "face", "step": "stopped", "text": self.mark("outcome")}
        assert press(staff, f"{case}/ausgang", said).status_code == 303
        assert self.markers["outcome"] in look(staff, f"{case}/ausgang").text
        self.clock.forward(minutes=20)  # the session ends while she writes; the text is kept for her
        late = press(staff, case, {**base, "text": self.mark("too late")})
        assert late.location == "/team/anmelden?text=1"

    def go_wrong(self) -> None:
        """Make every mistake a browser can make, with a marker each time."""
        address = f"/s/{self.world.school.key}/schreiben/1"
        page = look(self.client, address)
        press(self.client, address, filled(page, text=self.mark("too long") + "x" * 20_001))
        press(self.client, address, {"text": self.mark("no token"), "lesen": "nobody"})
        press(self.client, address, filled(page, text=self.mark("foreign")), headers={"Sec-Fetch-Site": "cross-site"})
        press(self.client, "/zurueck", {"code": self.mark("wrong words")})
        press(self.client, "/zurueck", {"code": "Apfel Birne Kiesel Anker Tasse Feder"})
        look(self.client, f"/s/{self.mark('wrong key')}")
        look(self.client, f"/schule?q={self.mark('search')}")
        look(self.client, f"/unterricht?q={self.mark('lesson search')}")
        press(self.client, "/nirgends", {"text": self.mark("nowhere")})
        press(_browser(self.app), "/gespraech", {"text": self.mark("without a session"), "after": "1"})
        self.client.get(
            "/", headers={"User-Agent": self.mark("agent"), "Referer": "https://x/" + self.mark("referrer")}
        )
        guess = {"email": self.mark("address") + "@x.de", "password": self.mark("password"), "code": "123456"}
        press(self.client, "/team/anmelden", guess)


def _form(page: object, name: str, value: str) -> dict[str, object]:
    """Return the fields of the form on a page that holds a field of this name."""
    from typing import cast

    from werkzeug.test import TestResponse

    answer = cast(TestResponse, page)
    for part in answer.text.split("<form")[1:]:
        form = part.split("</form>")[0]
        if f'name="{name}"' in form:
            single = type("Page", (), {"text": f"<form{form}</form>"})()
            return filled(single, **{name: value})
    raise AssertionError(f"no form with {name}")


def _browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_HOST"] = "localhost"
    return client
