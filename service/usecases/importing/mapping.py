"""Which column of a file is which of ours: guessed from the names, decided by a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from service.domain.words import ImportKind
from service.errors import FieldProblem, Invalid
from service.phrases import phrase
from service.usecases.importing.columns import COLUMNS, KEYS, column_named

__all__ = ["check_mapping", "guess_kind", "guess_mapping"]

_OTHER_CURRENCY: Final = re.compile(
    r"\b(euros?|eur|gbp|pounds|chf|jpy|yen|cad|aud|nzd|cny|rmb|hkd|inr|krw|sek|nok|dkk|pln|czk|huf|brl|mxn)\b"
)
"""Words that say that amounts are not in US dollars."""

_ENOUGH: Final = 85.0
"""Likeness, 0..100, from which on two names are taken for the same."""


def guess_mapping(kind: ImportKind, header: Sequence[str]) -> dict[str, str]:
    """File's column -> ours, each at most once: the same name first, then another known name, then a likely one."""
    names = {
        _plain(name): column.name for column in COLUMNS[kind] for name in (*column.also[::-1], column.name)
    }
    plain = {name: _plain(name) for name in header}
    found: dict[str, str] = {}
    own = {_plain(column.name): column.name for column in COLUMNS[kind]}
    for match in (own.get, names.get, lambda name: _likely(name, names)):
        for name in header:
            ours = None if name in found else match(plain[name])
            if ours is not None and ours.endswith("_usd") and _is_of_another_currency(name):
                continue
            if ours is not None and ours not in found.values():
                found[name] = ours
    return {name: found[name] for name in header if name in found}


def guess_kind(header: Sequence[str]) -> ImportKind | None:
    """The list that these columns fit best; None where they fit none."""
    scores = {kind: _fit(kind, header) for kind in ImportKind}
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] > 0 else None


def check_mapping(kind: ImportKind, mapping: Mapping[str, str], header: Sequence[str]) -> None:
    """Raises Invalid that names each wrong column, and what is missing."""
    problems = []
    for name, ours in mapping.items():
        if name not in header:
            listed = ", ".join(header)[:500]
            problems.append(
                _problem(
                    phrase("the file has no column {name!r}", name=name[:200]),
                    phrase("It has {names}", names=listed),
                )
            )
        if column_named(kind, ours) is None:
            known = ", ".join(column.name for column in COLUMNS[kind])
            problems.append(
                _problem(
                    phrase("{kind} have no column {name!r}", kind=kind, name=ours[:200]),
                    phrase("Use one of: {names}", names=known),
                )
            )
    used = list(mapping.values())
    twice = sorted({one for one in used if used.count(one) > 1})
    problems += [
        _problem(phrase("two columns are mapped to {name}", name=ours[:200]), "Keep one of them")
        for ours in twice
    ]
    problems += [
        _problem(phrase("no column is mapped to {name}", name=key), "Name the column of the file it is in")
        for key in KEYS[kind]
        if key not in used
    ]
    if problems:
        raise Invalid(problems)


def _fit(kind: ImportKind, header: Sequence[str]) -> float:
    mapped = set(guess_mapping(kind, header).values())
    return len(mapped) / len(COLUMNS[kind]) + len(mapped) if mapped.issuperset(KEYS[kind]) else 0.0


def _likely(plain: str, names: Mapping[str, str]) -> str | None:
    found = process.extractOne(plain, names.keys(), scorer=fuzz.ratio, score_cutoff=_ENOUGH)
    return None if found is None else names[found[0]]


def _is_of_another_currency(name: str) -> bool:
    signs = {sign for sign in name if unicodedata.category(sign) == "Sc"}
    return bool(signs - {"$"}) or _OTHER_CURRENCY.search(_plain(name)) is not None


def _plain(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.replace("_", " ").casefold()))


def _problem(message: str, remedy: str) -> FieldProblem:
    return FieldProblem("mapping", message, remedy)
