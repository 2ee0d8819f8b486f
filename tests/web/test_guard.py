"""What a route declares decides who is looked up, and a route at the wrong address is refused at the start."""

from __future__ import annotations

import pytest
from flask import Flask

from bullying_desk.access.permissions import Permission
from bullying_desk.access.roles import Role
from bullying_desk.accounts.views import sign_in
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.web import guard
from tests.accounts.conftest import Hands, make_member
from tests.moving_clock import MovingClock
from tests.world import make_school


def _app(address: str, mark: object) -> Flask:
    app = Flask("routes")
    app.url_map.converters["int"] = guard.RowNumber
    app.add_url_rule(address, "page", mark(lambda: "page"))  # type: ignore[operator]
    return app


STAFF = guard.requires(Permission.USE_DESK)


@pytest.mark.parametrize(
    ("address", "mark"), [("/hilfe/liste", STAFF), ("/teams", guard.reporter()), ("/team/brief", guard.reporter())]
)
def test_a_route_whose_session_is_never_read_is_refused_at_the_start(address: str, mark: object) -> None:
    with pytest.raises(ValueError, match="never read there"):
        guard.check_addresses(_app(address, mark))


@pytest.mark.parametrize(
    ("address", "mark"),
    [("/team/liste", STAFF), ("/gespraech/x", guard.reporter()), ("/team/x", guard.public()), ("/x", guard.public())],
)
def test_a_route_at_its_address_is_taken(address: str, mark: object) -> None:
    guard.check_addresses(_app(address, mark))


@pytest.mark.sqlite
def test_only_a_page_for_staff_looks_up_who_asks(
    app: Flask,
    database: Database,
    keys: Keyring,
    clock: MovingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hands = Hands(app, clock)
    with database.transaction() as session:
        school = make_school(session)
    hands.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.CONTACT_PERSON, school))
    asked: list[str] = []
    real = sign_in.load_user

    def load(user_id: str) -> object:
        asked.append(user_id)
        return real(user_id)

    monkeypatch.setattr(sign_in.login_manager, "_user_callback", load)
    for address in ("/", "/hilfe", "/unterricht", "/team/anmelden", "/team/einladung"):
        assert hands.client.get(address, base_url="https://localhost").status_code == 200, address
    assert asked == []
    assert hands.client.get("/team", base_url="https://localhost").status_code == 200
    assert len(asked) == 1
