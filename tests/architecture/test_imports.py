"""Who may import what, and why."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT, SHIPPED, belongs_to, imports_of, python_files, tree_of

ONLY_IN = {
    "faiss": (("recommender/space/index.py",), "another index or a newer faiss is then a change of one file"),
    "lightfm": (("recommender/ranking/fit.py",), "LightFM is for fitting only; serving is plain numpy"),
    "sentence_transformers": (
        ("recommender/space/encoder.py", "scripts/bench.py"),
        "only the bench compares with it; everything else works with any TextEncoder and starts without torch",
    ),
    "torch": ((), "the encoder behind sentence-transformers is the only user of torch"),
    "huggingface_hub": (("recommender/space/model_files.py",), "nothing else may look for models"),
    "matplotlib": (
        ("recommender/evaluation/plots.py",),
        "plots are made in one place, for the benchmark page",
    ),
    "implicit": (
        ("recommender/evaluation/baselines/",),
        "a peer to compare with, not installed with the product",
    ),
    "lightgbm": (
        ("recommender/evaluation/baselines/",),
        "a peer to compare with, not installed with the product",
    ),
    "ortools": (
        ("recommender/meetings/", "scripts/meeting_cp_sat.py"),
        "flows and timetables are all that needs a solver",
    ),
    "rectools": (
        ("recommender/evaluation/baselines/",),
        "a peer to compare with, not installed with the product",
    ),
}

UNSAFE = ("cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve")

WEB_AND_STORAGE = (
    *("alembic", "fastapi", "httpx", "psycopg", "requests", "service", "socket", "sqlalchemy", "sqlite3"),
    *("starlette", "urllib.request", "uvicorn"),
)

LAYERS = ("market", "space", "ranking", "matching", "meetings", "evaluation")
"""A package of recommender/ imports only itself and what stands before it."""


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_library_is_imported_only_where_it_belongs(package: str) -> None:
    allowed, reason = ONLY_IN[package]
    offenders = [
        path
        for path in python_files(*SHIPPED, "scripts")
        if not path.startswith(allowed) and any(belongs_to(module, package) for module in imports_of(path))
    ]
    assert not offenders, f"{offenders} import {package}; it belongs to {allowed or 'no file'}: {reason}"


def _pickles(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
        return not (isinstance(node.value, ast.Constant) and node.value.value is False)
    return isinstance(node, ast.Attribute) and node.attr in ("read_pickle", "to_pickle")


def test_nothing_is_pickled() -> None:
    offenders = [
        path
        for path in python_files(*SHIPPED, "scripts")
        if any(_pickles(node) for node in ast.walk(tree_of(path)))
        or any(belongs_to(module, package) for module in imports_of(path) for package in UNSAFE)
    ]
    assert not offenders, (
        f"{offenders} pickle: a pickled file runs code when it is opened; keep arrays and JSON"
    )


def test_the_recommender_knows_no_web_and_no_database() -> None:
    offenders = {
        path: module
        for path in python_files("recommender")
        for module in imports_of(path)
        if any(belongs_to(module, package) for package in WEB_AND_STORAGE)
    }
    assert not offenders, f"{offenders}: recommender/ is called by service/, never the other way round"


def test_shipped_code_needs_no_tests_and_no_scripts() -> None:
    offenders = {
        path: module
        for path in python_files(*SHIPPED)
        for module in imports_of(path)
        if module.split(".")[0] in ("tests", "scripts", "pytest", "hypothesis")
    }
    assert not offenders, f"{offenders}: tests/ and scripts/ are not installed with the package"


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_the_layers_below_it(layer: str) -> None:
    above = LAYERS[LAYERS.index(layer) + 1 :]
    offenders = {
        path: module
        for path in python_files(f"recommender/{layer}")
        for module in imports_of(path)
        if any(belongs_to(module, f"recommender.{other}") for other in (*above, "cli"))
    }
    assert not offenders, f"{offenders}: the order is {' <- '.join(LAYERS)} <- cli; move the shared part down"


def test_imports_are_absolute() -> None:
    offenders = [
        path
        for path in python_files(*SHIPPED)
        if any(isinstance(node, ast.ImportFrom) and node.level > 0 for node in ast.walk(tree_of(path)))
    ]
    assert not offenders, (
        f"{offenders} import relatively: a full name says where a thing lives and can be searched"
    )


def test_the_command_starts_without_the_slow_libraries() -> None:
    slow = ("torch", "sentence_transformers", "matplotlib", "lightgbm", "implicit")
    program = f"import sys, recommender.cli; print([name for name in {slow} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]", (
        f"{done.stdout} at start: torch alone takes 5 s; import it where it is used"
    )
