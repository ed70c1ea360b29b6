"""The project's own Python files, read as trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("recommender", "service")


def python_files(*folders: str) -> list[str]:
    """Every module under `folders`, as a path from the root of the project."""
    return sorted(
        path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*.py")
    )


def tree_of(path: str) -> ast.Module:
    """The syntax tree of a file given by its path from the root."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=path)


@cache
def imports_of(path: str) -> frozenset[str]:
    """Dotted names of the modules that a file imports, at the top and inside functions; read once for all tests."""
    return frozenset(_imported(tree_of(path)))


def belongs_to(module: str, package: str) -> bool:
    """Whether `module` is `package` or lies in it."""
    return module == package or module.startswith(f"{package}.")


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
