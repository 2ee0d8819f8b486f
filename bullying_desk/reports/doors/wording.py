"""The end of every door: who may read, and one's name, in words for children and for adults."""

from __future__ import annotations

from dataclasses import dataclass

from bullying_desk.reports.doors.questions import mark as _


@dataclass(frozen=True, slots=True)
class Wording:
    """The shared part of the form in one tone. `%(city)s` is the name of the city's office."""

    intro: str
    adult: str
    meant: str
    meant_hint: str
    head: str
    somebody_else: str
    readers: str
    readers_hint: str
    team: str
    city: str
    city_second: str
    named: str
    named_second: str
    leave_out: str
    stand_in: str
    name: str
    name_no: tuple[str, str]
    name_team: tuple[str, str]
    name_school: tuple[str, str]
    called: str
    group: str
    where: str
    check: str
    check_words: str
    send: str
    say_team: str
    say_named: str
    say_city: str
    say_few: str
    limits: str
    need_readers: str
    need_named: str
    need_stand_in: str
    need_second: str
    need_adult: str
    not_team: str
    meant_reads: str
    too_long: str
    press_again: str


CHILD = Wording(
    intro=_("Du musst nicht alles beantworten. Wir lesen es erst, wenn du auf „Senden“ drückst."),
    adult=_("Geht es um einen Erwachsenen von der Schule?"),
    meant=_("Um wen geht es?"),
    meant_hint=_("Wen du hier ankreuzt, der kann deine Nachricht nicht lesen."),
    head=_("Die Schulleitung"),
    somebody_else=_("Jemand anderes"),
    readers=_("Wer darf das lesen?"),
    readers_hint=_("Nur diese Menschen können deine Nachricht lesen."),
    team=_("Alle aus dem Team"),
    city=_("Lieber jemand, der nicht an meiner Schule ist"),
    city_second=_("Das liest dann: %(city)s."),
    named=_("Nur diese Personen"),
    named_second=_("Kreuz sie hier an."),
    leave_out=_("Soll jemand davon es nicht lesen?"),
    stand_in=_("Ist die Person krank? Wer darf dann lesen?"),
    name=_("Dürfen wir wissen, wer du bist?"),
    name_no=(_("Nein. Ich bleibe geheim."), _("Niemand sieht deinen Namen. Du kannst trotzdem mit uns schreiben.")),
    name_team=(_("Ja, aber nur das Team."), _("Das Team fragt dich, bevor es deinen Namen sagt.")),
    name_school=(
        _("Ja. Ihr dürft in der Schule mit mir reden."),
        _("Sag uns dann, wann und wo das gut für dich ist."),
    ),
    called=_("Wie sollen wir dich nennen?"),
    group=_("Klasse"),
    where=_("Wann und wo dürfen wir mit dir reden?"),
    check=_("Stimmt alles so?"),
    check_words=_("Noch ist nichts weg. Erst wenn du auf „Senden“ drückst, kann das Team es lesen."),
    send=_("Jetzt senden"),
    say_team=_("Hast du „Alle aus dem Team“ gewählt? Dann lesen das: %(names)s. Ist niemand da? Dann liest: %(city)s."),
    say_named=_("Hast du „Nur diese Personen“ gewählt? Dann lesen es nur die Personen mit deinem Kreuz."),
    say_city=_("Hast du jemand von außen gewählt? Dann liest das: %(city)s. An deiner Schule liest es niemand."),
    say_few=_("Immer 2 Menschen sollen es lesen können. Bleibt nur eine Person übrig? Dann liest auch: %(city)s."),
    limits=_(
        "Ist jemand in großer Gefahr? Dann muss das Team Hilfe holen. Das Team sagt dir das vorher, wenn es geht. "
        "Wissen nur du und wenige Kinder davon? Dann kann jemand raten, wer das geschrieben hat."
    ),
    need_readers=_("Wähle aus, wer das lesen darf."),
    need_named=_("Wähle mindestens eine Person. Oder wähle die Stelle der Stadt."),
    need_stand_in=_("Wähl hier noch jemanden. Die Person kann mal krank sein."),
    need_second=_("Kreuz noch eine Person an. Immer 2 Menschen sollen es lesen."),
    need_adult=_("Ist der Erwachsene von deiner Schule? Sag bitte Ja oder Nein."),
    not_team=_("Es geht um einen Erwachsenen. Kreuz die Personen darum einzeln an."),
    meant_reads=_("Um diese Person geht es: %(names)s. Nimm hier das Kreuz weg."),
    too_long=_("Das ist zu lang. 20.000 Zeichen gehen. Bei dir sind es %(count)s."),
    press_again=_("Drück bitte noch ein Mal auf „Senden“."),
)

