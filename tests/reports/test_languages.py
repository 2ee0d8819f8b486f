"""The language of the public pages: chosen by `?l=`, carried everywhere, and never half German.

Two pseudo-languages walk the whole public side. They put every text of the template in brackets and make it 40 %
longer; the second one runs from right to left. A text without brackets is one that nobody can translate.
"""

from __future__ import annotations

import gettext
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from bullying_desk.clock import BERLIN
from bullying_desk.guidance.crisis_words import by_language
from bullying_desk.reports import opening
from bullying_desk.reports.mailbox import mailbox
from bullying_desk.reports.mailbox.letters import Fact, Letter, Slot
from bullying_desk.reports.mailbox.meetings import SAID, Meeting, as_the_reporter_reads, coming_words, words_of
from bullying_desk.reports.models import Writer
from bullying_desk.reports.readers.explaining import newcomer_question
from bullying_desk.schools import tablets
from bullying_desk.schools.models import OfficeHour, Place
from bullying_desk.sealing.receipts import parse_receipt
from bullying_desk.sealing.words import WORDS as WORDLIST
from bullying_desk.texts.catalogues import FOLDER, GERMAN, TRANSLATED, Language, Part, Texts, messages, texts_of
from bullying_desk.web import errors
from bullying_desk.web.language import KNOWN
from tests.moving_clock import MovingClock
from tests.reports.pages import digits_on, filled, look, main_of, press, words_on
from tests.world import World

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

LONGER = Language("en-XA", "Pseudo", "Say it your way.")
TURNED = Language("ar-XB", "Turned", "Say it your way.", right_to_left=True)
with (FOLDER / "public.pot").open("rb") as _file:
    TEXTS = frozenset(each.id if isinstance(each.id, str) else each.id[0] for each in messages(read_po(_file)))
WHOLE = dict.fromkeys(Part, 1)
# Where an address carries no choice: out of the program, files, what staff and machines open.
WITHOUT = re.compile(
    r"^(?:/k/\w+)?/weg(?:/2)?$|/static/|/team|/favicon|/unterricht/.*\.(?:pdf|docx|odt|zip|svg|json|xml)$"
)


class Pseudo(gettext.NullTranslations):
    """Says every text of the template in brackets, 40 % longer, with its placeholders as they are."""

    def gettext(self, message: str) -> str:
        return self._longer(message) if message in TEXTS else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._longer(msgid1 if n == 1 else msgid2) if msgid1 in TEXTS else msgid2

    def _longer(self, text: str) -> str:
        return f"⟦{text}{' ⁓' * (len(text) // 5)}⟧"


def pseudo(language: Language, *parts: Part) -> Texts:
    """Return a catalogue in which these parts are whole; without any, all of them."""
    missing = {part: 0 if part in (parts or tuple(Part)) else 3 for part in Part}
    return Texts(language, Pseudo(), missing, WHOLE)


def offer(app: Flask, *texts: Texts) -> None:
    """Let exactly these languages be chosen, besides German, whatever the catalogues are like today."""
    app.extensions[KNOWN] = {each.language.code: each for each in (texts_of(GERMAN), *texts)}


@pytest.fixture
def city(world: World) -> World:
    room = Place(school_id=world.school.id, name="Raum B 104", way="Neben der Bücherei")
    world.session.add(room)
    world.session.flush()
    hour = {"weekday": 3, "starts": time(9), "ends": time(10)}
    world.session.add(OfficeHour(school_id=world.school.id, seat_id=world.seats["Selin"].id, place_id=room.id, **hour))
    world.session.commit()
    return world


