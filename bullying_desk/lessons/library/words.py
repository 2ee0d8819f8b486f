"""Brings the words of a teacher's question and the words of the lessons to one form: umlauts, endings, small words.

The stemmer follows the idea of CISTEM (Weißweiler/Fraser 2017): cut endings while enough of the word is left.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml

_TOKEN: Final = re.compile(r"[^\W_]+")
#: Letters that stay whole when accents are taken off.
_WHOLE: Final = str.maketrans({"ß": "ss", "ı": "i", "ł": "l", "đ": "d"})
_SMALL: Final = """
    der die das den dem des ein eine einen einem einer eines und oder aber wenn wie was wer wo ist sind war wird
    werden mit ohne fuer von vom zum zur zu im in an am auf aus bei nach vor ueber unter um als auch nicht noch
    nur so ich du er sie es wir ihr man mein meine meiner meinen dein unser unsere sich mich uns ihre seine sein
    haben hat habe machen macht tun kann koennen soll sollen will stunde stunden unterricht unterrichtsstunde
    thema schule schueler schuelerinnen kinder kind lehrer lehrerin material gibt etwas dass diese dieser dieses
    alle jemand gegen beim ideen idee jahrgang klasse klassen
"""
_STOP: Final = frozenset(_SMALL.split())
#: Teachers' words -> the lessons' words. Both sides are ordinary words.
SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "whatsapp": ("klassenchat", "chat"),
    "instagram": ("posten", "bild"),
    "tiktok": ("posten", "bild", "video"),
    "snapchat": ("posten", "bild", "chat"),
    "handy": ("chat", "internet"),
    "smartphone": ("chat", "internet"),
    "internet": ("netz", "chat", "posten"),
    "online": ("netz", "chat", "cybermobbing"),
    "social": ("chat", "posten"),
    "schikane": ("mobbing",),
    "bullying": ("mobbing",),
    "haenseln": ("mobbing", "aergern"),
    "aergern": ("mobbing", "streit"),
    "ausschliessen": ("ausgrenzung",),
    "aussenseiter": ("ausgrenzung",),
    "alleine": ("ausgrenzung",),
    "beschimpfung": ("beleidigung", "woerter"),
    "schimpfwort": ("woerter", "beleidigung"),
    "schimpfwoerter": ("woerter", "beleidigung"),
    "fluchen": ("woerter", "beleidigung"),
    "beleidigung": ("woerter", "abwertend"),
    "mediation": ("streitschlichtung",),
    "schlichten": ("streitschlichtung",),
    "streitschlichter": ("streitschlichtung",),
    "konflikt": ("streit",),
    "konfliktloesung": ("streit", "loesung"),
    "gewalt": ("streit", "grenzen"),
    "pruegelei": ("streit", "wut", "stopp"),
    "raufen": ("stopp", "grenzen"),
    "aggression": ("wut",),
    "wutanfall": ("wut",),
    "zorn": ("wut",),
    "emotionen": ("gefuehle",),
    "empathie": ("perspektive", "gefuehle"),
    "mitgefuehl": ("perspektive", "gefuehle"),
    "giraffensprache": ("botschaften", "vorwurf"),
    "gfk": ("beduerfnis", "vorwurf"),
    "gewaltfreie": ("beduerfnis", "vorwurf"),
    "rassismus": ("diskriminierung",),
    "antisemitismus": ("diskriminierung",),
    "homophobie": ("diskriminierung",),
    "queer": ("diskriminierung",),
    "sexismus": ("sexualisiert",),
    "sexting": ("bild", "sexualisiert"),
    "nacktbilder": ("bild", "deepfakes"),
    "ki": ("deepfakes",),
    "fake": ("deepfakes",),
    "entschuldigung": ("wiedergutmachen",),
    "entschuldigen": ("wiedergutmachen",),
    "verpetzen": ("petzen",),
    "zuschauer": ("zuschauen", "helfen"),
    "bystander": ("zuschauen", "eingreifen"),
    "mitlaeufer": ("rollen", "gruppendruck"),
    "wegschauen": ("zuschauen", "schweigen"),
    "zivilcourage": ("eingreifen",),
    "elternabend": ("eltern",),
    "konferenz": ("kollegium",),
    "fortbildung": ("kollegium",),
    "lehrerfortbildung": ("kollegium",),
    "vertretung": ("vertretungsstunde",),
    "vertretungsstunde": ("vertretung",),
    "kennenlernen": ("neu", "paten"),
    "notruf": ("hilfe",),
    "melden": ("anlaufstelle", "hilfe"),
    "screenshot": ("sichern", "cybermobbing"),
    "datenschutz": ("recht", "bild"),
    "fotos": ("bild", "posten"),
    "video": ("bild", "posten"),
    "lehrling": ("azubi", "betrieb"),
    "auszubildende": ("azubi", "betrieb"),
    "chef": ("vorgesetzte", "ausbilder"),
    "talker": ("unterstuetzte", "kommunikation"),
    "gebaerden": ("unterstuetzte", "stopp"),
    "inklusion": ("diskriminierung", "ausgrenzung", "dabei", "behinderung"),
    "abziehen": ("grenzen", "mobbing"),
    "klassenregeln": ("regeln",),
    "klassengemeinschaft": ("klasse", "dabei", "regeln"),
    "klassenklima": ("regeln", "klassenrat"),
    "rastet": ("wut",),
    "ausrasten": ("wut",),
    "allein": ("ausgrenzung",),
    "schulhof": ("pause", "ausgrenzung"),
    "gemobbt": ("mobbing", "helfen"),
    "mobben": ("mobbing",),
    "klassengruppe": ("klassenchat",),
    "eskaliert": ("streit", "klassenchat"),
    "verarschen": ("mobbing", "spass", "beleidigung"),
    "dissen": ("beleidigung", "spass", "woerter"),
    "lustig": ("spass",),
    "nudes": ("bild", "deepfakes", "sexualisiert"),
    "nacktbild": ("bild", "deepfakes", "sexualisiert"),
    "dickpic": ("sexualisiert", "bild"),
    "behinderung": ("diskriminierung", "ausgrenzung"),
    "kopftuch": ("diskriminierung",),
    "muslim": ("diskriminierung",),
    "islam": ("diskriminierung",),
    "hautfarbe": ("diskriminierung",),
    "schwul": ("diskriminierung",),
    "lesbisch": ("diskriminierung",),
    "trans": ("diskriminierung",),
    "klassenfahrt": ("dabei", "regeln", "neu"),
    "ferien": ("regeln", "neu"),
    "schulanfang": ("regeln", "neu"),
    "klassenleitung": ("klassenrat", "regeln"),
    "lehrkraefte": ("kollegium",),
    "konflikte": ("streit",),
    "sozialtraining": ("gefuehle", "regeln"),
    "selbstbewusstsein": ("nein", "grenzen"),
    "selbstbehauptung": ("nein", "stopp", "grenzen"),
    "angst": ("hilfe", "gefuehle"),
    "traurig": ("gefuehle",),
    "luegen": ("geruecht", "vertraulich"),
    "geruechte": ("geruecht", "ausgrenzung"),
    "laestern": ("geruecht", "klassenchat"),
}
#: Words that ask for the training of the staff; without one the lessons for pupils come first.
_STAFF: Final = """
    kollegium fortbildung lehrerfortbildung konferenz lehrerkonferenz lehrerzimmer lehrkraft lehrkraefte paedagogischer
    schulleitung team eltern elternabend elternbrief aufsicht pausenaufsicht meldung gemeldet supervision
    schulprogramm schutzkonzept unterstuetzungsgruppe blame schulentwicklung beobachtungsbogen
