"""The city's coordinator reads in the register, takes schools in and lets them rest, and sees what is missing."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from bullying_desk.access.roles import Role
from bullying_desk.accounts.city.overview import Lack, school_lines
from bullying_desk.accounts.city.taking_in import plan_signatures
from bullying_desk.accounts.invitations.bulk import plan_bulk
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit.models import AuditEntry
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.schools.models import ContactFunction, School, SchoolState, Seat
from bullying_desk.schools.register.register_file import read_register, write_register
from tests.accounts.conftest import Hands, Member, make_member
from tests.moving_clock import MovingClock
from tests.schools.register_text import ALL, cells, file_text

pytestmark = pytest.mark.sqlite
CITY = {"Gemeindeschluessel": "05913000"}
OURS = cells("198765", "15", "Gesamtschule Lindenpark", Ort="Dortmund", **CITY)
NEW = cells("198770", "02", "Grundschule Am Bach", **CITY)


@pytest.fixture
def karin(hands: Hands, coordinator: Member, school: School) -> Hands:
    hands.sign_in(coordinator)
    hands.get("/stadt/verzeichnis")
    return hands


def bring(hands: Hands, address: str, field: str, content: bytes, name: str = "liste.csv") -> TestResponse:
    """Upload a file."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', hands.page)
    assert token is not None
    data = {"csrf_token": unescape(token[1]), field: (io.BytesIO(content), name)}
    answer = hands.client.post(
        address, data=data, base_url="https://localhost", headers={"Sec-Fetch-Site": "same-origin"}
    )
    hands.page = answer.get_data(as_text=True)
    return answer


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form that carries out what is shown."""
    form = re.search(r'<form method="post" action="/stadt/verzeichnis[^"]*">.*?</form>', page, re.DOTALL)
    assert form is not None
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


def school_of(database: Database, number: str) -> School | None:
    with database.transaction(write=False) as session:
        return session.scalars(select(School).where(School.number == number)).one_or_none()


def acts(database: Database, code: str) -> list[AuditEntry]:
    with database.transaction(write=False) as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.event == code)))


def test_a_file_is_seen_before_it_is_read_in(karin: Hands, coordinator: Member, database: Database) -> None:
    rows = [OURS | {"Strasse": "Neue Gasse 1"}, NEW, cells("198771", "0A", "Schulamt", **CITY)]
    page = bring(karin, "/stadt/verzeichnis/ansehen", "file", file_text(rows).encode())
    assert page.status_code == 200
    for told in ("Grundschule Am Bach", "Straße: Lindenstraße 12 → Neue Gasse 1", "Keine Schule", "Schulamt"):
        assert told in karin.page
    assert school_of(database, "198770") is None  # nothing is written yet
    fields = hidden(karin.page)
    changed = karin.post("/stadt/verzeichnis/einlesen", **(fields | {"seen": "0" * 32}))
    assert changed.status_code == 422
    assert "inzwischen geändert" in karin.page
    assert karin.post("/stadt/verzeichnis/einlesen", **hidden(karin.page)).status_code == 303
    new, ours = school_of(database, "198770"), school_of(database, "198765")
    assert new is not None
    assert ours is not None
    assert (new.state, ours.state, ours.street) == (SchoolState.KNOWN, SchoolState.JOINED, "Neue Gasse 1")
    [entry] = acts(database, "schools.imported")
    assert entry.actor_id == coordinator.id
    karin.get("/stadt/verzeichnis")
    bring(karin, "/stadt/verzeichnis/ansehen", "file", file_text(rows).encode())
    assert "schon auf diesem Stand" in karin.page


def test_schools_that_would_close_are_named_and_many_need_a_yes(karin: Hands, database: Database) -> None:
    bring(karin, "/stadt/verzeichnis/ansehen", "file", file_text([NEW]).encode())
    assert "stehen nicht mehr in der Datei und schließen" in karin.page
    assert "Gesamtschule Lindenpark" in karin.page
    fields = hidden(karin.page)
    assert karin.post("/stadt/verzeichnis/einlesen", **fields).status_code == 422
    assert "Kreuzen Sie an" in karin.page
    ours = school_of(database, "198765")
    assert ours is not None
    assert ours.state is SchoolState.JOINED
    assert karin.post("/stadt/verzeichnis/einlesen", **fields, sure="y").status_code == 303
    ours = school_of(database, "198765")
    assert ours is not None
    assert ours.state is SchoolState.CLOSED


def test_every_bad_row_is_named_and_nothing_of_the_file_is_taken(karin: Hands, database: Database) -> None:
    bad = [OURS, NEW | {"Schulnummer": "19877"}, NEW, cells("198772", "02", "<script>x</script>" + "y" * 600, **CITY)]
    page = bring(karin, "/stadt/verzeichnis/ansehen", "file", file_text(bad).encode())
    assert page.status_code == 422
    assert "hat nicht sechs Ziffern" in karin.page
    assert "mehr als 500 Zeichen" in karin.page
    assert karin.page.count("Zeile ") >= 2
    assert "<script>x" not in karin.page
    assert school_of(database, "198770") is None


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"\xff\xfea\x00", b"%PDF-1.7 \x00", file_text(ALL).encode(), b"Schulnummer;\n1;"],
    ids=["empty", "zip", "utf-16", "pdf", "another-city", "columns"],
)
def test_a_hostile_or_wrong_file_gets_a_sentence(karin: Hands, content: bytes) -> None:
    assert bring(karin, "/stadt/verzeichnis/ansehen", "file", content).status_code == 422
    assert "Es ist nichts geändert." in karin.page
    assert karin.post("/stadt/verzeichnis/einlesen", rows=content.decode("latin-1"), seen="x").status_code == 422


def test_a_file_may_be_packed(karin: Hands) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("schuldaten.csv", file_text([OURS, NEW]))
    assert bring(karin, "/stadt/verzeichnis/ansehen", "file", out.getvalue(), "s.zip").status_code == 200
    assert "Grundschule Am Bach" in karin.page


def test_written_rows_are_read_as_the_same_rows() -> None:
    rows = read_register(file_text(ALL).encode())
    again = read_register(write_register(rows).encode())
    assert [repr(row).partition("number=")[2] for row in again] == [repr(row).partition("number=")[2] for row in rows]


def test_many_schools_are_taken_in_from_a_list_or_none(
    karin: Hands, coordinator: Member, database: Database, school: School
) -> None:
    bring(karin, "/stadt/verzeichnis/ansehen", "file", file_text([OURS, NEW]).encode())
    karin.post("/stadt/verzeichnis/einlesen", **hidden(karin.page))
    karin.get("/stadt/verzeichnis")
    header = "Schulnummer;Datum;Unterschrift\n"
    wrong = f"{header}198770;31.02.2026;Frau Kiel\n000000;24.08.2026;Frau Kiel\n198765;24.08.2026;Frau Kiel\n"
    assert bring(karin, "/stadt/verzeichnis/beitritte/ansehen", "table", wrong.encode()).status_code == 422
    for told in ("Schreiben Sie den Tag", "steht nicht im Verzeichnis", "noch nicht mitmacht"):
        assert told in karin.page
    karin.get("/stadt/verzeichnis")
    good = f"{header}198770;24.08.2026;=Frau Kiel\n198765;{school.joined_on:%d.%m.%Y};{school.joined_signatory}\n"
    bring(karin, "/stadt/verzeichnis/beitritte/ansehen", "table", good.encode())
    assert "unterschrieben von =Frau Kiel" in karin.page
    assert "1 Zeile gilt schon" in karin.page
    fields = hidden(karin.page)
    assert karin.post("/stadt/verzeichnis/beitritte", **fields).status_code == 303
    new = school_of(database, "198770")
    assert new is not None
    assert (new.state, new.joined_on, new.joined_signatory) == (SchoolState.JOINED, date(2026, 8, 24), "=Frau Kiel")
    assert [entry.actor_id for entry in acts(database, "school.joined")] == [coordinator.id]
    karin.get("/stadt/verzeichnis")
    assert karin.post("/stadt/verzeichnis/beitritte", **fields).status_code == 303  # a second press changes nothing
    assert len(acts(database, "school.joined")) == 1


def test_a_number_that_lost_its_zero_is_named_with_its_school(database: Database, school: School) -> None:
    """Excel makes 098765 into 98765. The line is refused, and says which school is probably meant."""
    with database.transaction() as session:
        session.get_one(School, school.id).number = "098765"
    with database.transaction(write=False) as session:
        signed = plan_signatures(
            session, b"Schulnummer;Datum;Unterschrift\n98765;24.08.2026;Frau Kiel\n", date(2026, 9, 1)
        )
        header = "Schulnummer;Name;E-Mail;Rolle;Anstellungstr\u00e4ger\n"
        lines = (
            "98765;Jan Brandt;jan@schule.example;Ansprechperson;\n8765;Mia Wolf;mia@schule.example;Ansprechperson;\n"
        )
        invited = plan_bulk(session, (header + lines).encode())
    assert not signed.new
    assert not invited.wishes
    for told, number in ((signed.errors[0][1], "98765"), (invited.errors[0][1], "98765")):
        assert f"Die Schulnummer „{number}“ steht nicht" in told
        assert f"Vorne fehlt wohl eine 0: „098765“ ist {school.shown_name}." in told
    assert invited.errors[1] == (3, "Die Schulnummer „8765“ steht nicht im Register.")


def test_one_school_joins_rests_and_goes_on(
    karin: Hands, coordinator: Member, database: Database, school: School, clock: MovingClock
) -> None:
    address = f"/stadt/personen/schule/{school.id}"
    with database.transaction() as session:
        row = session.get_one(School, school.id)
        row.state, row.joined_on, row.joined_signatory = SchoolState.KNOWN, None, None
    karin.get(address)
    assert "noch nicht aufgenommen" in karin.page
    tomorrow = clock.today() + timedelta(days=1)
    refused = karin.post(f"{address}/aufnehmen", joined_on=tomorrow.isoformat(), signatory="Renate Okonkwo")
    assert refused.status_code == 422
    assert "nicht in der Zukunft" in karin.page
    assert 'value="Renate Okonkwo"' in karin.page
    today = clock.today().isoformat()
    assert karin.post(f"{address}/aufnehmen", joined_on=today, signatory="Renate Okonkwo").status_code == 303
    karin.get(address)
    assert "unterschrieben von Renate Okonkwo" in karin.page
    assert karin.post(f"{address}/pause", reason=" ").status_code == 422
    karin.get(address)
    assert karin.post(f"{address}/pause", reason="Umbau").status_code == 303
    karin.get(address)
    assert "Pausiert: Umbau" in karin.page
    assert karin.post(f"{address}/aufnehmen", joined_on=today, signatory="R. O.").status_code == 422
    karin.get(address)
    for _twice in range(2):
        assert karin.post(f"{address}/weiter").status_code == 303
        karin.get(address)
    codes = ("school.joined", "school.paused", "school.resumed")
    assert [[entry.actor_id for entry in acts(database, code)] for code in codes] == [[coordinator.id]] * 3


def test_what_is_missing_has_names_and_days(
    karin: Hands, database: Database, keys: Keyring, clock: MovingClock, settings: Settings, school: School
) -> None:
    member = make_member(database, keys, clock, "Amara Okafor", Role.CONTACT_PERSON, school)
    late = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    with database.transaction() as session:
        session.get_one(Person, late.id).state = PersonState.ACCEPTED
        session.scalars(
            select(Seat).where(Seat.person_id == member.id)
        ).one().function = ContactFunction.TRUSTED_TEACHER

    def lacks() -> dict[Lack, str]:
        with database.transaction(write=False) as session:
            [line] = school_lines(session, settings.municipality, only_lacking=True)
            return dict(line.lacks)

    day = f"{clock.today():%d.%m.%Y}"
    found = lacks()
    assert found[Lack.COORDINATOR] == "niemand eingeladen"
    assert found[Lack.READERS] == "nur Amara Okafor"
    assert found[Lack.TRAINED] == "weder Beratungslehrkraft noch Schulsozialarbeit"
    assert "Jan Brandt (eingeladen" in found[Lack.COMPARED]
    assert day in found[Lack.COMPARED]
    karin.get("/stadt/schulen?fehlt=1")
    assert "nur Amara Okafor" in karin.page
    assert "In den nächsten Ferien liest niemand" in karin.page  # nobody of the city's team is on duty
    with database.transaction() as session:
        session.get_one(School, school.id).form = "02"
    assert lacks()[Lack.TRAINED] == "keine Schulsozialarbeit"


def test_schools_are_found_by_name_number_key_and_person(
    karin: Hands, database: Database, keys: Keyring, clock: MovingClock, school: School
) -> None:
    make_member(database, keys, clock, "Amara Okafor", Role.CONTACT_PERSON, school)
    for words in ("lindenp", "198765", school.key.lower(), "OKAFOR", "gesamt park"):
        karin.get(f"/stadt/schulen?q={words}")
        assert f"/stadt/personen/schule/{school.id}" in karin.page, words
    karin.get("/stadt/schulen?q=%3Cb%3Ex")
    assert "Dazu finden wir keine Schule." in karin.page
    assert "<b>x" not in karin.page
    assert "Lindenpark" not in karin.get("/stadt/schulen.csv?q=nirgends").get_data(as_text=True)


def test_counselling_teachers_are_invited_everywhere_but_at_primary_schools(
    karin: Hands, database: Database, school: School
) -> None:
    karin.get("/stadt/einladen")
    person = {"name": "Selin Aydin", "email": "selin@schule.example", "number": school.number, "employer": ""}
    with database.transaction() as session:
        session.get_one(School, school.id).form = "02"
    assert karin.post("/stadt/einladen", **person, role="beratungslehrkraft", way="letter").status_code == 422
    assert "An Grundschulen gibt es keine Beratungslehrkräfte" in karin.page
    assert karin.post("/stadt/einladen", **person, role="schulsozialarbeit", way="letter").status_code == 200


def test_a_typed_address_of_the_city_leads_on_or_says_so_to_an_adult(karin: Hands) -> None:
    at_home = karin.get("/stadt")
    assert (at_home.status_code, at_home.location) == (303, "/stadt/schulen")
    assert karin.get("/stadt/einladen/liste").status_code == 405
    assert "Öffnen Sie die Seite neu" in karin.page
    assert "Du hast" not in karin.page
    assert karin.get("/stadt/schulen.csv").content_type == "text/csv; charset=utf-8"