@dataclass
class _Page(HTMLParser):
    """One page: its language, its addresses, and what it says outside any `lang` of its own."""

    said: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    menu: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # in attributes, each alone
    language: str = ""
    direction: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._own: list[bool] = []  # for each open element: is it, or something around it, in a language of its own?

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language, self.direction = given["lang"], given["dir"]
        aside = tag in {"script", "style", "svg"} or given.get("translate") == "no" or given.get("dir") == "auto"
        own = aside or (tag != "html" and "lang" in given) or bool(self._own and self._own[-1])
        if tag not in {"input", "br", "link", "meta", "img", "hr", "path", "circle", "rect"}:
            self._own.append(own)
        if "hreflang" in given:
            self.menu.append(given["href"])
        elif "formaction" in given:  # in a form somebody types into
            self.menu.append(given["formaction"])
        elif tag in {"a", "form"}:
            self.addresses += [given[name] for name in ("href", "action", "data-sent") if name in given]
        words = {name: value for name, value in given.items() if name in WORDS or name.startswith("data-")}
        if not own:
            self.words += [value for name, value in words.items() if name not in CODES and SENTENCE.search(value)]

    def handle_endtag(self, tag: str) -> None:
        if self._own:
            self._own.pop()

    def handle_data(self, data: str) -> None:
        if not (self._own and self._own[-1]) and data.strip():
            self.said.append(data.strip())


SENTENCE = re.compile(r"[a-zäöü] [a-zäöü]")
WORDS = {"aria-label", "alt", "title", "placeholder"}
CODES = {"data-main", "data-when", "data-need-when", "data-week", "data-tablet", "data-sent"}


@dataclass
class Walk:
    """Opens pages in one language and notes what is wrong with each."""

    client: FlaskClient
    city: World
    language: Language
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def query(self) -> str:
        return f"l={self.language.code}"

    def look(self, address: str) -> TestResponse:
        return self.note(look(self.client, f"{address}{'&' if '?' in address else '?'}{self.query}"))

    def press(self, address: str, page: TestResponse, **values: object) -> TestResponse:
        answer = press(self.client, f"{address}?{self.query}", filled(page, **values))
        if answer.location and not carries(answer.location, self.language):
            self.wrong.append(f"{address} leads to {answer.location}")
        return self.note(look(self.client, answer.location)) if answer.location else self.note(answer)

    def note(self, answer: TestResponse) -> TestResponse:
        page, where = read(answer), answer.request.path
        if where.startswith("/unterricht"):  # built ahead, in German
            page.addresses = [each for each in page.addresses if not each.startswith("/unterricht/")]
        self.wrong += [f"{where} has {one}" for one in page.addresses if not carries(one, self.language)]
        if (page.language, page.direction) == (self.language.code, self.language.direction):
            self.wrong += [
                f"{where} says {left}" for one in ("\n".join(page.said), *page.words) if (left := self._left(one))
            ]
        elif not where.startswith("/unterricht"):
            self.wrong.append(f"{where} is in {page.language} {page.direction}")
        return answer

    def follow(self, answer: TestResponse) -> None:
        """Open every page that can be reached from here by links."""
        for address in read(answer).addresses:
            path = urlsplit(address).path
            built = path.startswith("/unterricht/")  # German, and many
            if address.startswith("/") and not built and not WITHOUT.search(path) and path not in self.seen:
                self.seen.add(path)
                self.follow(self.note(look(self.client, address)))

    def _left(self, said: str) -> list[str]:
        """Return what is in no brackets and is no name, number, date or address."""
        while (inner := re.sub(r"⟦[^⟦⟧]*⟧", "", said)) != said:
            said = inner
        for name in self._names():
            said = said.replace(name, "")
        said = re.sub(r"(?:https?://)?\b(?:[\w-]+\.)+[a-z]{2,}\b\S*", "", said)
        return re.findall(r"[^\W\d_]{2,}[^\n]*", said)

    def _names(self) -> Iterator[str]:
        """Names are nobody's to translate."""
        for seat in self.city.seats.values():
            yield from (seat.shown_name, f"{seat.shown_name[:6]}")
        yield from ("Raum B 104", "Neben der Bücherei", "Stelle der Stadt", self.language.name, "Lindenbank")
        locale = Locale.parse(self.language.locale)
        yield from (*locale.days["format"]["wide"].values(), *locale.months["format"]["wide"].values(), "and", "و")


def read(answer: TestResponse) -> _Page:
    page = _Page()
    page.feed(answer.text)
    return page


