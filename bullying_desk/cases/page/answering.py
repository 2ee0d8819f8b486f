"""Answering: a letter to the reporter, sealed to everybody who reads; nothing leaves the program.

Beginnings of answers for each door are in answering.yml, to be changed before sending. For bystanders and parents they
say nothing about the affected child.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import deadlines, departures
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import NAME, OfferKind
from bullying_desk.cases.page import drafts, offering
from bullying_desk.cases.readers import sharing
from bullying_desk.cases.readers.sharing import PartlyRead
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox import appointments, letters
from bullying_desk.reports.mailbox.appointments import NOTHING, Chosen
from bullying_desk.reports.mailbox.letters import Letter
from bullying_desk.reports.mailbox.meetings import words_of
from bullying_desk.reports.models import Case, CaseStatus, Report
from bullying_desk.reports.opening import open_report_secrets
from bullying_desk.schooldays import SchoolHours
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.format import signs
from bullying_desk.texts import Text, TextFile
from bullying_desk.texts.catalogues import SOURCE, TRANSLATED, texts_of
from bullying_desk.web.language import language_name


@dataclass(frozen=True, slots=True)
class Start:
    """A beginning. `code` names it in an address, `title` on the page."""

    code: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class DoorStarts:
    """The beginnings for one door; `danger` comes first where danger was declared."""

    danger: Start
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class Sentences:
    """A beginning that the catalogues hold in each language: its title on the page, and its sentences."""

    title: Text
    sentences: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class AnswerStarts:
    """The file. `did`: a child who did something itself; it comes by the door `me`."""

    me: DoorStarts
    did: DoorStarts
    saw: DoorStarts
    parent: DoorStarts
    teacher: DoorStarts
    staff: DoorStarts
    tryout: Text
    tryout_adults: Text
    languages_child: tuple[Sentences, ...]
    languages_adult: tuple[Sentences, ...]


FILE: Final = TextFile(__file__, AnswerStarts)
STARTS: Final = FILE.read()
_BY_DOOR: Final = {1: STARTS.me, 2: STARTS.saw, 3: STARTS.parent, 4: STARTS.teacher, 5: STARTS.staff}
NOTHING_ABOUT_THE_CHILD: Final = frozenset({2, 3})
"""Doors whose reporter is never told anything about the affected child."""


def starts_for(answers: Answers) -> tuple[Start, ...]:
    """Return the beginnings that fit a report; where danger was declared, that one comes first."""
    did = answers.door == 1 and answers.said.get("wem") == "selbst"
    offered = STARTS.did if did else _BY_DOOR[answers.door]
    return (offered.danger, *offered.starts) if answers.danger else offered.starts


def filled(starts: tuple[Start, ...], code: str, name: str) -> str:
    """Return the text of one beginning with the writer's name in it; nothing for an unknown code."""
    return next((start.text.replace(NAME, name) for start in starts if start.code == code), "")


def tryout_letter(answers: Answers, name: str) -> str:
    """Return the letter with which a test or a joke is closed: it says how to go on if it was none."""
    return (STARTS.tryout_adults if answers.polite else STARTS.tryout).replace(NAME, name)


class SomethingNew(Exception):
    """There is a new letter since the page was shown: it must be read before the answer is sent."""

    def __init__(self, newer: tuple[Letter, ...]) -> None:
        super().__init__(len(newer))
        self.newer = newer


def answer(
    me: Counsellor,
    found: FoundCase,
    report: Report,
    text: str,
    *,
    after: int,
    shown_name: str,
    hours: SchoolHours | None = None,
    chosen: Chosen = NOTHING,
) -> bool:
    """Write to the reporter; an unowned case becomes one's own, a new one has begun, a closed one goes on.

    The reporter sees it in a minute, until which it can be taken back; where there is danger at once (decision D81).
    `after` is the number of the last letter the page showed, `hours` when schools of this city are open. A second
    submit finds its own letter, writes none and returns False. `chosen` are times for a meeting, below the text.
    Raises SomethingNew, LetterEmpty, LetterTooLong, ConversationClosed, SlotsRefused, ReaderExcluded, UnsealRefused.
    """
    departures.renew(me.session, me.pepper_layer, found.reports)
    secrets = open_report_secrets(me.session, me.pepper_layer, me.key, me.person_id, report, hour=me.hour)
    newer = letters.read_conversation(me.session, secrets, report, after=after)
    tidy = signs.tidied(text)
    if any(offering.is_own_letter(one, me, tidy, chosen) for one in newer):
        return False
    slots = offering.wanted(me, report, chosen)
    if tidy and slots:
        tidy = f"{tidy}\n\n{words_of(slots)}"
    if newer and tidy:
        raise SomethingNew(tuple(newer))
    author = (me.person_id, shown_name)
    held = not (report.danger or found.case.is_acute or slots)
    letter = letters.write_letter(me.session, secrets, report, tidy, now=me.now, author=author, slots=slots, held=held)
    if slots:
        appointments.enter(me.session, me.pepper_layer, report, letter, me.now)
    _go_on(me, found.case, hours)
    trail.record(me.session, Event.LETTER_SENT, me.now, actor=me.person_id, subject=found.case.id, report=report.id)
    me.session.flush()
    return True


