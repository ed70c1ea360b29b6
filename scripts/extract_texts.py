"""Collect every text of the interface into its catalogue, for translators.

    python scripts/extract_texts.py            # writes service/web/locale/messages.pot

A new language: `pybabel init -i service/web/locale/messages.pot -d service/web/locale -l fr`, translate the file it
makes, `pybabel compile -d service/web/locale`. Readers whose browser asks for the language get it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from service.phrases import tidy

SERVICE = Path(__file__).resolve().parents[1] / "service"
WEB = SERVICE / "web"
FILES = SERVICE / "usecases" / "exporting"
CATALOGUE = WEB / "locale" / "messages.pot"

_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
_KEYWORDS = {"_": None, "say": None, "gettext": None, "ngettext": (1, 2), "n_": (1, 2), "say_many": (1, 2)}

_SAYING = {
    **dict.fromkeys(("Conflict", "RightsConflict", "Forbidden", "Unauthenticated", "TooLarge"), (0, 1)),
    **dict.fromkeys(("BadCell", "BadRequest", "PreconditionRequired", "_unreadable"), (0, 1)),
    **dict.fromkeys(("Invalid.field", "FieldProblem", "Rule", "Refusal"), (1, 2)),
    **dict.fromkeys(
        ("phrase", "PreconditionFailed", "TooManyRequests", "Unavailable", "_RefusedError"), (0,)
    ),
    **dict.fromkeys(("report", "progress"), (2,)),
    "NotFound": (0, 2),
    **dict.fromkeys(("finish", "_end"), (3,)),
    "Problem": (4, 5),
    "unknown": (1,),
    "_places": (2,),
}
"""What pages say in words of other parts of the service: function -> which of its arguments are texts."""

_NAMED = ("message", "remedy", "reason")
"""Arguments and keys of this name are texts too."""

_SILENT = (SERVICE / "cli", SERVICE / "api" / "schemas")
"""Parts of the service whose texts no page shows."""


def catalogue() -> bytes:
    """The catalogue of what templates and Python files say now; the same texts give the same bytes."""
    found = Catalog(project="Reelmatch", charset="utf-8")
    places = (
        place
        for folder in (WEB, FILES)
        for place in extract_from_dir(folder, _METHODS, _OPTIONS, keywords=_KEYWORDS)
    )
    for file, _, text, _, context in sorted(places, key=lambda place: (place[0], place[1])):
        # Line numbers would change the file with every edit.
        found.add(text, locations=[(file, 0)], context=context)
    for path in sorted(path for path in SERVICE.rglob("*.py") if not set(_SILENT) & set(path.parents)):
        for text in said_in(path.read_text()):
            found.add(text, locations=[(path.relative_to(SERVICE).as_posix(), 0)])
    written = BytesIO()
    write_po(written, found, omit_header=True, sort_output=True, include_lineno=False, width=120)
    return written.getvalue()


def said_in(source: str) -> Iterator[str]:
    """The texts that a module's errors and jobs say."""
    for said in sayings(ast.parse(source)):
        if isinstance(said, ast.Constant) and isinstance(said.value, str) and said.value:
            yield tidy(said.value)


def sayings(tree: ast.Module) -> Iterator[ast.expr]:
    """Every expression of a module that stands where a text is said; for a variable, what it was set to."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        for name, value in _assignments(node):
            assigned.setdefault(name, []).append(value)
    for node in ast.walk(tree):
        for given in _given(node):
            known = assigned.get(given.id, []) if isinstance(given, ast.Name) else [given]
            for one in known:
                yield from (one.body, one.orelse) if isinstance(one, ast.IfExp) else (one,)


def _assignments(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign) and node.value:
        targets = [node.target]
    else:
        return
    assert node.value is not None
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id, node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for name, value in zip(target.elts, node.value.elts, strict=False):
                if isinstance(name, ast.Name):
                    yield name.id, value


def _given(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        places = _SAYING.get(ast.unparse(node.func)) or _SAYING.get(
            ast.unparse(node.func).rpartition(".")[2], ()
        )
        yield from (node.args[place] for place in places if place < len(node.args))
        yield from (word.value for word in node.keywords if word.arg in _NAMED)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and len(node.args) > 1:
            yield from node.args[1:] if getattr(node.args[0], "value", None) in _NAMED else []
    elif isinstance(node, ast.Dict):
        keys = [getattr(key, "value", None) for key in node.keys]
        yield from (value for key, value in zip(keys, node.values, strict=True) if key in _NAMED)


def main() -> int:
    """Write the catalogue."""
    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_bytes(catalogue())
    print(f"{CATALOGUE}: {catalogue().count(b'msgid ')} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