def carries(address: str, language: Language) -> bool:
    parts = urlsplit(address)
    if parts.scheme or not parts.path or WITHOUT.search(parts.path):
        return "l" not in parse_qs(parts.query)
    return parse_qs(parts.query).get("l") == [language.code]


@pytest.mark.parametrize("language", [LONGER, TURNED], ids=["longer", "turned"])
def test_every_page_is_in_the_chosen_language_and_hands_it_on(
    app: Flask, client: FlaskClient, city: World, language: Language
) -> None:
    offer(app, pseudo(language))
    walk = Walk(client, city, language)
    walk.follow(walk.look("/"))
    walk.follow(walk.look("/s/K7M2"))
    walk.press("/schule", walk.look("/schule"), q="Lindenpark")
    walk.look("/gibt-es-nicht")
    for number in range(1, 6):
        form = walk.look(f"/s/K7M2/schreiben/{number}")
        walk.press(f"/s/K7M2/schreiben/{number}", form)
    words = _reported(walk)
    _in_the_conversation(walk)
    walk.press("/zurueck", walk.look("/zurueck"), code="falsch falsch")
    walk.press("/zurueck", walk.look("/zurueck"), code=" ".join(words))
    assert len(walk.seen) > 25, sorted(walk.seen)
    assert walk.wrong == [], "\n".join(sorted(set(walk.wrong)))


def _reported(walk: Walk) -> list[str]:
    form = walk.look("/s/K7M2/schreiben/1")
    values = {"gefahr": "ja", "lesen": "team", "text": "Yalnız değilim.", "ohne": [str(walk.city.seats["Jan"].id)]}
    thanks = walk.press("/s/K7M2/schreiben/1", form, **values)
    address = thanks.request.path
    walk.press(address, thanks)
    walk.press(address, thanks, da="heft")
    return words_on(thanks)


def _in_the_conversation(walk: Walk) -> None:
    talk = walk.look("/gespraech")
    walk.follow(talk)
    walk.press("/gespraech", talk, text="")
    walk.press("/gespraech", walk.look("/gespraech"), text="Bir şey daha.")
    walk.press("/gespraech/leser", walk.look("/gespraech/leser"), lesen=[])
    walk.press("/gespraech/leser", walk.look("/gespraech/leser"), lesen=[str(walk.city.person("Selin").id)])
    for page in ("name", "besser", "gefahr"):
        walk.press(f"/gespraech/{page}", walk.look(f"/gespraech/{page}"))
    new = walk.press("/gespraech/neu", walk.look("/gespraech/neu"))
    walk.press("/gespraech/neu/zeigen", new, da="nein")
    walk.press("/gespraech/weg", walk.look("/gespraech/weg"))
    walk.press("/gespraech/geloescht", walk.look("/gespraech/geloescht"))
    talk = walk.look("/gespraech")
    fields = {"csrf_token": filled(talk)["csrf_token"]}
    walk.note(press(walk.client, f"/gespraech/fertig?{walk.query}", fields))


def test_every_error_page_is_in_the_chosen_language(app: Flask, client: FlaskClient, city: World) -> None:
    offer(app, pseudo(TURNED))
    walk = Walk(client, city, TURNED)
    for status in (400, 403, 404, 405, 413, 429, 500, 503):
        page = _Page()
        with app.test_request_context("/zurueck?l=ar-XB"):
            page.feed(errors.page(status).get_data(as_text=True))
        assert (page.language, page.direction) == ("ar-XB", "rtl")
        assert not [left for one in ("\n".join(page.said), *page.words) if (left := walk._left(one))], status


def test_a_text_without_brackets_and_a_lost_choice_would_be_found(client: FlaskClient, city: World) -> None:
    walk = Walk(client, city, LONGER)
    page = TestResponse([SPOILT.encode()], "200 OK", Headers(), EnvironBuilder("/x").get_request())
    walk.note(page)
    found = "\n".join(walk.wrong)
    assert len(walk.wrong) == 5, found
    assert all(one in found for one in ("Noch deutsch", "Bitte leer lassen", "/zurueck", "/hilfe?l=de", "/weg?l=en-XA"))


