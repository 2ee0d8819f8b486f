"""The end of every door: who may read, and one's name. The words are in wording.yml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from bullying_desk.texts import Spoken, Text, TextFile


@dataclass(frozen=True, slots=True)
class Wording:
    """The shared part of the form in one tone."""

    intro: Text
    adult: Text
    meant: Text
    meant_hint: Text
    head: Text
    somebody_else: Text
    readers: Text
    readers_hint: Text
    team: Text
    city: Text
    city_second: Annotated[str, Spoken.of("city")]
    named: Text
    named_second: Text
    leave_out: Text
    stand_in: Text
    stand_in_hint: Annotated[str, Spoken.of("city")]
    wait: Text
    wait_second: Text
    reads_already: Text
    no_wait_in_danger: Text
    no_wait_alone: Text
    stand_in_not_team: Text
    need_somebody: Text
    name: Text
    name_no: tuple[Text, Text]
    name_team: tuple[Text, Text]
    name_school: tuple[Text, Text]
    called: Text
    group: Text
    where: Text
    check: Text
    check_words: Text
    send: Text
    limits: Text
    need_readers: Text
    need_named: Text
    need_stand_in: Text
    need_second: Text
    need_adult: Text
    not_team: Text
    meant_reads: Annotated[str, Spoken.of("names")]
    too_long: Annotated[str, Spoken.of("most", "count")]
    press_again: Text
    limits_at_work: Text = ""


@dataclass(frozen=True, slots=True)
class Wordings:
    """The file: the shared part for children and for adults."""

    child: Wording
    adult: Wording


FILE: Final = TextFile(__file__, Wordings)
WORDINGS: Final = FILE.read()


def wording(*, polite: bool) -> Wording:
    """Return the words for adults or for children."""
    return WORDINGS.adult if polite else WORDINGS.child
