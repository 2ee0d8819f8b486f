"""The city's data on its schools: the schools themselves, their teams, rooms, hours and free days."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    Time,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bullying_desk.access.roles import SCHOOL_ROLES, Role
from bullying_desk.database import Base, RandomId
from bullying_desk.rights.models import Right
from bullying_desk.schools.school_forms import SchoolForm, form_of
from bullying_desk.schools.school_names import shown_name

SeatRole = Role
"""What somebody does in a school, or for the whole city."""


class SchoolState(StrEnum):
    """How far a school takes part. Only `joined` takes reports; importing never joins (principle P1)."""

    KNOWN = "known"
    JOINED = "joined"
    PAUSED = "paused"
    CLOSED = "closed"


class ContactFunction(StrEnum):
    """Why a contact person is one; matters for the law of silence (§ 203 StGB) and for how pupils see them."""

    COUNSELLING_TEACHER = "counselling_teacher"
    SCHOOL_SOCIAL_WORKER = "school_social_worker"
    TRUSTED_TEACHER = "trusted_teacher"


class SeatState(StrEnum):
    """Whether the person has come, is there, or has left."""

    INVITED = "invited"
    ACTIVE = "active"
    ENDED = "ended"


def _enum(kind: type[StrEnum], length: int = 32) -> Enum:
    # Text with the value, not a native type: a new role must not need ALTER TYPE on PostgreSQL.
    return Enum(kind, native_enum=False, length=length, values_callable=lambda members: [m.value for m in members])


_SCHOOL_ROLE_LIST = ", ".join(f"'{role.value}'" for role in sorted(SCHOOL_ROLES))


class School(Right, RandomId, Base):
    """One school of the official register, keyed by its Schulnummer, with the city's own short key."""

    __tablename__ = "school"
    __table_args__ = (
        CheckConstraint("state NOT IN ('joined', 'paused') OR joined_on IS NOT NULL", name="joined_has_a_date"),
        CheckConstraint("length(key) = 4", name="key_has_four_characters"),
    )

    number: Mapped[str] = mapped_column(String(12), unique=True)  # Schulnummer: text, it may begin with 0
    key: Mapped[str] = mapped_column(String(4), unique=True)
    name: Mapped[str] = mapped_column(Text)  # Schulbezeichnung_1 as the register has it
    name_addition: Mapped[str] = mapped_column(Text, default="")  # Schulbezeichnung_2 and _3
    short_name: Mapped[str] = mapped_column(Text, default="")  # Kurzbezeichnung
    form: Mapped[str] = mapped_column(String(4))  # Schulform as code; unknown codes are kept
    street: Mapped[str] = mapped_column(Text, default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    town: Mapped[str] = mapped_column(Text, default="")
    municipality: Mapped[str] = mapped_column(String(8), index=True)  # Gemeindeschluessel, 8 digits
    authority_number: Mapped[str] = mapped_column(String(12), default="")  # Traegernummer
    private: Mapped[bool] = mapped_column(default=False)  # Rechtsform 2
    operating_code: Mapped[str] = mapped_column(String(4), default="")  # Schulbetriebsschluessel
    operating_since: Mapped[date | None] = mapped_column(Date)
    state: Mapped[SchoolState] = mapped_column(_enum(SchoolState), default=SchoolState.KNOWN)
    joined_on: Mapped[date | None] = mapped_column(Date)
    joined_signatory: Mapped[str | None] = mapped_column(Text)
    paused_reason: Mapped[str | None] = mapped_column(Text)
    exit_target: Mapped[str | None] = mapped_column(Text)  # own address of the quick exit
    register_state_of: Mapped[date | None] = mapped_column(Date)  # last import in which the school was seen
    # Counts every change of the row. Two people who change one school at once get StaleDataError, and the sum over all
    # schools shows the search index that it is out of date.
    revision: Mapped[int] = mapped_column(BigInteger)

    covered = (
        "number", "key", "name", "name_addition", "short_name", "form", "town", "municipality", "authority_number",
        "state", "joined_on", "joined_signatory",
    )  # fmt: skip
    listed = False

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own shape

    @property
    def shown_name(self) -> str:
        """The name people use: „Grundschule Kleine Kielstraße“ instead of „Städt. Gem. Grundschule“."""
        return shown_name(self.name, self.name_addition, self.short_name, self.town, self.form_name)

    @property
    def form_name(self) -> str:
        """The German name of the school form, „Schule“ where the code is unknown."""
        return form_of(self.form).name

    @property
    def school_form(self) -> SchoolForm:
        """The school form with its kind."""
        return form_of(self.form)

    @property
    def takes_reports(self) -> bool:
        """Whether the contact point of this school is open (principle P1)."""
        return self.state is SchoolState.JOINED


class Seat(Right, RandomId, Base):
    """One person's place in one school, or (without a school) in the city."""

    __tablename__ = "seat"
    __table_args__ = (
        CheckConstraint(
            f"(role IN ({_SCHOOL_ROLE_LIST})) = (school_id IS NOT NULL)", name="school_roles_have_a_school"
        ),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended_has_a_date"),
        Index(
            "uq_seat_living",
            "person_id",
            "school_id",
            "role",
            unique=True,
            sqlite_where=text("state <> 'ended'"),
            postgresql_where=text("state <> 'ended'"),
        ),
    )

    school_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    role: Mapped[SeatRole] = mapped_column(_enum(SeatRole))
    function: Mapped[ContactFunction | None] = mapped_column(_enum(ContactFunction))
    shown_name: Mapped[str] = mapped_column(Text)  # „Frau Aydin“
    shown_function: Mapped[str] = mapped_column(Text, default="")  # in pupils' words: „Schulsozialarbeit“
    languages: Mapped[str] = mapped_column(Text, default="")  # „Deutsch, Türkisch“
    days_present: Mapped[str] = mapped_column(String(20), default="")  # „mo,di,fr“
    employer: Mapped[str] = mapped_column(Text, default="")  # Anstellungsträger
    public_since: Mapped[date | None] = mapped_column(Date)  # the person's own recorded yes to be named online
    on_duty: Mapped[bool] = mapped_column(default=False)  # city team only
    state: Mapped[SeatState] = mapped_column(_enum(SeatState), default=SeatState.INVITED)
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)

    school: Mapped[School | None] = relationship()

    covered = (
        "school_id", "person_id", "role", "function", "shown_name", "shown_function", "languages", "days_present",
        "employer", "public_since", "on_duty", "state", "started_on", "ended_on",
    )  # fmt: skip

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The weekdays the person is at school, 0 is Monday."""
        return tuple(WEEKDAYS.index(day) for day in self.days_present.split(",") if day in WEEKDAYS)


WEEKDAYS = ("mo", "di", "mi", "do", "fr")
"""The school week as `Seat.days_present` writes it; the index is Python's weekday number."""