SPOILT = """<html lang="en-XA" dir="ltr"><main><p>⟦Gut. ⟦heute⟧ ⁓⟧ <b>Frau Aydin</b> 110</p><p>Noch deutsch</p>
<p lang="de">Auf Deutsch</p><label data-label="Bitte leer lassen"></label><a href="/zurueck">⟦x⟧</a>
<a href="/hilfe?l=de">⟦x⟧</a><a href="/weg?l=en-XA">⟦x⟧</a><a href="/weg">⟦x⟧</a></main></html>"""


# ------------------------------------------------------------------------------------------------------ the choice


def language_of(answer: TestResponse) -> str:
    return read(answer).language


def test_without_a_whole_catalogue_everything_stays_german(app: Flask, client: FlaskClient, city: World) -> None:
    offer(app)
    answer = client.get("/?l=tr", headers={"Accept-Language": "tr"})
    assert language_of(answer) == "de"
    assert read(answer).menu == []
    assert not re.search(r"[?&]l=", answer.text)


def test_the_first_page_says_in_nine_languages_that_one_may_write_in_ones_own(client: FlaskClient) -> None:
    text = look(client, "/").text
    for each in (GERMAN, *TRANSLATED):
        words = f'<bdi lang="{each.code}" dir="{each.direction}">{each.invitation}</bdi>'
        assert text.count(words) == 1


def test_the_menu_names_each_language_in_itself(app: Flask, client: FlaskClient, city: World) -> None:
    offer(app, pseudo(LONGER), pseudo(TURNED))
    for address in ("/", "/s/K7M2/schreiben/1?ort=3&l=en-XA", "/zurueck", "/gibt-es-nicht"):
        page = look(client, address)
        assert [parse_qs(urlsplit(one).query)["l"] for one in read(page).menu] == [["de"], ["en-XA"], ["ar-XB"]]
        assert re.search(r'<(?:a href|button [^>]*action)="[^"]*" [^>]*lang="ar-XB" [^>]*dir="rtl">Turned</', page.text)
        assert page.text.count('aria-current="true"') == 1
    assert all("ort=3" in one for one in read(look(client, "/s/K7M2/schreiben/1?ort=3")).menu)


@pytest.mark.parametrize(
    ("address", "wants", "spoken"),
    [
        ("/", "en-XA,en;q=0.8,de;q=0.5", "en-XA"),
        ("/s/K7M2", "ar-XB", "ar-XB"),
        ("/", "de,en-XA;q=0.9", "de"),
        ("/", "fr", "de"),
        ("/", None, "de"),
        ("/?l=de", "en-XA", "de"),  # who has chosen is not asked again
        ("/?l=xx", "ar-XB", "ar-XB"),
        ("/zurueck", "en-XA", "de"),  # only where people arrive without a choice
    ],
)
def test_the_browsers_wish_counts_on_the_first_page_only(
    app: Flask, client: FlaskClient, city: World, address: str, wants: str | None, spoken: str
) -> None:
    offer(app, pseudo(LONGER), pseudo(TURNED))
    answer = client.get(address, headers={"Accept-Language": wants} if wants else {})
    assert language_of(answer) == spoken
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Accept-Language" in answer.headers["Vary"]) == (address != "/zurueck")
    assert "Set-Cookie" not in answer.headers
    choice = parse_qs(urlsplit(address).query).get("l", [""])[0]
    assert (f"l={spoken}" in "".join(read(answer).addresses)) == (spoken != "de" or choice == "de")


def test_a_page_whose_part_is_not_whole_is_german_and_says_so(app: Flask, client: FlaskClient) -> None:
    offer(app, pseudo(TURNED, Part.JOURNEY))
    assert language_of(look(client, "/zurueck?l=ar-XB")) == "ar-XB"
    for address in ("/datenschutz?l=ar-XB", "/unterricht?l=ar-XB"):
        page = look(client, address)
        assert language_of(page) == "de"
        note = 'dir="rtl" aria-label="⟦Sprache ⁓⟧">⟦Diese Seite gibt es nur auf Deutsch.'
        assert note in page.text
        assert "l=ar-XB" in page.text
    assert "⟦" not in look(client, "/team/anmelden?l=ar-XB").text


