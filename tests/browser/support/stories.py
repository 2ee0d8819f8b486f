"""What five invented people write through the five doors, with one answer to everything a form asks."""

from __future__ import annotations

from tests.browser.support.walking import Story

ME = Story(
    1,
    (
        ("gefahr", "nein"), ("wem", "mir"), ("was", "worte"), ("was", "apart"), ("oft", "taeglich"),
        ("erwachsener", "nein"),
        ("text", "In der Pause lachen sie mich aus.\nIch stehe dann am Zaun. حتى في الصف"),
        ("wo", "hof"), ("wohl", "schlecht"), ("wunsch", "Es soll aufhören."),
        ("lesen", "team"), ("name", "nein"), ("eltern", "nein"),
    ),
    frozenset({"text", "wunsch"}),
)  # fmt: skip
SAW = Story(
    2,
    (
        ("gefahr", "nein"), ("woher", "gesehen"), ("was", "sachen"), ("oft", "paar"), ("erwachsener", "nein"),
        ("text", "Sie nehmen Tarek jeden Tag die Mütze weg."), ("um_wen", "Ein Junge aus der 6b"),
        ("wo", "weg"), ("weiss", "unklar"), ("wunsch", "Bitte helft ihm."),
        ("lesen", "einzeln"), ("wer", "Beratungslehrkraft"), ("vertretung", "stadt"),
        ("name", "team"), ("rufname", "Mila"),
    ),
    frozenset({"text", "um_wen", "wunsch", "rufname"}),
)  # fmt: skip
PARENT = Story(
    3,
    (
        ("gefahr", "nein"), ("was", "handy"), ("oft", "taeglich"), ("erwachsener", "nein"),
        ("text", "Unsere Tochter bekommt nachts Nachrichten aus der Klassengruppe."),
        ("klasse_kind", "7c"), ("weiss", "ja"), ("gesprochen", "niemand"), ("wunsch", "Ein Gespräch."),
        ("lesen", "stadt"), ("name", "schule"), ("rufname", "Olena Bondarenko"),
        ("wann", "Nachmittags"),
    ),
    frozenset({"text", "klasse_kind", "wunsch", "rufname", "wann"}),
)  # fmt: skip
TEACHER = Story(
    4,
    (
        ("gefahr", "nein"), ("rolle", "fach"), ("beteiligte", "Kind A und Kind B, beide 8a"),
        ("text", "Kind A schubst Kind B vor der Sporthalle gegen die Tür."), ("zitate", "„Du kommst hier nicht rein.“"),
        ("was", "hand"), ("oft", "ein"), ("erwachsener", "nein"),
        ("meinung", "Das war nicht das erste Mal."), ("getan", "notiert"), ("getan_text", "Am selben Tag notiert."),
        ("erwartung", "gemeinsam"), ("lesen", "team"), ("name", "team"), ("rufname", "Emre Yildiz"),
    ),
    frozenset({"beteiligte", "text", "zitate", "meinung", "getan_text", "rufname"}),
)  # fmt: skip
STAFF = Story(
    5,
    (
        ("gefahr", "nein"), ("von", "kollegium"), ("was", "arbeit"), ("oft", "taeglich"),
        ("text", "Meine Pläne verschwinden, und niemand im Lehrerzimmer redet mit mir."),
        ("folgen", "Ich schlafe schlecht."), ("wunsch", "Ein vertrauliches Gespräch."),
        ("gemeint", "leitung"), ("lesen", "stadt"), ("name", "nein"),
    ),
    frozenset({"text", "folgen", "wunsch"}),
)  # fmt: skip
STORIES = {story.door: story for story in (ME, SAW, PARENT, TEACHER, STAFF)}