"""
STAFF_WORDS: Final = frozenset(_STAFF.split())
#: Small words that begin compounds all the same.
_FIRST_PARTS: Final = frozenset({"klassen", "klasse", "schueler", "kinder", "lehrer", "schul", "unterrichts"})
_DOUBLE: Final = re.compile(r"([bcdfghjklmnpqrstvwxz])\1")


def fold(text: str) -> str:
    """Return text in small letters, umlauts written out (ä → ae), without accents."""
    text = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").translate(_WHOLE)
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def tokens(text: str) -> list[str]:
    """Return the folded words of a text."""
    return _TOKEN.findall(fold(text))


def stem(word: str) -> str:
    """Return the stem of a folded word: endings cut, umlauts and plain vowels alike, double letters once."""
    word = word.replace("ae", "a").replace("oe", "o")
    # `ue` is an umlaut but for `que` and for words such as `neue` or `treue`.
    word = re.sub(r"(?<![aeq])ue", "u", word)
    while len(word) > 4:
        cut = word
        if len(word) > 6 and word.endswith(("ung", "lich", "heit", "keit", "isch")):
            cut = re.sub(r"(?:ung|lich|heit|keit|isch)$", "", word)
        elif len(word) > 5 and word.endswith(("em", "er", "nd", "en")):
            cut = word[:-2]
        elif word.endswith(("e", "s", "n", "t")):
            cut = word[:-1]
        if cut == word:
            break
        word = cut
    return _DOUBLE.sub(r"\1", word)


def is_small(word: str) -> bool:
    """Whether a folded word says nothing about a lesson (der, mit, Stunde)."""
    return word in _STOP or len(word) == 1


def may_join(one: str, other: str) -> bool:
    """Whether two neighbouring folded words could be one compound („Klassen“ + „Chat“)."""
    return len(one) >= 4 and len(other) >= 3 and (not is_small(one) or one in _FIRST_PARTS) and not is_small(other)


@lru_cache(maxsize=1)
def foreign_words() -> dict[str, tuple[str, ...]]:
    """Return words of other languages, folded, with the lessons' words for them."""
    rows = yaml.safe_load(files("bullying_desk.lessons").joinpath("foreign_words.yml").read_text("utf-8"))
    found: dict[str, tuple[str, ...]] = {}
    for german, words in rows.items():
        for word in words:
            found[fold(word)] = (*found.get(fold(word), ()), german)
    return found


def in_german(asked: str) -> list[str]:
    """Return the German words for a folded question in another language (also `class council`)."""
    words = _TOKEN.findall(asked)
    runs = [" ".join(words[at : at + size]) for size in (3, 2, 1) for at in range(len(words) - size + 1)]
    return list(dict.fromkeys(german for run in runs for german in foreign_words().get(run, ())))


def is_foreign(text: str) -> bool:
    """Whether a text holds letters of another script than the Latin one."""
    return any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in text)
