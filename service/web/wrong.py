"""What is wrong with a field of a form, for people: the schemas' own words are for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from service.errors import FieldProblem
from service.phrases import phrase
from service.web.marking import _

__all__ = ["TEXTS", "wrong_fields"]

_NEEDED: Final = (_("this is needed"), _("Fill it in"))
_NUMBER: Final = (_("this is no number"), _("Write it in digits, such as 1500000"))
_WHOLE: Final = (_("this is no whole number"), _("Write it in digits, such as 12"))
_DAY: Final = (_("this is no day"), _("Choose one, or write it such as 2026-05-14"))
_CHOICE: Final = (_("this cannot be chosen"), _("Choose one of the list"))
_MOST: Final = (_("this is more than {limit:,}"), _("Write a smaller number"))
_LEAST: Final = (_("this is less than {limit:,}"), _("Write a larger number"))

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": _NEEDED,
    "string_too_short": _NEEDED,
    "too_short": _NEEDED,
    "string_too_long": (_("this is longer than {limit:,} characters"), _("Shorten it")),
    "too_long": (_("these are more than {limit:,}"), _("Leave some out")),
    "decimal_parsing": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_max_places": (_("this has too many digits after the point"), _("Round it")),
    "decimal_max_digits": (_("this number has too many digits"), _("Write a smaller number")),
    "decimal_whole_digits": (_("this number has too many digits"), _("Write a smaller number")),
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "greater_than_equal": _LEAST,
    "greater_than": (_("this must be more than {limit:,}"), _("Write a larger number")),
    "less_than_equal": _MOST,
    "less_than": (_("this must be less than {limit:,}"), _("Write a smaller number")),
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "string_pattern_mismatch": (
        _("this is not written as it has to be"),
        _("Look at the example beside the field"),
    ),
}
"""Type of a validation error -> what is wrong, and what to do about it."""

_OF_DAYS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than_equal": (_("this is before {limit}"), _("Choose a later day")),
    "less_than_equal": (_("this is after {limit}"), _("Choose an earlier day")),
}
"""As TEXTS, where the limit is a day."""

_LIMITS: Final = ("max_length", "min_length", "ge", "gt", "le", "lt")


def wrong_fields(found: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    """What pydantic found wrong, field by field. What a schema says in words of its own stays as it is."""
    return [_field(item) for item in found]


def _field(item: Mapping[str, Any]) -> FieldProblem:
    name, context = ".".join(map(str, item["loc"])), item.get("ctx") or {}
    if item["type"] not in TEXTS:
        return FieldProblem(name, str(item["msg"]).removeprefix("Value error, "), _("Correct it"))
    message, remedy = TEXTS[item["type"]]
    if "{limit:,}" in message:
        limit = next(context[name] for name in _LIMITS if name in context)
        if isinstance(limit, str):
            message, remedy = _OF_DAYS[item["type"]]
            limit = date.fromisoformat(limit)
        return FieldProblem(name, phrase(message, limit=limit), remedy)
    return FieldProblem(name, message, remedy)
