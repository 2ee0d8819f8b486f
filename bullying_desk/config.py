"""The city's settings, read once into a typed object.

They are in `INSTANCE/settings.toml`; an environment variable `BULLYING_DESK_<NAME>` overrides each of them. A setting
has a default only where the default is right in production and fit to be public.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, get_type_hints

ENVIRONMENT_PREFIX = "BULLYING_DESK_"
ONION = re.compile(r"http://[a-z2-7]{56}\.onion")


class SettingsRefused(Exception):
    """A setting is unknown or has a value of the wrong kind; the message names it and the file."""


@dataclass(frozen=True, slots=True)
class ClockValues:
    """How long things may take, in school time where nothing else is said (principles P4, P5)."""

    answer_school_days: int = 3  # promised to every reporter; also for the urgency „niedrig“
    high_school_days: int = 1
    medium_school_days: int = 2
    acute_school_hours: int = 1
    plan_school_days: int = 5
    follow_up_days: tuple[tuple[int, int], tuple[int, int]] = ((7, 14), (42, 56))  # days of the calendar
    deputy_school_days: int = 1  # after a missed promise; school hours where it is acute
    city_school_days: int = 2
    day_begins: str = "08:00"
    day_ends: str = "15:00"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator (the school authority) decides."""

    instance: Path
    database_url: str = ""
    service_name: str = "Lindenbank"
    base_url: str = ""
    city_name: str = "Dortmund"
    city_office: str = "Stelle der Stadt"
    municipality: str = "05913000"
    operator_name: str = ""
    operator_address: str = ""
    operator_email: str = ""
    operator_phone: str = ""
    operator_register: str = ""
    privacy_officer: str = ""
    accessibility_email: str = ""
    accessibility_status_date: str = ""
    # Who helps where an answer is missing: BGG NRW § 10d, by lbbp.nrw.de/ombudsstelle (read in November 2026).
    enforcement_name: str = "Ombudsstelle für barrierefreie Informationstechnik des Landes Nordrhein-Westfalen"
    enforcement_url: str = "https://www.lbbp.nrw.de/ombudsstelle"
    enforcement_email: str = "ombudsstelle-barrierefreie-it@mags.nrw.de"
    security_contact: str = ""  # for security.txt: a mail address, or the address of a form
    security_expires: str = ""  # the day from which security.txt is not to be believed, like 2027-06-30
    # Where "Schnell weg" leads: children, pupils from class 5 on, and browsers that ask for another language first.
    exit_target: str = "https://klexikon.zum.de/wiki/Klexikon:Willkommen_im_Klexikon"
    exit_target_older: str = "https://de.wikipedia.org/wiki/Wikipedia:Hauptseite"
    exit_targets: tuple[str, ...] = (
        "en=https://en.wikipedia.org/wiki/Main_Page",
        "tr=https://tr.wikipedia.org/wiki/Anasayfa",
        "ar=https://ar.wikipedia.org/",
        "uk=https://uk.wikipedia.org/",
        "ru=https://ru.wikipedia.org/",
        "pl=https://pl.wikipedia.org/",
        "ro=https://ro.wikipedia.org/",
        "bg=https://bg.wikipedia.org/",
    )
    # Whether a child of a school that does not take part may write to the city's office (decision D87): schools of the
    # operator's own authority (Schulträger), and of another one by a named agreement like "72783=Vereinbarung vom …".
    known_schools_reach_city: bool = False
    authority_number: str = "10297"
    authority_agreements: tuple[str, ...] = ()
    head_may_coordinate: bool = False
    receipt_words: int = 6
    trusted_proxies: int = 0
    tls: bool = True
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_starttls: bool = True
    mail_from: str = ""
    notice_times: tuple[str, ...] = ("07:15", "10:00", "12:30", "15:00")
    school_hours_begin: str = "08:00"
    school_hours_end: str = "15:00"
    answer_school_days: int = 3
    answer_school_days_high: int = 1
    answer_school_days_medium: int = 2
    acute_school_hours: int = 1
    plan_school_days: int = 5
    follow_up_days: tuple[str, ...] = ("7-14", "42-56")  # after the last measure: the first and the second window
    deputy_after_school_days: int = 1
    city_after_school_days: int = 2
    idle_minutes: int = 15
    session_hours: int = 10
    reporter_idle_minutes: int = 30
    limits_storage: str = "memory://"
    onion_url: str = ""  # like http://….onion: the same pages for people who come through Tor; empty: none
    log_format: str = "plain"  # or "json": one object a line, and counts of requests by the hour
    status_page: bool = False  # /stand says to everybody whether the service runs
    metrics_networks: tuple[str, ...] = ()  # who may read /metrics, like 10.1.2.0/24; empty: nobody
    backup_recipients: tuple[str, ...] = ()  # age1…: whose key opens a copy (`backup-key` makes one)
    threads: int = 96  # 16 always free, one slow hash on each core, 64 in the line behind (decision D19)
    demo: bool = False

    @property
    def keys(self) -> Path:
        """The folder of the pepper and the session key; it is in no backup."""
        return self.instance / "keys"

    @property
    def clocks(self) -> ClockValues:
        """The values of the school clock. Raises SettingsRefused where they contradict each other."""
        first, second = _windows(self.follow_up_days)
        days = (self.answer_school_days_high, self.answer_school_days_medium, self.answer_school_days)
        if not 1 <= days[0] <= days[1] <= days[2] or self.acute_school_hours < 1 or self.plan_school_days < 1:
            raise SettingsRefused(
                "the more urgent a case is, the sooner somebody answers, at the soonest after one day"
            )
        if not 1 <= self.deputy_after_school_days <= self.city_after_school_days:
            raise SettingsRefused("the deputy is asked after at least one school day, the city's team not before")
        return ClockValues(
            answer_school_days=days[2],
            high_school_days=days[0],
            medium_school_days=days[1],
            acute_school_hours=self.acute_school_hours,
            plan_school_days=self.plan_school_days,
            follow_up_days=(first, second),
            deputy_school_days=self.deputy_after_school_days,
            city_school_days=self.city_after_school_days,
            day_begins=self.school_hours_begin,
            day_ends=self.school_hours_end,
        )

    @property
    def exit_by_language(self) -> dict[str, str]:
        """Where "Schnell weg" leads by the first language of a browser. Raises SettingsRefused for anything else."""
        pairs = [each.partition("=") for each in self.exit_targets]
        if not all(language and address.startswith("https://") for language, _sign, address in pairs):
            raise SettingsRefused('exit_targets are languages with an address, like "tr=https://tr.wikipedia.org/"')
        return {language: address for language, _sign, address in pairs}

    @property
    def agreements(self) -> dict[str, str]:
        """The agreements with other authorities by their number. Raises SettingsRefused for one without a name."""
        pairs = [each.partition("=") for each in self.authority_agreements]
        if not all(number.strip().isdigit() and name.strip() for number, _sign, name in pairs):
            raise SettingsRefused(
                'authority_agreements are numbers with a name, like "72783=Vereinbarung vom 1.9.2026"'
            )
        return {number.strip(): name.strip() for number, _sign, name in pairs}

    def reaches_city(self, authority_number: str) -> bool:
        """Whether children of an authority's schools that do not take part may write to the city's office."""
        agreed = authority_number in {self.authority_number, *self.agreements}
        return self.known_schools_reach_city and bool(authority_number) and agreed

    @property
    def metrics_allowed(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks that may read /metrics. Raises SettingsRefused for anything but a network."""
        try:
            return tuple(ip_network(each) for each in self.metrics_networks)
        except ValueError as error:
            raise SettingsRefused('metrics_networks are networks like "10.1.2.0/24" or "127.0.0.1"') from error

    @property
    def checked_log_format(self) -> str:
        """How the journal is written. Raises SettingsRefused for anything but the two formats."""
        if self.log_format not in {"plain", "json"}:
            raise SettingsRefused('log_format is "plain" or "json"')
        return self.log_format

    @property
    def onion_host(self) -> str:
        """The name of the onion service, empty where there is none. Raises SettingsRefused for anything else."""
        if self.onion_url and not ONION.fullmatch(self.onion_url):
            raise SettingsRefused("onion_url is http:// and the 56 letters of a version 3 address with .onion")
        return self.onion_url.removeprefix("http://")

    @property
    def security_until(self) -> date | None:
        """The last day of security.txt, None where none is set. Raises SettingsRefused for anything but a day."""
        try:
            return date.fromisoformat(self.security_expires) if self.security_expires else None
        except ValueError as error:
            raise SettingsRefused("security_expires is a day like 2027-06-30") from error

    @property
    def url(self) -> str:
        """The address of the database: the setting, else one SQLite file in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance / 'desk.db'}"


