"""The guided methods of a child's plan: whom each fits, when not to use it, how the talk goes, what to agree.

The words are the project's own. Methods people make up themselves do worse than guided ones, and bullying stops more
often where follow-ups are held (Johander et al. 2021, 1,221 schools, https://doi.org/10.1007/s11121-020-01178-4). Peer
mediation is listed to be refused where it harms: it needs two equal sides, and bullying has none.

REVIEW: methods, contra-indications and talk guides have to be read by a school psychologist before real use.
"""

from __future__ import annotations

from typing import Final

from bullying_desk.cases.method_shape import ANY, BULLYING, CONFLICT, INCIDENT, VIOLENCE, Method
from bullying_desk.reports.questions import mark as _

_GRAVE: Final = frozenset({"sexuell", "waffe", "erwachsene", "zuhause"})
_UNSAFE_HOME: Final = _("Es gibt Gefahr zu Hause. Klären Sie zuerst die Schritte nach § 4 KKG.")
_CRIME: Final = frozenset({"sexuell", "waffe", "tat"})
_NOT_GRAVE: Final = _("Hier geht es um mehr, als diese Methode lösen kann. Zuerst kommen Schutz und Hilfe von außen.")

FIRST_TALK: Final = Method(
    "erstgespraech",
    _("Erstgespräch mit dem betroffenen Kind"),
    _("Immer der erste Schritt. Es geht um das Einverständnis, nicht um Beweise."),
    _("Nicht vor anderen, nicht zwischen Tür und Angel, nicht mit denen zusammen, die handeln."),
    _("Alle geprüften Verfahren beginnen so."),
    (
        _("Danken Sie: „Gut, dass du da bist. Du hast nichts falsch gemacht.“"),
        _("Fragen Sie nach der Sicherheit: „Gibt es heute etwas, wovor du Angst hast? Auf dem Weg? Zu Hause?“"),
        _("Fragen Sie offen nach dem Leben: „Gab es Gedanken, dass du nicht mehr leben möchtest?“ "
          "Bei Ja: nicht allein lassen, 112 oder 110, dann die Ersteinschätzung."),
        _("Lassen Sie erzählen, ohne zu bewerten. Fragen Sie nicht nach Beweisen."),
        _("„Was soll passieren? Was darf auf keinen Fall passieren? Wer darf es wissen?“"),
        _("„Wer steht zu dir? Wer könnte helfen, auch wenn ihr nicht befreundet seid?“"),
        _("Sagen Sie, was Sie als Nächstes tun, und wann Sie wieder miteinander sprechen."),
    ),
    (
        _("Was das Kind möchte und was nicht geschehen darf"),
        _("Was heute zum Schutz gilt (Weg, Pause, Umkleide, Handy)"),
        _("Wann das nächste Gespräch ist"),
    ),
    first_talk=True,
)  # fmt: skip
PROTECTION: Final = Method(
    "schutz",
    _("Schutzmaßnahmen"),
    _("Sofort, wenn das Kind Angst hat: feste Ansprechperson, sicherer Ort, begleiteter Weg, andere Umkleide."),
    _("Nicht das betroffene Kind aussondern. Wer handelt, weicht, nicht wer leidet."),
    _("Gute Praxis; nicht einzeln untersucht."),
    (
        _("„Wo und wann ist es am schlimmsten?“ Gehen Sie den Schultag durch: Weg, Ankommen, Pause, Sport, Bus, Netz."),
        _("Legen Sie für jeden dieser Orte fest, wer da ist und wohin das Kind gehen kann."),
        _("Vereinbaren Sie ein Zeichen, mit dem das Kind ohne Worte Hilfe holt."),
        _("Sagen Sie den Aufsichten nur, worauf sie achten sollen, nicht, was war."),
    ),
    (_("Ort und Zeit, wer achtet darauf"), _("Zeichen des Kindes"), _("Bis wann, und wer prüft es")),
)
SUPPORT_GROUP: Final = Method(
    "unterstuetzung",
    _("Unterstützungsgruppe (No Blame Approach)"),
    _("Mobbing in einer Gruppe, wenn das Kind einverstanden ist. Sechs bis acht Kinder, auch die handelnden."),
    _("Nicht bei Waffen, sexualisierter Gewalt, Gefahr zu Hause, handelnden Erwachsenen. Nie ohne Einverständnis."),
    _("192 von 220 Fällen endeten – gezählt von denen, die das Verfahren verbreiten, ohne Vergleichsgruppe."),
    (
        _("Schritt 1: Gespräch mit dem betroffenen Kind: Einverständnis, wer in die Gruppe soll, was geheim bleibt."),
        _("Schritt 2: Die Gruppe treffen, ohne das Kind. „Mir ist aufgefallen, dass es {Kürzel} nicht gut geht. "
          "Ich brauche eure Hilfe.“"),
        _("Keine Schuld, keine Fragen, was war, keine Strafe. Wer erklärt oder anklagt: freundlich zurück zur Hilfe."),
        _("„Was kann jede und jeder von euch tun, damit es besser wird?“ Jeder Vorschlag ist klein und eigener Wille."),
        _("„Ich gebe die Verantwortung an euch. In ein bis zwei Wochen spreche ich mit jedem von euch.“"),
        _("Schritt 3: Gespräche einzeln, zuerst mit dem betroffenen Kind, nach acht bis vierzehn Tagen."),
    ),
    (_("Wer in der Gruppe ist (Kürzel)"), _("Welche Hilfe jede Person anbietet"), _("Wann die Einzelgespräche sind")),
    kinds=frozenset({BULLYING, INCIDENT}),
    unless=_GRAVE,
    why_not=_NOT_GRAVE,
    doubt=frozenset({"suizid", "verletzung", "tat", "vermisst"}),
    why_doubt=_("Das Verfahren ist für Mobbing in einer Gruppe gemacht. Bei Gewalt oder großer Not des Kindes kommt "
                "zuerst der Schutz."),
)  # fmt: skip
GENTLE_TALK: Final = Method(
    "gespraech-ruhig",
    _("Nicht konfrontierendes Gespräch mit handelnden Kindern"),
    _("Wenn das Kind Sorge vor Rache hat, bei jüngeren Kindern, wenn unklar ist, wer was tut. Einzeln."),
    _("Nicht mehrere zusammen. Nicht, wenn eine Straftat zu klären ist: dann klärt die Polizei."),
    _("In der KiVa-Studie insgesamt gleich gut wie das konfrontierende Gespräch."),
    (
        _("„Ich mache mir Sorgen um {Kürzel}. Was hast du bemerkt?“ Keine Beschuldigung, keine Quelle nennen."),
        _("Warten Sie. Sobald das Kind zustimmt, dass es {Kürzel} schlecht geht: „Was könntest du tun?“"),
        _("Nehmen Sie den kleinsten ernst gemeinten Vorschlag an."),
        _("„Gut. Wir sehen uns in einer Woche, dann erzählst du mir, wie es ging.“"),
    ),
    (_("Was das Kind tun will"), _("Wann Sie wieder sprechen")),
    kinds=frozenset({BULLYING, INCIDENT, CONFLICT}),
    unless=frozenset({"erwachsene"}),
    why_not=_NOT_GRAVE,
    doubt=_CRIME,
    why_doubt=_(
        "Hier kann eine Straftat zu klären sein. Ein Gespräch vorher kann Spuren verwischen und das Kind gefährden."
    ),
)
CONFRONTING_TALK: Final = Method(
    "gespraech-klar",
    _("Konfrontierendes Gespräch mit handelnden Kindern"),
    _("Wenn sicher ist, was war, ohne dass es aus der Meldung kommt. Eher ab Klasse 7 und bei kurzer Dauer."),
    _("Nicht, wenn nur die Meldung es belegt: sonst ist das Kind verraten. Nicht vor anderen."),
    _("In der KiVa-Studie in Klasse 7 bis 9 und bei kurzer Dauer besser, insgesamt kein Unterschied."),
    (
        _("„Ich weiß, dass … . Das hört heute auf.“ Ruhig, kurz, ohne Streit über Einzelheiten."),
        _("Fragen Sie nicht, warum. Drohen Sie nicht. Nennen Sie keine Quelle."),
        _("„Was tust du ab jetzt anders? In der Pause? Im Netz?“"),
        _("„Wir sehen uns am … . Bis dahin achte ich darauf.“ Kein Wort über eine Strafe in diesem Gespräch."),
    ),
    (_("Was ab heute nicht mehr geschieht"), _("Was das Kind stattdessen tut"), _("Wann Sie wieder sprechen")),
    kinds=frozenset({BULLYING, INCIDENT, VIOLENCE}),
    unless=frozenset({"erwachsene"}),
    why_not=_NOT_GRAVE,
    doubt=_CRIME | {"suizid", "zuhause"},
    why_doubt=_(
        "Ein klares Gespräch kann das Kind verraten oder Rache auslösen, und bei einer Straftat klärt die Polizei."
    ),
)
SHARED_CONCERN: Final = Method(
    "gemeinsame-sorge",
    _("Gemeinsame Sorge (Shared Concern)"),
    _("Gruppen von Jugendlichen, ab etwa Klasse 7, nur durch geschulte Personen."),
    _("Nicht ohne Schulung. Nicht bei einzelnen Handelnden, nicht bei Gewalt oder Erpressung."),
    _("Von Pikas und Rigby beschrieben; wenige Studien."),
    (
        _("Einzelgespräche mit den vermutlich Handelnden: „{Kürzel} geht es schlecht. Was weißt du davon?“"),
        _("Mit jedem vereinbaren, was er oder sie beitragen will. Nach einigen Tagen nachfragen."),
        _("Dann Gespräch mit dem betroffenen Kind, auch über das eigene Verhalten, ohne Vorwurf."),
        _("Treffen der Gruppe ohne das Kind: Fortschritte würdigen, das Treffen mit ihm vorbereiten."),
        _("Erst wenn alle wollen: gemeinsames Treffen. Das Kind darf jederzeit gehen."),
    ),
    (_("Was jede Person beiträgt"), _("Wann nachgefragt wird"), _("Ob und wann das gemeinsame Treffen ist")),
    kinds=frozenset({BULLYING}),
    unless=_GRAVE,
    why_not=_NOT_GRAVE,
    doubt=frozenset({"verletzung", "suizid", "tat", "vermisst"}),
    why_doubt=_("Das Verfahren ist für Gruppen Jugendlicher und Mobbing gemacht, nicht für Gewalt oder große Not."),
)
CLASS_LESSON: Final = Method(
    "klassenstunde",
    _("Stunde mit der Klasse"),
    _("Für die Zuschauenden und das Klima, neben den Gesprächen. Themen: helfen, Gruppen, Netz."),
    _("Nie den offenen Fall nachspielen oder so erzählen, dass ihn alle erkennen. Nicht als einziger Schritt."),
    _("Programme mit Stunden und Gesprächen zusammen wirken; Stunden allein weniger."),
    (
        _("Fragen Sie vorher das betroffene Kind, ob diese Stunde jetzt gut ist."),
        _("Wählen Sie eine Stunde aus dem Programm, deren Geschichte dem Fall nicht gleicht."),
        _("Reden Sie über das, was Zuschauende tun können, nicht über Einzelne."),
        _("Bleiben Sie danach zehn Minuten im Raum: Oft kommt jemand."),
    ),
    (_("Welche Stunde, welche Klasse"), _("Wer sie hält"), _("Was danach auffiel")),
    kinds=frozenset({BULLYING, CONFLICT, INCIDENT}),
    why_doubt=_("Bei Gewalt oder Gefährdung erkennt die Klasse leicht, um wen es geht. Zuerst kommt der Schutz."),
    lessons=True,
)
OBSERVING: Final = Method(
    "beobachten",
    _("Still beobachten und im Team sprechen"),
    _("Wenn noch unklar ist, was geschieht. Klassenleitung, Aufsicht, Sport: wer sieht was?"),
    _("Kein Fragen vor der Klasse, keine Listen von Namen, kein Alleingang."),
    _("Gute Praxis."),
    (
        _("Sagen Sie Kolleginnen nur: „Bitte achte in der Pause auf die Gruppe am Zaun.“"),
        _("Schreiben Sie auf, was zu sehen war, getrennt von dem, was Sie vermuten (Beobachtungsbogen)."),
        _("Sprechen Sie nach drei Tagen im Team darüber und entscheiden Sie dann über die Methode."),
    ),
    (_("Wer wo beobachtet"), _("Wann das Team spricht")),
)
PARENTS: Final = Method(
    "eltern",
    _("Gespräch mit den Eltern des betroffenen Kindes"),
    _("Wenn die Sicherheitsabfrage es erlaubt und das Kind zustimmt."),
    _("Nie vor der Sicherheitsabfrage. Eltern sollen nicht selbst mit den anderen Eltern reden."),
    _("Gute Praxis."),
    (
        _("Fragen Sie das Kind vorher, was gesagt werden darf."),
        _("„Ihr Kind hat sich jemandem anvertraut. Das war stark.“"),
        _("Sagen Sie, was die Schule tut, und bitten Sie, nicht selbst mit den anderen Eltern zu sprechen."),
        _("„Was würde Ihrem Kind zu Hause jetzt guttun?“ Nennen Sie das Elterntelefon und den nächsten Termin."),
    ),
    (_("Was gesagt wurde"), _("Was die Eltern tun"), _("Wann Sie sich wieder melden")),
    unless=frozenset({"zuhause"}),
    why_not=_UNSAFE_HOME,
    tells="eltern",
)
ACCUSED_PARENTS: Final = Method(
    "eltern-vorwurf",
    _("Gespräch mit den Eltern eines Kindes, dem etwas vorgeworfen wird"),
    _("Wenn etwas feststeht, was diese Eltern wissen müssen. Das Kind gilt als unschuldig, bis es geklärt ist."),
    _("Nicht sagen, wer es gemeldet hat. Nicht, wenn die Eltern das andere Kind unter Druck setzen könnten."),
    _("Gute Praxis."),
    (
        _("„Wir wollen, dass es allen Kindern gut geht, auch Ihrem.“"),
        _("Beschreiben Sie, was zu sehen war, ohne „Täter“ und ohne Urteil."),
        _("Hören Sie zu. „Was erzählt Ihr Kind davon?“"),
        _("Sagen Sie, was Sie erwarten und was Sie anbieten. Fragen Sie, was dem Kind hilft, es anders zu machen."),
        _("Bitten Sie, keinen Kontakt zu den anderen Eltern aufzunehmen. Nennen Sie den nächsten Termin."),
    ),
    (_("Was vereinbart ist"), _("Was die Schule anbietet"), _("Wann Sie wieder sprechen")),
    unless=frozenset({"zuhause"}),
    why_not=_UNSAFE_HOME,
    tells="eltern-andere",
)
MEDIATION: Final = Method(
    "streitschlichtung",
    _("Streitschlichtung"),
    _("Ein Streit zwischen zwei etwa gleich Starken, die beide wollen."),
    _("Nie bei Mobbing: Die Kräfte sind ungleich, und das Kind müsste mit denen verhandeln, die ihm wehtun."),
    _("Für Konflikte gut untersucht, bei Mobbing schädlich."),
    (
        _("Fragen Sie beide einzeln, ob sie wollen. Ein Nein ist ein Nein."),
        _("Beide erzählen, was war und was sie fühlten. Die andere Seite wiederholt es."),
        _("Beide sammeln Lösungen und wählen eine. Schreiben Sie sie auf."),
        _("Prüfen Sie nach zwei Wochen, ob sie hält. Wiederholt es sich, schätzen Sie neu ein."),
    ),
    (_("Was beide vereinbaren"), _("Wann Sie es prüfen")),
    kinds=frozenset({CONFLICT}),
    never=ANY - {CONFLICT},
    doubt=frozenset({"verletzung"}),
    why_doubt=_("Wer verletzt wurde, ist meist nicht gleich stark. Prüfen Sie, ob es wirklich ein Konflikt ist."),
    unless=_GRAVE | {"suizid", "tat"},
    why_not=_(
        "Streitschlichtung braucht zwei gleich Starke. Bei Mobbing und Gewalt sind die Kräfte ungleich. Das "
        "Kind müsste mit denen verhandeln, die ihm wehtun. Wählen Sie eine andere Methode."
    ),
)
CHILD_METHODS: Final = (
    FIRST_TALK, PROTECTION, OBSERVING, SUPPORT_GROUP, GENTLE_TALK, CONFRONTING_TALK, SHARED_CONCERN, CLASS_LESSON,
    PARENTS, ACCUSED_PARENTS, MEDIATION,
)  # fmt: skip
