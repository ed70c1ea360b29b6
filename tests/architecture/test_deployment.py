"""What the image, compose.yaml and the proxy promise to each other."""

from __future__ import annotations

import re
from typing import Any

import yaml

from recommender.cli.parser import build_parser
from service.cli.parser import add_commands
from service.settings import PREFIX, Settings
from tests.architecture.source import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROXY = (ROOT / "docs" / "deploy" / "Caddyfile").read_text(encoding="utf-8")
SERVICES: dict[str, Any] = COMPOSE["services"]


def test_compose_runs_a_database_a_migration_replicas_a_worker_and_a_proxy() -> None:
    assert set(SERVICES) == {"postgres", "migrate", "service", "worker", "proxy"}
    assert SERVICES["service"]["deploy"]["replicas"] >= 2


def test_the_containers_run_commands_that_there_are() -> None:
    (action,) = (one for one in build_parser(add_commands)._actions if one.dest == "command")
    commands = [SERVICES[name]["command"][0] for name in ("migrate", "service", "worker")]
    assert set(commands) <= set(action.choices or ())
    assert 'CMD ["serve"]' in DOCKERFILE


def test_nothing_serves_or_works_before_the_migration_is_done() -> None:
    for name in ("service", "worker"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_every_setting_that_is_set_is_one() -> None:
    known = {
        "DATABASE_URL",
        "REELMATCH_CACHE",
        *(f"{PREFIX}{name.upper()}" for name in Settings.model_fields),
    }
    given = set(SERVICES["service"]["environment"])
    given |= set(re.findall(r"(REELMATCH_\w+)=", DOCKERFILE))
    assert given <= known


def test_no_password_has_a_default() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert re.findall(r"\$\{DATABASE_PASSWORD[^}]*\}", text)
    assert all(":?" in found for found in re.findall(r"\$\{DATABASE_PASSWORD[^}]*\}", text))


def test_only_the_proxy_is_reached_from_outside_and_it_is_the_one_that_is_trusted() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]
    assert SERVICES["service"]["environment"]["REELMATCH_TRUSTED_PROXIES"] == "1"
    assert "header_up X-Forwarded-For {remote_host}" in PROXY
    assert "respond /metrics 404" in PROXY


def test_the_image_says_whether_it_is_alive_and_has_the_sample() -> None:
    assert "HEALTHCHECK" in DOCKERFILE
    assert "/health/live" in DOCKERFILE
    assert "COPY data/sample" in DOCKERFILE


def test_containers_may_finish_what_is_under_way() -> None:
    assert int(SERVICES["service"]["stop_grace_period"].removesuffix("s")) > 30