def take_back(me: Counsellor, found: FoundCase, report: Report, number: int, field: str) -> None:
    """Put a letter that the reporter does not see yet back into the draft of its writer; `field` is its name there.

    The case stays one's own. Raises ShownAlready, DraftTooLong, UnsealRefused, ReaderExcluded.
    """
    secrets = open_report_secrets(me.session, me.pepper_layer, me.key, me.person_id, report, hour=me.hour)
    text = letters.take_back(me.session, secrets, report, number, me.person_id, me.now)
    drafts.put_back(me, found.case, report, field, text)
    of = {"subject": found.case.id, "report": report.id}
    trail.record(me.session, Event.LETTER_TAKEN_BACK, me.now, actor=me.person_id, **of)
    me.session.flush()


def _go_on(me: Counsellor, case: Case, hours: SchoolHours | None) -> None:
    if case.status is CaseStatus.NEW and case.is_acute:
        deadlines.see_today(me, case, hours)
    if case.owner_id is None:
        case.owner_id = me.person_id
        trail.record(me.session, Event.CASE_TAKEN, me.now, actor=me.person_id, subject=case.id)
    if case.status is not CaseStatus.RUNNING:
        case.status, case.closed_hour, case.outcome = CaseStatus.RUNNING, None, None
        state = CaseStatus.RUNNING.value
        trail.record(me.session, Event.CASE_STATE, me.now, actor=me.person_id, subject=case.id, state=state)


# A letter in another language: a guess made when it is opened, who of the city speaks it, and how an answer may begin.
#
# The guess is made from the open text, each time anew. It is stored nowhere and leaves the program nowhere.


_WORDS: Final = {
    "de": (
        "ich du er sie es wir ihr der die das und oder nicht kein ist bin bist sind war hat habe haben mir mich "
        "dir mein meine dein ein eine einen immer auch aber weil dass wenn mit von zu auf aus bei nach noch nur "
        "sehr schon heute gestern morgen schule klasse bitte danke ja nein wie was wer wo wann warum kann muss "
        "soll will hab nich mal für über"
    ),
    "en": (
        "the and you is are not my me he she they we it of to that this what have has with for but because when "
        "his her him them your who why don't i'm can't school please thanks yes no from very always there been "
        "were do did can if on at here now how would about please only then again us our be by or"
    ),
    "tr": (
        "bir ve bu ben sen biz siz onlar beni bana seni sana benim senin için çok ama değil var yok ne neden "
        "nasıl evet hayır ile da de gibi daha her şey okul okulda sınıf sonra önce bugün dün yarın lütfen "
        "teşekkür kim mi mı"
    ),
    "pl": (
        "i w na z do nie się że jest są jestem to ja ty on ona my oni mnie mi moje mój moja jak co kto ale bo gdy "
        "czy tak był była było dla po od przez ze już tylko bardzo zawsze szkoła szkole klasa proszę dziękuję "
        "dzisiaj wczoraj"
    ),
    "ro": (
        "și nu eu tu el ea noi voi ei mă te îmi îți sunt este un în la cu pe de din că ce cine unde când dar "
        "pentru mai foarte mereu școală școala clasă vă rog mulțumesc da ai are au fost fi poți lui sa meu mea "
        "mele astăzi ieri si"
    ),
    "ru": (
        "я ты он она мы вы они и в на не что это как меня мне тебя тебе мой моя есть был была были но потому "
        "когда кто где почему да нет очень всегда школа школе класс пожалуйста спасибо сегодня вчера с у по за от "
        "если только или ещё уже можно можешь здесь эти этот тебя нам нас вас кто-то"
    ),
    "uk": (
        "я ти він вона ми ви вони і й в у на не що це як мене мені тебе тобі мій моя є був була були але тому "
        "коли хто де чому так ні дуже завжди школа школі клас дякую сьогодні вчора з по за від якщо тільки будь "
        "ласка"
    ),
    "bg": (
        "аз ти той тя ние вие те и в на не че това как мен ми теб му моя съм си е сме сте са беше но защото "
        "когато кой къде защо да много винаги училище клас моля благодаря днес вчера с със по за от ако само ще "
        "се го ги или какво къде кога никой някой още вече може можеш тук това този тази нас вас към"
    ),
}
_LISTS: Final = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_LETTERS: Final = {
    "tr": "ğış", "pl": "ąćęłńśźż", "ro": "țșăâî", "uk": "іїєґ", "ru": "ыэё", "bg": "ъ", "de": "ß",
}  # fmt: skip
_CYRILLIC: Final = frozenset({"uk", "ru", "bg"})
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PERSIAN: Final = re.compile("[پچژگ]")  # letters that Arabic has not
_FEW: Final = 4  # words of a text in which one known word is enough


