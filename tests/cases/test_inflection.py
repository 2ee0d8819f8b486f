"""Forty pairs: the word a counsellor types, and the form a child has written."""

from __future__ import annotations

import pytest

from bullying_desk.cases.inbox.case_search import Question

PAIRS = [
    ("beleidigt", "Beleidigungen"), ("beleidigen", "Er hat mich beleidigt."), ("schlägt", "geschlagen"),
    ("schlagen", "Sie schlugen mich."), ("Schlägerei", "Er schlägt zu."), ("Fuss", "Fuß"), ("Füße", "am Fuss"),
    ("mobben", "gemobbt"), ("Mobbing", "Die mobben mich."), ("auslachen", "ausgelacht"), ("lachen", "Sie lachen laut"),
    ("hänseln", "Hänseleien"), ("gehänselt", "haenseln"), ("prügeln", "verprügelt"), ("Prügelei", "Er prügelt sich."),
    ("drohen", "Drohung"), ("bedroht", "Sie drohen mir."), ("treten", "getreten"), ("tritt", "Er trat mich."),
    ("schubsen", "geschubst"), ("stoßen", "gestossen"), ("werfen", "geworfen"), ("wirft", "Sie warfen Steine."),
    ("spucken", "angespuckt"), ("nehmen", "weggenommen"), ("klauen", "geklaut"), ("stehlen", "gestohlen"),
    ("ausschließen", "ausgeschlossen"), ("schreien", "angeschrien"), ("Ängste", "Angst"), ("ängstlich", "Angst"),
    ("erpressen", "erpresst"), ("Erpressung", "Sie erpressen mich."), ("verletzen", "Verletzung"),
    ("Beschimpfung", "beschimpft"), ("Gruppe", "Gruppenchat"), ("Chat", "Klassenchat-Nachrichten im Chat"),
    ("schreiben", "Er hat geschrieben"), ("zwingen", "Sie zwangen mich."), ("kratzen", "zerkratzt"),
    ("ziehen", "An den Haaren gezogen"), ("Lehrerin", "Lehrer"), ("weinen", "geweint"), ("Café", "cafe"),
]  # fmt: skip
APART = [
    ("schlagen", "Schokolade"), ("treten", "Vertrag"), ("Angst", "Kunst"), ("mobben", "Möbel"), ("Fuß", "Fusion"),
    ("lachen", "Lack"), ("werfen", "Werk"), ("Chat", "Chaot"), ("drohen", "Dorf"), ("klauen", "Klausur"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "written"), PAIRS)
def test_forms_of_one_word_find_each_other(asked: str, written: str) -> None:
    assert Question(asked).found_in(written) == {0}


@pytest.mark.parametrize(("asked", "written"), APART)
def test_other_words_are_not_taken_for_it(asked: str, written: str) -> None:
    assert Question(asked).found_in(written) == set()


def test_every_word_counts_for_itself() -> None:
    question = Question("Pause Handy, Pause!")
    assert question.words == ("pause", "handy")
    assert question.found_in("In der Pause.") == {0}
    assert question.found_in("Mein Handy, in der Hofpause") == {0, 1}
    assert Question(" …! ").words == ()
    assert Question("مساعدة").found_in("أريد مساعدة الآن") == {0}
