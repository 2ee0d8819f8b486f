"""Attacks on the reporter's side: forged forms, double submits, floods, curiosity."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.sealing.format.secret_types import SessionSecret
from bullying_desk.web.limits import Budget, Limiter, network_of
from tests.reports.pages import filled, look, main_of, press, words_on
from tests.reports.test_mailbox import Child, child, inside  # noqa: F401 - fixtures
from tests.world import World

FOREIGN = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}


@pytest.mark.parametrize("address", ["/s/{key}/schreiben/1", "/gespraech", "/team/anmelden", "/zurueck"])
def test_a_foreign_page_puts_no_words_of_its_own_on_ours(client: FlaskClient, world: World, address: str) -> None:
    bait = "Ruf jetzt die Nummer 0900 123456 an, sagt die Schule."
    answer = press(client, address.format(key=world.school.key), {"text": bait, "wann": bait}, headers=FOREIGN)
    assert "0900" not in answer.text


def test_a_cookie_with_a_number_no_row_can_have_is_no_error(client: FlaskClient) -> None:
    secret = SessionSecret.generate().to_cookie()
    for number in ("f" * 16, "-1", "0"):
        client.set_cookie("__Host-d", f"{secret}.{number}.1.-.{'0' * 32}", domain="localhost", secure=True)
        assert look(client, "/danke").status_code == 200


@pytest.mark.both
def test_two_presses_at_once_put_a_new_code_in_force_once(app: Flask, inside: Child) -> None:  # noqa: F811
    words = " ".join(words_on(inside.page(inside.press("/gespraech/neu").location)))
    sure = filled(inside.page("/gespraech/neu/zeigen"), da="heft")
    cookies = {name: inside.client.get_cookie(name, domain="localhost") for name in ("__Host-z", "__Host-d")}

    def tap(_number: int) -> int:
        one = app.test_client()
        one.environ_base.update(inside.client.environ_base)
        for name, cookie in cookies.items():
            assert cookie is not None
            one.set_cookie(name, cookie.value, domain="localhost", secure=True)
        return press(one, "/gespraech/neu/zeigen", sure).status_code

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(tap, range(3))) == {303}
    assert inside.come_back(words).location == "/gespraech"


def test_whoever_only_pretends_to_report_learns_no_name_that_is_not_public(client: FlaskClient, world: World) -> None:
    for seat in world.seats.values():
        seat.public_since = None
    pretender = Child(client, world, choice=ReaderChoice(Wish.NAMED, world.ids("Selin"), world.person("Jan").id))
    pretender.come_back()
    page = main_of(pretender.page("/gespraech/leser"))
    assert "Frau Aydin" in page  # reads
    assert "Frau O." in page
    assert not [name for name in ("Okafor", "Demir", "Wilk", "Okonkwo") if name in page]


@pytest.mark.parametrize("ticked", ["abc", "９", "-1", "1e3", "9" * 40])
def test_a_tick_that_is_no_person_changes_nothing(inside: Child, ticked: str) -> None:  # noqa: F811
    fields = filled(inside.page("/gespraech/leser"))
    answer = press(inside.client, "/gespraech/leser", {**fields, "lesen": [*fields["lesen"], ticked]})
    assert answer.status_code in {303, 422}
    assert inside.report().epoch == 1


@pytest.mark.parametrize("address", ["/gespraech/besser", "/gespraech/name", "/gespraech/leser"])
def test_nobody_fills_the_database_from_inside_a_conversation(
    app: Flask,
    inside: Child,  # noqa: F811
    world: World,
    address: str,
) -> None:
    limiter: Limiter = app.extensions["services"].limiter
    network = limiter.key(network_of(inside.client.environ_base["REMOTE_ADDR"]))
    fields = filled(inside.page(address))
    if address.endswith("leser"):
        fields = filled(
            press(inside.client, address, {**fields, "lesen": [str(one) for one in world.ids("Selin", "Amara")]})
        )
    elif address.endswith("name"):
        fields |= {"name": ["team"], "rufname": ["Mika, wie immer ganz in Gruen"]}
    else:
        fields |= {"text": ["Mir geht es wirklich viel besser."]}
    for _ in range(int(Budget.LETTERS_OF_NETWORK.value.split()[0])):
        limiter.spend(Budget.LETTERS_OF_NETWORK, network)
    slowed = press(inside.client, address, fields)
    assert slowed.status_code == 429
    assert "0800 111 0 111" in slowed.text
    if not address.endswith("leser"):
        assert "viel besser" in slowed.text or "ganz in Gruen" in slowed.text