def test_the_way_out_and_its_answer_know_no_language(app: Flask, client: FlaskClient) -> None:
    offer(app, pseudo(TURNED))
    assert 'href="/weg"' in look(client, "/?l=ar-XB").text
    assert "l=" not in (look(client, "/weg?l=ar-XB").location or "")


def test_two_languages_never_share_a_kept_page_or_a_form(app: Flask, client: FlaskClient, city: World) -> None:
    offer(app, pseudo(LONGER))
    address = "/s/K7M2/schreiben/1"
    german, longer, again = (look(client, address + query).text for query in ("", "?l=en-XA", ""))
    assert "⟦" in longer
    assert "⟦" not in german + again
    assert not any(
        "l=" in one for page in (german, again) for one in re.findall(r' (?:action|data-sent)="([^"]*)', page)
    )


def test_what_staff_read_is_sealed_in_german(app: Flask, client: FlaskClient, city: World) -> None:
    offer(app, pseudo(LONGER))
    walk = Walk(client, city, LONGER)
    _reported(walk)
    talk = look(client, "/gespraech").text
    assert "Frau Aydin und Frau Okafor" in talk
    assert "⟦" not in talk


SLOT = Slot(datetime(2026, 11, 25, 9, 35, tzinfo=BERLIN), "Raum B 104")
TIMES = (SLOT, Slot(SLOT.start + timedelta(days=1), "Raum B 104"))
MEETINGS = tuple(Meeting(n, 1, 2, "Frau Aydin", slot, agreed=False, off=None) for n, slot in enumerate(TIMES))


def program_letters() -> list[Letter]:
    """Return every kind of letter in which the program has written something, sealed in German as always."""
    hour, ours = SLOT.start, Writer.STAFF
    said: list[tuple[Writer, str, Fact, tuple[Slot, ...]]] = [
        (Writer.REPORTER, text, Fact.NONE, ()) for text in SAID.values()
    ]
    said += [
        (Writer.REPORTER, "Ich komme: Mittwoch, 25. November, 9:35 Uhr. Ort: Raum B 104.", Fact.MEETING, (SLOT,)),
        (ours, "Der Termin fällt aus: Mittwoch, 25. November, 9:35 Uhr.", Fact.NO_MEETING, (SLOT,)),
        (Writer.REPORTER, coming_words(TIMES), Fact.MEETING, TIMES),
        (Writer.REPORTER, "Keiner passt. (Frau Aydin)", Fact.NONE, TIMES),
        (Writer.REPORTER, "Ich kann doch nicht kommen.", Fact.NO_MEETING, (SLOT,)),
        (Writer.REPORTER, "Der Termin fällt aus: Mittwoch, 25. November, 9:35 Uhr.", Fact.NO_MEETING, (SLOT,)),
        (ours, f"Merhaba.\n\n{words_of(TIMES)}", Fact.NONE, TIMES),
        *((ours, newcomer_question("Ada Roth", polite=polite), Fact.NONE, ()) for polite in (False, True)),
    ]
    return [Letter(2, writer, hour, text, fact=fact, slots=slots) for writer, text, fact, slots in said]