def _windows(given: tuple[str, ...]) -> tuple[tuple[int, int], tuple[int, int]]:
    try:
        (first, second) = ((int(begin), int(end)) for begin, end in (text.split("-") for text in given))
    except ValueError as error:
        raise SettingsRefused('follow_up_days are two windows in days, like "7-14" and "42-56"') from error
    if not 1 <= first[0] <= first[1] < second[0] <= second[1]:
        raise SettingsRefused("follow_up_days: the second window begins after the first has ended")
    return first, second


def instance_folder(given: str | Path | None = None) -> Path:
    """Name the instance folder: the given one, else `BULLYING_DESK_INSTANCE`, else `./instance`."""
    chosen = given or os.environ.get(ENVIRONMENT_PREFIX + "INSTANCE") or "instance"
    return Path(chosen).expanduser().resolve()


def load_settings(instance: Path) -> Settings:
    """Read the settings of one instance.

    Raises SettingsRefused with the file and the name of what is wrong.
    """
    path = instance / "settings.toml"
    given: dict[str, Any] = {}
    if path.exists():
        try:
            given = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsRefused(f"{path}: {error}") from error
    hints = get_type_hints(Settings)
    names = {f.name for f in fields(Settings)} - {"instance"}
    for name in names:
        from_environment = os.environ.get(ENVIRONMENT_PREFIX + name.upper())
        if from_environment is not None:
            given[name] = _from_text(name, from_environment, hints[name])
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in names:
            raise SettingsRefused(f"{path}: there is no setting called {name!r}")
        values[name] = _checked(path, name, value, hints[name])
    settings = Settings(instance=instance, **values)
    # What is wrong is refused at once, not at the first report.
    _ = settings.clocks, settings.exit_by_language, settings.metrics_allowed, settings.agreements
    _ = settings.checked_log_format, settings.onion_host
    return settings


def _from_text(name: str, value: str, kind: Any) -> Any:
    if kind is bool:
        if value.lower() not in {"1", "0", "true", "false", "yes", "no"}:
            raise SettingsRefused(f"{ENVIRONMENT_PREFIX}{name.upper()} must be true or false")
        return value.lower() in {"1", "true", "yes"}
    if kind is int:
        try:
            return int(value)
        except ValueError as error:
            raise SettingsRefused(f"{ENVIRONMENT_PREFIX}{name.upper()} must be a number") from error
    if kind is str:
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _checked(path: Path, name: str, value: Any, kind: Any) -> Any:
    if kind in (bool, int, str):
        if type(value) is not kind:
            raise SettingsRefused(f"{path}: {name} must be of kind {kind.__name__}")
        return value
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise SettingsRefused(f"{path}: {name} must be a list of texts")
    return tuple(value)