class Place(RandomId, Base):
    """A room where pupils find a contact person, with the way there in words."""

    __tablename__ = "place"

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("seat.id"))
    name: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text, default="")


class OfficeHour(RandomId, Base):
    """A fixed time in the week when a contact person is there."""

    __tablename__ = "office_hour"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 4", name="weekday_is_in_the_school_week"),
        CheckConstraint("starts < ends", name="starts_before_it_ends"),
    )

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("seat.id"))
    place_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("place.id"))
    weekday: Mapped[int]  # 0 Monday … 4 Friday
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)

    place: Mapped[Place | None] = relationship()


class FreeDay(Right, RandomId, Base):
    """A movable free day of one school (beweglicher Ferientag): in no public data, the school enters it."""

    __tablename__ = "free_day"
    __table_args__ = (Index("uq_free_day_school_id_day", "school_id", "day", unique=True),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    day: Mapped[date] = mapped_column(Date)
    half: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")

    covered = ("school_id", "day", "half")


class Absence(Right, RandomId, Base):
    """Days in a row on which a contact person is absent. The reason has no column.

    There is always a stand-in: a colleague of the team, or the city's team where `stand_in_id` names nobody.
    """

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="first_day_before_last_day"),
        Index("uq_absence_seat_id_first_day", "seat_id", "first_day", unique=True),  # of two submits at once one counts
    )

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    seat_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("seat.id"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    stand_in_id: Mapped[int | None] = mapped_column(BigInteger)  # a person
    entered_by: Mapped[int | None] = mapped_column(BigInteger)

    covered = ("school_id", "seat_id", "first_day", "last_day", "stand_in_id", "entered_by")


class DutyPeriod(Right, RandomId, Base):
    """Days on which a member of the city's team answers, above all in holidays; without an end: until further notice.

    `Seat.on_duty` says who is on duty today; a person with periods is on duty in them and at no other time.
    """

    __tablename__ = "duty_period"
    __table_args__ = (
        CheckConstraint("last_day IS NULL OR first_day <= last_day", name="first_day_before_last_day"),
        Index("ix_duty_period_seat_id", "seat_id"),
        Index("uq_duty_period_days", "seat_id", "first_day", "last_day", unique=True),
        Index(  # for databases in which an empty last day equals nothing, not even another empty one
            "uq_duty_period_open",
            "seat_id",
            "first_day",
            unique=True,
            sqlite_where=text("last_day IS NULL"),
            postgresql_where=text("last_day IS NULL"),
        ),
    )

    seat_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("seat.id"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date | None] = mapped_column(Date)

    covered = ("seat_id", "first_day", "last_day")


# A school's yard: breaks, duties in them, the yearly check, prints on the walls.
#
# No child has a name here. A pair of break helpers is a number, and a sign („mit gelber Weste“). A stolen database
# holds no pupil's name. Names are typed for one print and are never stored (decision D45).


class DutyKind(StrEnum):
    """Who is out in a break."""

    CONTACT = "contact"  # a contact person, named only with their own recorded yes
    HELPERS = "helpers"  # pupils who look after younger ones (Pausen-Buddys)
    MEDIATORS = "mediators"  # pupils who help with quarrels (Streitschlichtung)


class YearPart(StrEnum):
    """What a coordinator confirms at the start of a school year, and whether they were asked to."""

    TEAM = "team"
    ROOMS = "rooms"
    HOURS = "hours"
    DAYS = "days"
    ROSTER = "roster"
    ASKED = "asked"


class BreakTime(RandomId, Base):
    """A break of one school; where the timetable changes, its duties move along."""

    __tablename__ = "break_time"
    __table_args__ = (CheckConstraint("starts < ends", name="starts_before_it_ends"),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)


class Duty(RandomId, Base):
    """One duty in one break of one day: a contact person by their seat, pupils by number of pair, heads and sign."""

    __tablename__ = "roster_duty"
    __table_args__ = (
        CheckConstraint("(kind = 'contact') = (seat_id IS NOT NULL)", name="contacts_have_a_seat"),
        CheckConstraint("heads BETWEEN 1 AND 6", name="heads_can_be_counted"),
        Index("ix_roster_duty_school_id_day", "school_id", "day"),
    )

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    day: Mapped[date] = mapped_column(Date)
    break_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("break_time.id", ondelete="CASCADE"), index=True)
    kind: Mapped[DutyKind] = mapped_column(_enum(DutyKind, 16))
    seat_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("seat.id"))
    pair: Mapped[int] = mapped_column(default=0)
    heads: Mapped[int] = mapped_column(default=2)
    sign: Mapped[str] = mapped_column(Text, default="")
    spot: Mapped[str] = mapped_column(Text, default="")

    pause: Mapped[BreakTime] = relationship()


