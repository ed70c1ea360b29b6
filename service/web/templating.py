"""The one Jinja environment. Everything is escaped; undefined names are errors."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.domain.words import Scope
from service.web.actions import action_name
from service.web.assets import asset_url
from service.web.denials import denied_in_words, left_out_in_words
from service.web.reader import Reader
from service.web.reasons import worded
from service.web.talks import talk_in_words
from service.web.words import chance, field_name, group_name, label, reason_text

__all__ = ["TEMPLATES", "render"]

TEMPLATES: Final = Path(__file__).parent / "templates"

_OF_READER: Final = (
    *(
        "ago",
        "cents",
        "clock",
        "compact",
        "day",
        "language_name",
        "listed",
        "moment",
        "money",
        "number",
        "percent",
        "signed",
    ),
    *("score", "territory", "time_of_day", "weekday"),
)
"""Methods of Reader that are filters."""

# Macros are imported without the context of the page, so what they write with is set beside it.
_READER: Final[ContextVar[Reader]] = ContextVar("reader")


def render(template: str, reader: Reader, context: dict[str, Any]) -> str:
    """A template of templates/ as HTML. Filters: those of Reader, `label` and `chance`."""
    before = _READER.set(reader)
    try:
        return _environment().get_template(template).render(context, reader=reader)
    finally:
        _READER.reset(before)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    environment.globals["asset"] = asset_url
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _READER.get().texts.gettext(text),
        lambda one, many, count: _READER.get().texts.ngettext(one, many, count),
        newstyle=True,
    )
    environment.filters |= {name: _filter(name) for name in _OF_READER}
    environment.filters["label"] = lambda word: label(_READER.get(), word)
    environment.filters["field_name"] = lambda name: field_name(_READER.get(), name)
    environment.filters["scope_name"] = lambda scope: label(_READER.get(), Scope(scope))
    environment.filters["action_name"] = lambda action: action_name(_READER.get(), action)
    environment.filters["group_name"] = lambda name: group_name(_READER.get(), name)
    environment.filters["chance"] = lambda probability: chance(_READER.get(), probability)
    environment.globals["labelled"] = lambda words: [
        (word.value, label(_READER.get(), word)) for word in words
    ]
    environment.globals["time_zone"] = lambda: _READER.get().zone.key
    environment.filters["dated"] = _dated
    environment.filters["said"] = _said
    environment.filters["denied"] = lambda kind, facts, mine=False: denied_in_words(
        _READER.get(), kind, facts, mine=mine
    )
    environment.filters["left_out"] = lambda part: left_out_in_words(_READER.get(), part)
    environment.filters["worded"] = lambda reason, mine=False: worded(_READER.get(), reason, mine=mine)
    environment.filters["talked"] = lambda talk: talk_in_words(_READER.get(), talk)
    environment.filters["reason_text"] = lambda reason: reason_text(_READER.get(), reason)
    return environment


def _said(text: str) -> str:
    """What something else than a template says, translated where the catalogue has it."""
    # Not gettext(): it takes what it is given for markup, and messages may quote what was typed. The catalogue's own
    # head stands under "".
    return _READER.get().say(text) if text else ""


def _dated(text: str) -> date:
    """A day or a moment as answers write it."""
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _filter(name: str) -> Callable[..., str]:
    def written(value: Any, *arguments: Any) -> str:
        text: str = getattr(_READER.get(), name)(value, *arguments)
        return text

    return written