ADULT = Wording(
    intro=_("Sie müssen nicht alles beantworten. Wir lesen es erst, wenn Sie auf „Senden“ drücken."),
    adult=_("Geht es um eine erwachsene Person der Schule?"),
    meant=_("Um wen geht es?"),
    meant_hint=_("Wer hier angekreuzt ist, kann Ihre Nachricht nicht lesen."),
    head=_("Schulleitung"),
    somebody_else=_("Jemand anderes"),
    readers=_("Wer darf das lesen?"),
    readers_hint=_("Nur diese Personen können Ihre Nachricht lesen."),
    team=_("Alle aus dem Team"),
    city=_("Lieber jemand außerhalb der Schule"),
    city_second=_("Es liest: %(city)s."),
    named=_("Nur diese Personen"),
    named_second=_("Bitte einzeln ankreuzen."),
    leave_out=_("Soll jemand davon es nicht lesen?"),
    stand_in=_("Wer darf lesen, wenn die Person abwesend ist?"),
    name=_("Dürfen wir wissen, wer Sie sind?"),
    name_no=(_("Nein. Ich bleibe ungenannt."), _("Sie können trotzdem mit uns schreiben.")),
    name_team=(_("Ja, aber nur das Team."), _("Das Team fragt Sie, bevor es Ihren Namen weitersagt.")),
    name_school=(_("Ja. Sie dürfen mich ansprechen."), _("Sagen Sie uns, wann und wie Sie zu erreichen sind.")),
    called=_("Ihr Name"),
    group=_("Telefon oder E-Mail"),
    where=_("Wann sind Sie zu erreichen?"),
    check=_("Stimmt alles so?"),
    check_words=_("Noch ist nichts gesendet. Erst wenn Sie auf „Senden“ drücken, kann jemand es lesen."),
    send=_("Jetzt senden"),
    say_team=_("Bei „Alle aus dem Team“ lesen: %(names)s. Ist davon niemand da, liest: %(city)s."),
    say_named=_("Bei „Nur diese Personen“ lesen allein die angekreuzten Personen."),
    say_city=_("Bei jemandem außerhalb der Schule liest: %(city)s. An der Schule liest es niemand."),
    say_few=_("Es sollen immer zwei Personen lesen können. Bleibt nur eine übrig, liest auch: %(city)s."),
    limits=_(
        "Ist ein Kind in Gefahr, muss das Team handeln; es spricht vorher mit Ihnen, wenn das möglich ist. Wissen nur "
        "wenige von dem Vorfall, kann jemand erraten, wer geschrieben hat."
    ),
    need_readers=_("Bitte wählen Sie, wer das lesen darf."),
    need_named=_("Bitte kreuzen Sie mindestens eine Person an, oder wählen Sie die Stelle der Stadt."),
    need_stand_in=_("Bitte wählen Sie hier noch jemanden, falls die Person abwesend ist."),
    need_second=_("Bitte kreuzen Sie eine zweite Person an. Es sollen immer zwei Personen lesen können."),
    need_adult=_("Gehört die erwachsene Person zur Schule? Bitte wählen Sie Ja oder Nein."),
    not_team=_("Es geht um eine erwachsene Person der Schule. Bitte kreuzen Sie die Personen einzeln an."),
    meant_reads=_("Um diese Person geht es: %(names)s. Bitte nehmen Sie das Kreuz hier weg."),
    too_long=_("Das ist zu lang. Möglich sind 20.000 Zeichen, es sind %(count)s."),
    press_again=_("Bitte drücken Sie noch einmal auf „Senden“."),
)


def wording(*, polite: bool) -> Wording:
    """Return the words for adults or for children."""
    return ADULT if polite else CHILD