class YearMark(RandomId, Base):
    """One thing that was checked for a school year (`school_year` 2026 is 2026/27)."""

    __tablename__ = "year_mark"
    __table_args__ = (Index("uq_year_mark_school_id_part", "school_id", "school_year", "part", unique=True),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    school_year: Mapped[int]
    part: Mapped[YearPart] = mapped_column(_enum(YearPart, 16))
    marked_on: Mapped[date] = mapped_column(Date)


class PrintEdition(RandomId, Base):
    """A print that was made and may be on a wall: its day, and a hash of its facts."""

    __tablename__ = "print_edition"
    __table_args__ = (Index("uq_print_edition_school_id_what", "school_id", "what", "made_on", unique=True),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    what: Mapped[str] = mapped_column(String(16))
    made_on: Mapped[date] = mapped_column(Date)
    said: Mapped[str] = mapped_column(String(64))  # SHA-256 of the print's source without its date


class Tablet(RandomId, Base):
    """The school has a tablet out for its pupils: the pages under `/k/<key>/` are there while this row is."""

    __tablename__ = "school_tablet"

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"), unique=True)
    since: Mapped[date] = mapped_column(Date)


# Which kinds of places of a school have stickers of their own. All are off until the school switches one on.


class PlaceKind(RandomId, Base):
    """One kind that a school has switched on: never one door or one corner, always every place of its kind."""

    __tablename__ = "place_kind"
    __table_args__ = (UniqueConstraint("school_id", "kind"),)

    school_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(12))
