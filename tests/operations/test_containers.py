"""The files for containers are held to the program and to the guide: same names, paths, user, ports and commands."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from click import Group

from bullying_desk.commands import main
from bullying_desk.config import ENVIRONMENT_PREFIX, Settings, load_settings
from tests.house.project import ROOT

pytestmark = pytest.mark.sqlite
DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "container" / "Containerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text("utf-8"))
KUBERNETES = DEPLOY / "kubernetes"
OURS = ("migrate", "app", "tick", "watch", "backup")
USER, INSTANCE = 10001, "/var/lib/bullying-desk"
VERSION = "1.29"


def _documents() -> list[dict[str, Any]]:
    """Return every object of the base and the example, as kustomize lists them."""
    found = []
    for folder in (KUBERNETES / "base", KUBERNETES / "example"):
        listed = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))["resources"]
        files = [name for name in listed if name.endswith(".yaml")]
        assert sorted([*files, "kustomization.yaml"]) == sorted(path.name for path in folder.glob("*.yaml"))
        found += [each for name in files for each in yaml.safe_load_all((folder / name).read_text("utf-8"))]
    return found


DOCUMENTS = _documents()


def _pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for each in DOCUMENTS:
        if each["kind"] == "Deployment":
            yield each["metadata"]["name"], each["spec"]["template"]["spec"]
        if each["kind"] == "CronJob":
            yield each["metadata"]["name"], each["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def _containers() -> list[dict[str, Any]]:
    return [one for _name, pod in _pods() for one in [*pod.get("initContainers", ()), *pod["containers"]]]


def _of_unit(name: str) -> list[str]:
    """Return what a unit of systemd runs, without the folder of the program."""
    text = (DEPLOY / "systemd" / f"bullying-desk{name}.service").read_text("utf-8")
    (line,) = re.findall(r"(?m)^ExecStart=/opt/bullying-desk/bin/(.+)$", text)
    return str(line).split()


def test_every_object_is_what_its_schema_says() -> None:
    for each in DOCUMENTS:
        kubernetes_validate.validate(each, VERSION, strict=True)
    assert {each["kind"] for each in DOCUMENTS} >= {
        "Deployment", "Service", "CronJob", "PodDisruptionBudget", "NetworkPolicy", "PersistentVolumeClaim", "Ingress",
    }  # fmt: skip


def test_control_a_wrong_object_is_refused() -> None:
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"ports": [{"prot": 1}]}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_the_same_commands_run_as_under_systemd() -> None:
    wanted = {"tick": _of_unit("-tick"), "watch": _of_unit("-watch"), "backup": _of_unit("-backup")}
    assert {name: COMPOSE["services"][name]["command"][2:] for name in wanted} == wanted
    assert all(COMPOSE["services"][name]["command"][0] == "every" for name in wanted)
    assert {name: pod["containers"][0]["command"] for name, pod in _pods() if name != "app"} == wanted
    said = re.findall(r"(?m)^CMD (\[.+gunicorn.+\])$", CONTAINERFILE)
    assert yaml.safe_load(said[0]) == _of_unit("-gunicorn")
    assert isinstance(main, Group)
    known = set(main.list_commands(None))  # type: ignore[arg-type]
    assert {"migrate", *wanted} <= known
    assert [COMPOSE["services"]["migrate"]["command"], dict(_pods())["app"]["initContainers"][0]["command"]] == [
        ["bullying-desk", "migrate"]
    ] * 2


def test_they_run_as_often_as_the_timers() -> None:
    timers = {"tick": "minutely", "watch": "hourly", "backup": "*-*-* 02:40"}
    for name, when in timers.items():
        assert f"OnCalendar={when}\n" in (DEPLOY / "systemd" / f"bullying-desk-{name}.timer").read_text("utf-8")
    assert [COMPOSE["services"][name]["command"][1] for name in timers] == ["60", "3600", "86400"]
    schedules = {each["metadata"]["name"]: each["spec"]["schedule"] for each in DOCUMENTS if each["kind"] == "CronJob"}
    assert schedules == {"tick": "* * * * *", "watch": "7 * * * *", "backup": "40 2 * * *"}


def test_every_setting_that_is_named_exists() -> None:
    known = {ENVIRONMENT_PREFIX + each.name.upper() for each in fields(Settings)}
    text = "\n".join(path.read_text("utf-8") for path in [*DEPLOY.rglob("*.yaml"), DEPLOY / "container/Containerfile"])
    named = set(re.findall(rf"\b{ENVIRONMENT_PREFIX}[A-Z_]+", text))
    assert named == {"BULLYING_DESK_INSTANCE", "BULLYING_DESK_LOG_FORMAT"}
    assert named <= known


def test_the_example_of_settings_is_read(tmp_path: Path) -> None:
    shutil.copy(KUBERNETES / "example" / "settings.example.toml", tmp_path / "settings.toml")
    settings = load_settings(tmp_path)
    assert settings.database_url.startswith("postgresql+psycopg://")
    assert settings.trusted_proxies == 1


def test_everything_of_ours_is_shut_in() -> None:
    for name in OURS:
        one = COMPOSE["services"][name]
        assert (one["user"], one["read_only"], one["cap_drop"]) == (f"{USER}:{USER}", True, ["ALL"]), name
        assert "no-new-privileges:true" in one["security_opt"]
    for name, pod in _pods():
        asked = pod["securityContext"]
        assert (asked["runAsNonRoot"], asked["runAsUser"], pod["automountServiceAccountToken"]) == (
            True,
            USER,
            False,
        ), name
    for one in _containers():
        shut = one["securityContext"]
        assert shut == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {each["mountPath"] for each in one["volumeMounts"]} >= {INSTANCE, f"{INSTANCE}/settings.toml", "/tmp"}
    assert f"\nUSER {USER}:{USER}\n" in CONTAINERFILE
    assert f"--uid {USER} --gid {USER} " in CONTAINERFILE
    assert f"groupadd --system --gid {USER} bullying-desk" in CONTAINERFILE


def test_paths_and_ports_are_those_of_the_guide() -> None:
    conf = (DEPLOY / "gunicorn.conf.py").read_text("utf-8")
    (port,) = re.findall(r'bind = "127\.0\.0\.1:(\d+)"', conf)
    assert f"EXPOSE {port}\n" in CONTAINERFILE
    assert f"http://127.0.0.1:{port}/healthz" in CONTAINERFILE
    assert f"BULLYING_DESK_INSTANCE={INSTANCE} " in CONTAINERFILE
    assert f"Environment=BULLYING_DESK_INSTANCE={INSTANCE}\n" in (
        DEPLOY / "systemd" / "bullying-desk-tick.service"
    ).read_text("utf-8")
    app = dict(_pods())["app"]["containers"][0]
    assert app["ports"][0]["containerPort"] == int(port)
    assert {each["name"]: each["value"] for each in app["env"]}["GUNICORN_CMD_ARGS"] == f"--bind=0.0.0.0:{port}"
    for kind, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        asked = app[kind]["httpGet"]
        assert (asked["path"], asked["httpHeaders"]) == (path, [{"name": "Host", "value": "localhost"}])
    (service,) = [each for each in DOCUMENTS if each["kind"] == "Service"]
    assert service["spec"]["ports"][0]["port"] == int(port)
    assert f"proxy_pass http://127.0.0.1:{port};" in (DEPLOY / "nginx" / "bullying-desk.conf").read_text("utf-8")
    assert COMPOSE["services"]["nginx"]["network_mode"] == "service:app"  # so nginx finds it at the same address


def test_a_stop_leaves_time_for_answers_that_have_begun() -> None:
    conf = (DEPLOY / "gunicorn.conf.py").read_text("utf-8")
    (graceful,) = map(int, re.findall(r"graceful_timeout = (\d+)", conf))
    pod = dict(_pods())["app"]
    sleep = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > graceful + sleep
    assert int(COMPOSE["services"]["app"]["stop_grace_period"].removesuffix("s")) > graceful
    for unit in ("", "-gunicorn"):
        text = (DEPLOY / "systemd" / f"bullying-desk{unit}.service").read_text("utf-8")
        assert int(re.findall(r"TimeoutStopSec=(\d+)", text)[0]) > graceful


def test_the_image_is_made_of_pinned_libraries_and_of_nothing_secret() -> None:
    installs = re.findall(r"pip install ([^\n]+)", CONTAINERFILE)
    assert all("--require-hashes" in line or "--no-deps /wheels" in line for line in installs)
    copied = {word for line in re.findall(r"(?m)^COPY (?!--from)(.+)$", CONTAINERFILE) for word in line.split()[:-1]}
    for word in copied - {"--chmod=755"}:
        assert (ROOT / word).exists(), word
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert {word.partition("/")[0] for word in copied - {"--chmod=755"}} <= {*allowed, "LICENSE", "LICENSE-CONTENT.md"}
    assert not re.search(r"(?i)(password|secret|pepper|token)\s*=", CONTAINERFILE)


def test_the_network_lets_in_what_is_named_and_nothing_else() -> None:
    rules = {each["metadata"]["name"]: each["spec"] for each in DOCUMENTS if each["kind"] == "NetworkPolicy"}
    assert rules["nothing-else"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert rules["to-the-app"]["ingress"][0]["ports"] == [{"port": 8000}]
    using = {"matchLabels": {"bullying-desk/uses-database": "true"}}
    assert rules["from-the-program"]["podSelector"] == using
    for each in DOCUMENTS:
        spec = each.get("spec", {}).get("jobTemplate", each).get("spec", {})
        if "template" in spec:
            assert using["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()
