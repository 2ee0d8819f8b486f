"""`doctor`: exit code 1 and a line for each thing that must be mended before real children write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bullying_desk import clock as clock_module
from bullying_desk.accounts.sign_in import late_posts
from bullying_desk.clock import Clock
from bullying_desk.keyring import make_keys
from bullying_desk.pdf import typesetting
from bullying_desk.pdf.fonts import FAMILIES
from bullying_desk.schooldays import HORIZON
from tests.operations.conftest import Kept, Operator, keep_copies

pytestmark = pytest.mark.sqlite
COMPLETE = """
base_url = "https://portal.example.org"
operator_name = "Stadt Musterstadt"
operator_address = "Musterplatz 1"
operator_email = "portal@example.org"
mail_from = "portal@example.org"
smtp_host = "mail.example.org"
operator_phone = "0231 0"
privacy_officer = "Viktor Hoffmann"
accessibility_email = "portal@example.org"
trusted_proxies = 1
backup_recipients = ["age1rnfewkkak6w6jn3lw9my9ajmaqm3ws0k8cksg7xm2avxq2mv8q3qv3zmhc"]
"""


@pytest.fixture(autouse=True)
def _front_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing outside is asked here; `test_front_server.py` asks."""
    monkeypatch.setattr("bullying_desk.commands.watching.offers_hybrid", lambda _address: True)
    monkeypatch.setattr("bullying_desk.notices.delivery.try_server", lambda _settings: "")


@pytest.fixture
def well(operator: Operator, kept: Kept) -> Operator:
    """Return an instance nothing is wrong with."""
    (kept.folder / "settings.toml").write_text(COMPLETE, "utf-8")
    keep_copies(kept)
    operator.done("tick")
    assert "All is well" in operator.done("doctor")
    return operator


def test_an_instance_without_settings_is_told_what_it_lacks(operator: Operator) -> None:
    operator.done("migrate")
    said = operator.refused("doctor")
    for name in ("base_url", "operator_name", "operator_address", "operator_email", "mail_from", "smtp_host"):
        assert f"setting {name} is empty" in said


def test_a_missing_font_or_package_of_fonts_is_named(well: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "FAMILIES", (*FAMILIES, "Keine Schrift"))
    assert "the font Keine Schrift of prints is missing" in well.refused("doctor")

    def refuse() -> None:
        raise ModuleNotFoundError(name="fontpkg_fira_sans")

    monkeypatch.setattr(typesetting, "_fonts", refuse)
    assert "the package fontpkg_fira_sans of prints is missing" in well.refused("doctor")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("backup_recipients = []", "backup_recipients is empty"),
        ('backup_recipients = ["age1x"]', "not the public half"),
        ('operator_name = "…"', "operator_name still holds the dots"),
        ("trusted_proxies = 0", "trusted_proxies is 0"),
        ('limits_storage = "redis://127.0.0.1:9/0"', "limits"),
        ('security_contact = "x@y.example"', "security_contact needs security_expires"),
        ('security_contact = "x@y.example"\nsecurity_expires = "2020-01-01"', "security.txt ends on 2020-01-01"),
    ],
)
def test_a_setting_that_would_hurt_is_named(well: Operator, kept: Kept, line: str, said: str) -> None:
    name = line.partition(" ")[0]
    kept_lines = [each for each in COMPLETE.splitlines() if not each.startswith(name)]
    (kept.folder / "settings.toml").write_text("\n".join([*kept_lines, line]), "utf-8")
    assert said in well.refused("doctor")


def test_a_mail_server_that_refuses_us_is_told(well: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bullying_desk.notices.delivery.try_server", lambda _settings: "SMTPAuthenticationError")
    assert "the mail server refuses us: SMTPAuthenticationError" in well.refused("doctor")
    assert "All is well" in well.done("doctor", "--offline")


def test_an_empty_city_is_not_well(operator: Operator) -> None:
    operator.done("migrate")
    (operator.folder / "settings.toml").write_text(COMPLETE, "utf-8")
    operator.done("tick")
    assert "no school has joined" in operator.refused("doctor")


def test_the_check_digits_tell_the_right_pepper(well: Operator, kept: Kept) -> None:
    digits = kept.keys.pepper.check_digits()
    assert digits in well.done("doctor", "--pepper-digits", digits)
    assert well.done("doctor", "--pepper-digits", digits.replace(" ", ""))
    wrong = "0000 0000" if digits != "0000 0000" else "1111 1111"
    assert "check digits" in well.refused("doctor", "--pepper-digits", wrong)


def test_without_tls_nobody_is_told_that_all_is_well(well: Operator, kept: Kept) -> None:
    (kept.folder / "settings.toml").write_text(COMPLETE + "tls = false\n", "utf-8")
    assert "tls is off" in well.refused("doctor")


@pytest.mark.parametrize("path", ["keys", "keys/pepper", "keys/session"])
def test_keys_that_others_can_read_are_noticed(well: Operator, kept: Kept, path: str) -> None:
    (kept.folder / path).chmod(0o744)
    assert f"{kept.folder / path} can be read by others" in well.refused("doctor")


def test_a_school_with_fewer_than_two_readers_is_named(well: Operator, kept: Kept) -> None:
    kept.world.remove(["Jan", "Amara"])
    kept.world.session.commit()
    assert "Gesamtschule Lindenpark (198765) has fewer than two readers" in well.refused("doctor")


def test_the_end_of_the_known_holidays_is_told_in_time(well: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime(HORIZON.year, HORIZON.month, 1, tzinfo=UTC)
    monkeypatch.setattr(Clock, "today", lambda _self: late.date())
    assert clock_module.Clock().today() == late.date()
    assert "holidays" in well.refused("doctor")


def test_a_missing_key_stops_every_command(well: Operator, kept: Kept) -> None:
    (kept.folder / "keys" / "pepper").rename(kept.folder / "keys" / "gone")
    assert "put it back from the safe" in well.refused("doctor")
    assert "put it back from the safe" in well.refused("tick")


@pytest.mark.parametrize(
    "settings", ["base_url = 7", "no_such = true", "trusted_proxies = 'one'", "= broken", "notice_times = '7:15'"]
)
def test_a_wrong_setting_is_named_with_its_file(operator: Operator, kept: Kept, settings: str) -> None:
    (kept.folder / "settings.toml").write_text(settings + "\n", "utf-8")
    for command in ("doctor", "tick", "run"):
        assert "settings.toml" in operator.refused(command)


def test_an_old_database_is_refused_with_what_to_do(operator: Operator) -> None:
    make_keys(operator.folder / "keys")
    for command in ("doctor", "tick", "run"):
        assert "bullying-desk migrate" in operator.refused(command)


def test_a_tick_of_which_a_part_failed_says_so_by_its_exit_code(
    well: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "parts that failed: 0" in well.done("tick")

    def broken(*_more: object) -> int:
        raise ValueError("Zofia")

    monkeypatch.setattr(late_posts, "forget_expired", broken)
    said = well.refused("tick")
    assert "parts that failed: 1" in said
    assert "Zofia" not in said
