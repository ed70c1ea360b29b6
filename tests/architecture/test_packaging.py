"""What the files around the code promise: pins, make targets, CI, the image."""

from __future__ import annotations

import os
import re
import tomllib
from typing import Any

from recommender.cli.parser import build_parser
from tests.architecture.source import ROOT

PACKAGING = (
    "Makefile",
    "Dockerfile",
    ".dockerignore",
    ".gitignore",
    ".ci/run",
    "pyproject.toml",
    "constraints.txt",
)


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads(_text("pyproject.toml"))["project"]
    return project


def _pins() -> dict[str, str]:
    lines = [line for line in _text("constraints.txt").splitlines() if line and not line.startswith("#")]
    return {name.lower().replace("_", "-"): version for name, version in (line.split("==") for line in lines)}


def _make_targets() -> set[str]:
    phony = re.search(r"^\.PHONY: (.+)$", _text("Makefile"), re.MULTILINE)
    assert phony
    return set(phony[1].split())


def test_every_dependency_is_pinned() -> None:
    extras = _project()["optional-dependencies"].values()
    wanted = [*_project()["dependencies"], *(name for extra in extras for name in extra)]
    names = {re.split(r"[<>=!~\[; ]", requirement)[0].lower() for requirement in wanted}
    missing = names - set(_pins())
    assert not missing, f"constraints.txt lacks {missing}: an unpinned version may break a set-up overnight"


def test_packaging_names_no_host_and_no_folder_of_a_machine() -> None:
    offenders = [name for name in PACKAGING if re.search(r"https?://|git\+|/home/|/Users/", _text(name))]
    assert not offenders, (
        f"{offenders}: where packages come from is the user's choice (PIP_INDEX_URL and the like)"
    )


def test_make_has_the_promised_targets_and_the_readme_explains_each() -> None:
    assert _make_targets() == {"setup", "demo", "stop", "browser", "test", "check", "bench", "clean"}
    readme = _text("README.md")
    missing = [target for target in _make_targets() if f"make {target}" not in readme]
    assert not missing, f"README.md does not say what make {missing} does"


def test_the_readme_shows_every_command() -> None:
    (action,) = (action for action in build_parser()._actions if action.dest == "command")
    commands = set(action.choices or ())
    promised = {"validate", "train", "match", "suggest", "similar", "evaluate", "benchmark"}
    assert promised <= commands
    missing = [command for command in sorted(commands) if f"reelmatch {command}" not in _text("README.md")]
    assert not missing, f"README.md does not show reelmatch {missing}"


def test_ci_checks_and_tests_and_stops_at_the_first_failure() -> None:
    script = _text(".ci/run")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "set -euo pipefail" in script
    lines = script.splitlines()
    assert lines.index("make check") < lines.index("make test")


def _stages() -> list[str]:
    return re.split(r"^(?=FROM )", _text("Dockerfile"), flags=re.MULTILINE)[1:]


def test_the_image_runs_the_command_as_a_user_without_rights() -> None:
    final = _stages()[-1]
    users = re.findall(r"^USER (\S+)", final, re.MULTILINE)
    assert users
    assert users[-1] not in ("root", "0")
    assert 'ENTRYPOINT ["reelmatch"]' in final


def test_the_image_holds_no_compiler_and_no_pip_install_of_its_own() -> None:
    build, final = _stages()
    assert "gcc" in build
    for word in ("gcc", "g++", "build-essential", "pip install"):
        assert word not in final, f"the final stage has {word}: build in the first stage and copy the result"
    assert "libgomp1" in final, "faiss, LightFM and scikit-learn need OpenMP at run time"


def test_the_image_takes_cpu_torch_before_anything_can_ask_for_another() -> None:
    installs = re.findall(r"pip install.*", _stages()[0])
    assert "torch==" in installs[0]
    assert installs[0].rstrip().endswith('+cpu"')


def test_every_file_the_image_copies_exists_and_is_let_through() -> None:
    let_through = {line[1:] for line in _text(".dockerignore").splitlines() if line.startswith("!")}
    copies = re.findall(r"^COPY (?!--from)(.+)$", _text("Dockerfile"), re.MULTILINE)
    sources = [source for copy in copies for source in copy.split()[:-1]]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), f"the Dockerfile copies {source}, which is not there"
        assert source in let_through, f".dockerignore keeps {source} out of the image"
