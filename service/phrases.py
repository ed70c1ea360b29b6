"""Sentences with values in them: English for programs, and for pages kept so that they can be translated.

Every part of the service says such sentences, and none knows who reads them. A phrase is its English text wherever a
text is wanted; pages translate its template, which is in the catalogue, and fill in the values after that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any, Final

__all__ = ["Phrase", "packed", "phrase", "remade", "tidy"]


class Phrase(str):
    """A finished English sentence. template, values: what it was made of, for readers of other languages."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Any]

    def said(self, translate: Callable[[str], str], shown: Callable[[Any, str], str] = format) -> str:
        """The sentence with its template translated, and its values written by `shown`, which gets their format.

        A translation that does not hold exactly these values is a translator's slip: English then.
        """
        try:
            return _filled(translate(self.template), self.values, shown).rstrip(".")
        except (LookupError, ValueError, TypeError, AttributeError):
            return str(self)


_SHOWN: Final = (Phrase, int, float, Decimal, date)
"""Values that readers see in forms of their own; all others are texts."""


def phrase(template: str, /, **values: Any) -> Phrase:
    """A sentence with values, such as phrase("the event {name} is closed", name=event.name).

    template: a literal, for scripts/extract_texts.py reads it; all that str.format knows may stand in it. A value that
    is a phrase is translated too. Without values it is any text, taken as it is, braces and all.
    """
    if isinstance(template, Phrase):
        return template
    template = tidy(template)
    kept = {name: value if isinstance(value, _SHOWN) else str(value) for name, value in values.items()}
    return _made(tidy(_filled(template, kept, format)), template, kept)


def tidy(text: str) -> str:
    """A text in one line and without its full stop, as messages and remedies are kept; a phrase is so already."""
    return text if isinstance(text, Phrase) else " ".join(text.split()).rstrip(".")


def packed(text: str) -> dict[str, Any] | None:
    """What a phrase is made of, as JSON to be kept beside it; None for any other text."""
    if not isinstance(text, Phrase):
        return None
    return {"template": text.template, "values": {name: _plain(value) for name, value in text.values.items()}}


def remade(text: str, kept: Mapping[str, Any] | None) -> str:
    """A text with what `packed` made of it, as it was."""
    if kept is None:
        return text
    values = {
        name: remade(value["text"], value) if isinstance(value, dict) else value
        for name, value in kept["values"].items()
    }
    return _made(text, kept["template"], values)


def _plain(value: Any) -> Any:
    if isinstance(value, Phrase):
        return {"text": str(value), **(packed(value) or {})}
    return value if isinstance(value, int | float) else str(value)


def _made(text: str, template: str, values: Mapping[str, Any]) -> Phrase:
    made = Phrase(text)
    made.template, made.values = template, values
    return made


def _filled(template: str, values: Mapping[str, Any], shown: Callable[[Any, str], str]) -> str:
    return _Filling(shown).vformat(template, (), values) if values else template


class _Filling(Formatter):
    """Fills templates in; each of the values must be used."""

    def __init__(self, shown: Callable[[Any, str], str]) -> None:
        self._shown = shown

    def format_field(self, value: Any, format_spec: str) -> str:
        return self._shown(value, format_spec)

    def check_unused_args(
        self,
        used_args: set[int | str],
        args: Sequence[Any],  # noqa: ARG002 - of the base's signature
        kwargs: Mapping[str, Any],
    ) -> None:
        if unused := kwargs.keys() - used_args:
            raise ValueError(f"the template lacks {sorted(unused)}")
