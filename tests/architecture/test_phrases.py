"""What errors and jobs say can be translated: a sentence with values in it is a phrase, never put together by hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter

from scripts.extract_texts import sayings
from tests.architecture.source import python_files, tree_of

SPEAKERS = [
    f"service/{part}"
    for part in ("api", "domain", "jobs", "security", "store", "tables_io", "usecases", "web")
]
"""Parts of the service whose errors and jobs pages tell of; the command line speaks English."""

PATHS = [*python_files(*SPEAKERS), "service/errors.py"]


def put_together(tree: ast.Module) -> list[int]:
    """Lines of texts that errors and jobs say and that no catalogue can hold."""
    return sorted({said.lineno for said in sayings(tree) if _is_put_together(said)})


def _is_put_together(said: ast.expr) -> bool:
    if isinstance(said, ast.Call):
        return isinstance(said.func, ast.Attribute) and said.func.attr == "format"
    return isinstance(said, ast.JoinedStr | ast.BinOp)


def wrong_phrases(tree: ast.Module) -> Iterator[int]:
    """Lines of phrases whose values are not those that their template names."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) != "phrase":
            continue
        given = {word.arg for word in node.keywords}
        template = node.args[0]
        for one in (template.body, template.orelse) if isinstance(template, ast.IfExp) else (template,):
            is_literal = isinstance(one, ast.Constant) and isinstance(one.value, str)
            if (given and is_literal and _named(ast.literal_eval(one)) != given) or isinstance(
                one, ast.JoinedStr | ast.BinOp
            ):
                yield node.lineno


def _named(template: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_no_error_or_job_says_what_cannot_be_translated() -> None:
    offenders = {path: found for path in PATHS if (found := put_together(tree_of(path)))}
    assert not offenders, (
        f"{offenders}: pages look a text up before its values are filled in, so write "
        'phrase("the event {name} is closed", name=event.name) of service/phrases.py instead of an f-string'
    )


def test_every_phrase_has_the_values_that_it_names() -> None:
    offenders = {path: found for path in PATHS if (found := list(wrong_phrases(tree_of(path))))}
    assert not offenders, (
        f"{offenders}: a template is a literal, and names each value that the phrase is given"
    )


def test_texts_that_are_put_together_would_be_found() -> None:
    source = """
raise Conflict(f"the event {name} is closed", "Ask " + who)
message = "the row has {} cells".format(cells)
raise Refusal("", message, remedy="Shorten it to %s" % limit)
raise Conflict("it is over", phrase("Ask {name}", name=who))
"""
    assert put_together(ast.parse(source)) == [2, 3, 4]


def test_phrases_that_would_fail_would_be_found() -> None:
    source = """
phrase("the event {name} is closed", title=name)
phrase(f"the event {name} is closed")
phrase("{a!r} is not {b:,}" if x else "{b} is {a}", a=1, b=2)
phrase(noun)
"""
    assert list(wrong_phrases(ast.parse(source))) == [2, 3]