@dataclass(frozen=True, slots=True)
class Begun:
    """A beginning in another language. `means`: the same in German. `code` names it in an address, and no language."""

    code: str
    title: str
    text: str
    means: str


@dataclass(frozen=True, slots=True)
class Hint:
    """What stands beside a letter in another language. `guessed` is False where the form was used in that language.

    `speaks`: the person who reads speaks it.
    """

    name: str
    guessed: bool
    starts: tuple[Begun, ...]
    speakers: tuple[str, ...]
    speaks: bool


def guess_language(text: str) -> str | None:
    """Return the language a text is perhaps in, as a code, or None: it is German, or one cannot say."""
    words = _WORD.findall(text.casefold())
    letters = Counter(sign for word in words for sign in word)
    arabic = sum(count for sign, count in letters.items() if "\u0600" <= sign <= "\u06ff")
    if arabic * 2 > letters.total() > 0:
        return None if _PERSIAN.search(text) else "ar"
    hits = {code: sum(word in known for word in words) for code, known in _LISTS.items()}
    for code, own in _LETTERS.items():
        if hits[code] or code in _CYRILLIC:  # a name with ş alone says nothing about its letter
            hits[code] += 2 * any(sign in letters for sign in own)
    (best, most), (_second, next_most) = sorted(hits.items(), key=lambda pair: -pair[1])[:2]
    sure = most >= 2 or (most == 1 and len(words) <= _FEW)
    return best if sure and most > next_most and best != SOURCE else None


def language_hint(me: Counsellor, found: FoundCase, answers: Answers, newest: tuple[Letter, ...]) -> Hint | None:
    """Return what helps with the newest text of the reporter, or with the report; None where it is in German."""
    theirs = next((letter.text for letter in newest if not letter.author_id and letter.text), "")
    guessed = guess_language(theirs or str(answers.said.get("text", "")))
    code = guessed or answers.language
    if code not in {language.code for language in TRANSLATED}:
        return None
    name = language_name(code)
    own = any(name.casefold() in seat.casefold() for seat in me.session.scalars(_spoken(me.person_id)))
    speakers = () if own else _speakers(me, found, name)
    return Hint(name, guessed is not None, starts_in(code, polite=answers.polite), speakers, own)


def _spoken(person_id: int) -> Select[str]:
    return select(Seat.languages).where(Seat.person_id == person_id, Seat.state == SeatState.ACTIVE)


def starts_in(code: str, *, polite: bool) -> tuple[Begun, ...]:
    """Return the beginnings whose every sentence the catalogue of a language holds."""
    language = next((each for each in TRANSLATED if each.code == code), None)
    if language is None:
        return ()
    spoken, found = texts_of(language).spoken, []
    for number, begun in enumerate(STARTS.languages_adult if polite else STARTS.languages_child):
        said = [spoken.gettext(each) for each in begun.sentences]
        if not set(said) & set(begun.sentences):
            found.append(Begun(str(number), begun.title, " ".join(said), " ".join(begun.sentences)))
    return tuple(found)


def start_in(hint: Hint | None, code: str) -> str:
    """Return one beginning by the code in the address; nothing for any other."""
    return next((one.text for one in hint.starts if one.code == code), "") if hint is not None else ""


def _speakers(me: Counsellor, found: FoundCase, name: str) -> tuple[str, ...]:
    """Return who speaks a language among those who may be asked to read along: nobody who is left out is."""
    try:
        able = {one.person_id: one.full_name for one in sharing.can_be_asked(me, found, OfferKind.SHARE)}
    except PartlyRead:
        return ()
    living = (Seat.person_id.in_(able), Seat.state == SeatState.ACTIVE)
    rows = me.session.execute(select(Seat.person_id, Seat.languages).where(*living))
    return tuple(sorted({able[person] for person, spoken in rows if name.casefold() in spoken.casefold()}))