def test_what_the_program_wrote_into_a_letter_is_in_the_readers_language(app: Flask) -> None:
    german = program_letters()
    offer(app, pseudo(LONGER))
    with app.test_request_context("/gespraech"):
        assert [as_the_reporter_reads(each, MEETINGS) for each in german] == [each.text for each in german]
    with app.test_request_context("/gespraech?l=en-XA"):
        said = [as_the_reporter_reads(each, MEETINGS) for each in german]
        said += [as_the_reporter_reads(each, ()) for each in german]
    for text in said:
        while (inner := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
            text = inner
        assert not re.search(r"[^\W\d_]{2,}", re.sub("Raum B 104|Merhaba|Frau Aydin", "", text)), said
    typed = Letter(2, Writer.STAFF, SLOT.start, "Bei uns im Team ist jemand neu: Ada.")
    with app.test_request_context("/gespraech?l=en-XA"):
        assert as_the_reporter_reads(typed, ()) == typed.text


@pytest.mark.parametrize(("ticked", "shown"), [({}, "tr"), ({"ohne_sprache": "y"}, "")], ids=["shown", "hidden"])
def test_the_language_of_the_form_is_sealed_said_beforehand_and_can_be_hidden(
    client: FlaskClient, city: World, ticked: dict[str, str], shown: str
) -> None:
    address = "/s/K7M2/schreiben/1?l=tr"
    form = look(client, address)
    assert "Bunu okuyan, bu sayfanın dilini görür: Türkçe." in main_of(form)
    values = {"text": "Bana vuruyorlar.", "lesen": "team", **ticked}
    again = press(client, address, filled(form, **{**values, "text": ""}))
    [box] = re.findall(r'<input [^>]*name="ohne_sprache"[^>]*>', again.text)
    assert ("checked" in box) == (not shown)
    press(client, address, filled(form, **values))
    receipt = city.receipt(parse_receipt(" ".join(words_on(look(client, "/danke")))))
    report = mailbox.find_report(city.session, city.pepper_layer, receipt)
    secrets = opening.open_as_reporter(city.session, city.pepper_layer, receipt.key, report)
    answers = opening.read_answers(city.session, secrets, report)
    assert answers.language == shown
    assert dict(answers.pairs()).get("Sprache der Seite", "") == {"tr": "Türkisch"}.get(shown, "")


def test_a_german_form_says_nothing_of_a_language(client: FlaskClient, city: World) -> None:
    form = look(client, "/s/K7M2/schreiben/1")
    assert "ohne_sprache" not in form.text
    press(client, "/s/K7M2/schreiben/1", filled(form, text="Sie hauen mich.", lesen="team"))
    thanks = look(client, "/danke")
    assert (len(words_on(thanks)), digits_on(thanks)) == (6, [])
    assert "Zahl" not in main_of(thanks) + main_of(look(client, "/zurueck"))


def test_digits_beside_the_words_lead_back_in_the_digits_of_any_script(client: FlaskClient, city: World) -> None:
    address = "/s/K7M2/schreiben/1?l=ar"
    press(client, address, filled(look(client, address), text="إنهم يضربونني.", lesen="team"))
    thanks = look(client, "/danke")
    digits, words = digits_on(thanks), words_on(thanks)
    assert digits == [f"{WORDLIST.index(each.lower()) + 1:04}" for each in words]
    assert "بجانب كل كلمة رقمها." in main_of(thanks)
    press(client, "/danke", filled(thanks, da="heft"))
    page = look(client, "/zurueck?l=ar")
    assert "يمكن كتابة الأرقام بدلًا من الكلمات." in main_of(page)
    typed = " ".join([*digits[:2], *words[2:4], *digits[4:]]).translate(ARABIC)
    assert press(client, "/zurueck?l=ar", filled(page, code=typed)).location == "/gespraech?l=ar"
    assert "إنهم يضربونني." in look(client, "/gespraech?l=ar").text
    wrong = press(client, "/zurueck?l=ar", filled(page, code=" ".join([*digits[:5], "1025"])))
    assert (wrong.status_code, "1025" in main_of(wrong)) == (422, False)


TYPED = {
    "ar": "يضحكون عليَّ. الصف 6b، الساعة ٩:٣٠ ‏WhatsApp.",
    "uk": "Мені п’ять разів ґуля. Її їжак: «ой»!",
    "tr": "İğrenç dediler. Işık söndü, çocuğum üşüdü.",
}


@pytest.mark.parametrize("code", TYPED)
def test_what_is_typed_at_the_five_doors_comes_back_unharmed(client: FlaskClient, city: World, code: str) -> None:
    for door in range(1, 6):
        address = f"/s/K7M2/schreiben/{door}?l={code}"
        form = look(client, address)
        assert language_of(form) == code
        press(client, address, filled(form, text=TYPED[code], lesen="stadt"))
        thanks = look(client, "/danke")
        assert (language_of(thanks), len(digits_on(thanks))) == (code, 6)
        talk = look(client, press(client, "/danke", filled(thanks, da="heft")).location)
        assert (language_of(talk), TYPED[code] in unescape(talk.text)) == (code, True)
        press(client, f"/gespraech/fertig?l={code}", {"csrf_token": filled(talk)["csrf_token"]})


ARABIC = {48 + number: 0x660 + number for number in range(10)}


def test_a_text_from_before_the_end_of_a_session_is_sent_in_the_same_language(
    app: Flask, client: FlaskClient, city: World, clock: MovingClock
) -> None:
    offer(app, pseudo(LONGER))
    walk = Walk(client, city, LONGER)
    words = _reported(walk)
    fields = filled(walk.look("/gespraech"), text="Das wollte ich noch sagen.")
    clock.forward(hours=3)
    late = press(client, "/gespraech?l=en-XA", fields)
    assert language_of(late) == "en-XA"
    back = press(client, "/zurueck?l=en-XA", filled(late, code=" ".join(words)))
    assert language_of(back) == "en-XA"
    assert 'action="/gespraech?l=en-XA"' in back.text
    assert "Das wollte ich noch sagen." in back.text


def test_a_tablet_keeps_the_choice_until_it_goes_back_to_its_start(
    app: Flask, client: FlaskClient, city: World
) -> None:
    tablets.put_out(city.session, city.school, city.clock.today(), out=True)
    city.session.commit()
    offer(app, pseudo(LONGER))
    page = look(client, "/k/K7M2/s/K7M2?l=en-XA")
    assert language_of(page) == "en-XA"
    assert 'data-tablet="/k/K7M2/weg"' in page.text
    assert re.search(r'href="/k/K7M2/s/K7M2/schreiben\?[^"]*l=en-XA', page.text)
    assert look(client, "/k/K7M2/?l=en-XA").location == "/k/K7M2/s/K7M2?l=en-XA"
    assert look(client, "/k/K7M2/weg").location == "/k/K7M2/s/K7M2"


@pytest.mark.parametrize("language", ["de", *(each.code for each in TRANSLATED)])
def test_every_page_with_the_box_has_the_words_of_all_languages(
    client: FlaskClient, city: World, language: str
) -> None:
    """Its own and German before anybody types, the others when somebody begins; each language once."""
    page = client.get(f"/s/K7M2/schreiben/1?l={language}", base_url="https://localhost").text
    first = re.search(r'<script src="(/static/crisis_words[^"]+)" defer', page)
    later = re.search(r'data-crisis="(/static/crisis_others[^"]+)"', page)
    assert first is not None
    assert later is not None
    assert page.index(first[0]) < page.index("/static/typing.")  # in this order
    files = [client.get(each[1], headers={"Accept-Encoding": "gzip"}).data for each in (first, later)]
    lists = [json.loads(gzip.decompress(file).split(b"push(")[1].rstrip(b");\n")) for file in files]
    for part, name in enumerate(("idioms", "meant")):
        words = [one for each in by_language().values() for one in getattr(each, name)]
        assert sorted(lists[0][part] + lists[1][part]) == sorted(words)
    assert by_language()["de"].meant[0] in lists[0][1]
    assert by_language()[language].meant[0] in lists[0][1]
    assert max(map(len, files)) < 8 * 1024


FORM_PAGE = 40 * 1024  # principle P12, with the words of every language


@pytest.mark.parametrize("language", ["de", *(each.code for each in TRANSLATED)])
def test_the_form_is_light_in_each_language_with_all_it_loads(client: FlaskClient, city: World, language: str) -> None:
    for door in range(1, 6):
        html = client.get(f"/s/K7M2/schreiben/{door}?l={language}", base_url="https://localhost").data
        loaded = sorted(set(re.findall(rb'="(/static/[^"]+)"', html)))
        assert any(b"crisis_others" in each for each in loaded)
        sizes = [len(client.get(each.decode(), headers={"Accept-Encoding": "gzip"}).data) for each in loaded]
        assert len(gzip.compress(html)) + sum(sizes) <= FORM_PAGE, (door, language, sizes)
