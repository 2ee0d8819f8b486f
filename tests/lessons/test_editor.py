"""The editor's page: who has read a lesson, and how often each answer was pressed."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.keyring import Keyring
from bullying_desk.lessons.library.feedback import count_feedback, rated
from bullying_desk.lessons.library.library import library
from tests.cases.browsing import Browser
from tests.moving_clock import MovingClock
from tests.signing import sign_in
from tests.world import layer_of, make_world

pytestmark = pytest.mark.sqlite


def test_an_editor_sees_readers_and_counts(app: Flask, session: Session, keys: Keyring, clock: MovingClock) -> None:
    world = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
    world.add("Emre", "Herr Polat", Role.LESSON_EDITOR)
    with app.app_context():
        lesson = library().catalogue.lessons[0]
    for worked, pace in (("ja", "kurz"), ("ja", "passt"), ("", "passt")):
        count_feedback(session, lesson.id, worked, pace)
    assert rated(session, lesson.id) == {"ja": 2, "offen": 1, "kurz": 1, "passt": 2}
    assert rated(session, "nirgends") == {}
    session.commit()
    client = app.test_client()
    client.environ_base.update({"wsgi.url_scheme": "https", "HTTP_HOST": "localhost"})
    sign_in(app, client, world, "Emre")
    emre = Browser(client, world)
    emre.get("/team/unterricht")
    assert lesson.title in emre.main
    assert "Ja: 2, Zum Teil: 0, Nein: 0" in emre.main
    assert "Zeit hat gepasst: 2" in emre.main
    assert "Entwurf" in emre.main
    assert "noch niemand gelesen" in emre.main
