"""Small files, small functions."""

from __future__ import annotations

import ast

from tests.architecture.source import ROOT, SHIPPED, python_files, tree_of

MAX_LINES = 300
MAX_FUNCTION_LINES = 60


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        path: len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in python_files(*SHIPPED, "scripts", "tests")
    }
    long = {path: length for path, length in lengths.items() if length > MAX_LINES}
    assert not long, f"{long}: more than {MAX_LINES} lines hold more than one subject; split by subject"


def test_no_function_is_longer_than_a_page() -> None:
    long = {
        f"{path}:{node.lineno} {node.name}": length
        for path in python_files(*SHIPPED, "scripts")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert not long, f"{long}: more than {MAX_FUNCTION_LINES} lines; name the steps and call them"
