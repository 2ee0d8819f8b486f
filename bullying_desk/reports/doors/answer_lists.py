"""The answers that several doors offer, each in the words of its door: what happened, how often, where."""

from __future__ import annotations

from bullying_desk.reports.doors.questions import Choice
from bullying_desk.reports.doors.questions import mark as _

TO_ME = (
    Choice("worte", _("Jemand sagt gemeine Sachen oder lacht mich aus."), "words"),
    Choice("hand", _("Jemand schlägt, schubst oder tritt."), "hand"),
    Choice("apart", _("Jemand lässt mich nie mitmachen."), "apart"),
    Choice("sachen", _("Jemand nimmt mir Sachen weg oder macht sie kaputt."), "bag"),
    Choice("handy", _("Im Handy oder im Internet ist jemand gemein."), "device"),
    Choice("bilder", _("Jemand zeigt oder verschickt Bilder von mir."), "image"),
    Choice("gruppe", _("Jemand ist gemein wegen Hautfarbe, Sprache, Religion oder Behinderung."), "kinds"),
    Choice("koerper", _("Jemand fasst mich an. Oder jemand redet schlecht über meinen Körper."), "ring"),
    Choice("geld", _("Jemand droht mir oder will Geld."), "coin"),
    Choice("erwachsen", _("Ein Erwachsener ist gemein zu mir."), "grown"),
    Choice("anderes", _("Etwas anderes"), "other"),
)
TO_THE_CHILD = (
    Choice("worte", _("Jemand sagt dem Kind gemeine Sachen oder lacht es aus."), "words"),
    Choice("hand", _("Jemand schlägt, schubst oder tritt das Kind."), "hand"),
    Choice("apart", _("Das Kind darf nie mitmachen."), "apart"),
    Choice("sachen", _("Jemand nimmt dem Kind Sachen weg oder macht sie kaputt."), "bag"),
    Choice("handy", _("Im Handy oder im Internet ist jemand gemein zu dem Kind."), "device"),
    Choice("bilder", _("Jemand zeigt oder verschickt Bilder von dem Kind."), "image"),
    Choice("gruppe", _("Jemand ist gemein wegen Hautfarbe, Sprache, Religion oder Behinderung."), "kinds"),
    Choice("koerper", _("Jemand fasst das Kind an. Oder jemand redet schlecht über seinen Körper."), "ring"),
    Choice("geld", _("Jemand droht dem Kind oder will Geld."), "coin"),
    Choice("erwachsen", _("Ein Erwachsener ist gemein zu dem Kind."), "grown"),
    Choice("anderes", _("Etwas anderes"), "other"),
)
FOR_ADULTS = (
    Choice("worte", _("Beleidigen, auslachen, Gerüchte"), "words"),
    Choice("hand", _("Schlagen, schubsen, treten"), "hand"),
    Choice("apart", _("Ausgrenzen"), "apart"),
    Choice("sachen", _("Sachen wegnehmen oder zerstören"), "bag"),
    Choice("handy", _("Im Handy oder im Internet"), "device"),
    Choice("bilder", _("Bilder oder Videos zeigen oder verschicken"), "image"),
    Choice("gruppe", _("Abwerten wegen Herkunft, Sprache, Religion, Behinderung, Aussehen oder Geschlecht"), "kinds"),
    Choice("koerper", _("Sexuelle Worte, Gesten oder Übergriffe"), "ring"),
    Choice("geld", _("Drohen oder erpressen"), "coin"),
    Choice("erwachsen", _("Durch Erwachsene der Schule"), "grown"),
    Choice("anderes", _("Etwas anderes, oder ich weiß es nicht"), "other"),
)
TO_STAFF = (
    Choice("worte", _("Beleidigen, lächerlich machen, Gerüchte"), "words"),
    Choice("hand", _("Körperlich angreifen"), "hand"),
    Choice("apart", _("Ausgrenzen, Informationen vorenthalten"), "apart"),
    Choice("sachen", _("Eigentum beschädigen oder wegnehmen"), "bag"),
    Choice("handy", _("Im Internet, in Gruppen oder Bewertungen"), "device"),
    Choice("bilder", _("Aufnahmen von mir zeigen oder verschicken"), "image"),
    Choice("gruppe", _("Abwerten wegen Herkunft, Religion, Behinderung, Alter oder Geschlecht"), "kinds"),
    Choice("koerper", _("Sexuelle Worte, Gesten oder Übergriffe"), "ring"),
    Choice("geld", _("Drohen oder nötigen"), "coin"),
    Choice("arbeit", _("Bei der Arbeit schikanieren"), "staff"),
    Choice("anderes", _("Etwas anderes"), "other"),
)
HOW_OFTEN = (
    Choice("ein", _("Ein Mal")),
    Choice("paar", _("Ein paar Mal")),
    Choice("taeglich", _("Fast jeden Tag")),
    Choice("unklar", _("Das weiß ich nicht")),
)
HOW_OFTEN_POLITE = (
    Choice("ein", _("Einmal")),
    Choice("paar", _("Mehrmals")),
    Choice("taeglich", _("Fast täglich")),
    Choice("unklar", _("Das weiß ich nicht")),
)
WHERE = (
    Choice("hof", _("Auf dem Hof")),
    Choice("klasse", _("In der Klasse")),
    Choice("toilette", _("Auf der Toilette")),
    Choice("sport", _("Beim Sport")),
    Choice("essen", _("Beim Essen")),
    Choice("weg", _("Auf dem Weg")),
    Choice("netz", _("Im Handy")),
    Choice("woanders", _("Woanders")),
)
HOW_ARE_YOU = (
    Choice("gut", _("Gut")),
    Choice("geht", _("Es geht so")),
    Choice("schlecht", _("Schlecht")),
    Choice("sehr", _("Sehr schlecht")),
)
YES_NO = (Choice("ja", _("Ja")), Choice("nein", _("Nein")))
YES_NO_UNKNOWN = (*YES_NO, Choice("unklar", _("Das weiß ich nicht")))
