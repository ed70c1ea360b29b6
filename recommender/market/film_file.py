"""One film from a JSON file: a title and a synopsis, and whatever else sharpens the answer."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from pathlib import Path
from typing import Any, Final, NoReturn

from recommender.errors import QueryError, quoted
from recommender.market.cells import CONTROL, EMPTY_WORDS
from recommender.market.columns import FILMS, FIRST_YEAR, LAST_YEAR, MAX_TEXT, TABLES, Column, Is
from recommender.market.domain import Film
from recommender.market.territories import COUNTRIES

__all__ = ["film_from_json"]

_MAX_BYTES: Final = 1_000_000
_COLUMNS: Final = {column.name: column for column in TABLES[FILMS]}


def film_from_json(path: Path) -> Film:
    """The film of a JSON file: an object with the fields of Film, of which `title` and `synopsis` are needed.

    A list field takes a JSON list or a text separated by |; null means unknown. Without a film_id the film
    gets one made from its title and synopsis. Raises QueryError that names the file and the field.
    """
    path = Path(path)
    try:
        values = _fields(_object(path))
        return Film(**values)
    except QueryError as error:
        raise QueryError(f"{path.name}: {error}") from error


def _object(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        remedy = "Name a JSON file that holds one film."
        raise QueryError(f"cannot be read ({error.strerror}). {remedy}") from error
    if len(data) > _MAX_BYTES:
        raise QueryError(f"is larger than {_MAX_BYTES:,} bytes. Leave out all but the film's own fields.")
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_constant, object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        raise QueryError("is not UTF-8 text. Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise QueryError(f"is not JSON ({error.msg}, {where}). Correct it there.") from error
    except (RecursionError, ValueError) as error:
        raise QueryError(f"is not usable JSON ({error}). Write one flat object.") from error
    if not isinstance(value, dict):
        raise QueryError('holds no JSON object. Write {"title": ..., "synopsis": ...}.')
    return value


def _constant(word: str) -> NoReturn:
    raise QueryError(f"{word} is not a value. Leave the field out where nothing is known.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise QueryError(f"the field {quoted(twice)} comes twice. Keep one of them.")
    return dict(pairs)


def _fields(found: dict[str, Any]) -> dict[str, Any]:
    for name in found:
        if name not in _COLUMNS:
            close = difflib.get_close_matches(name[:60], _COLUMNS, n=1)
            remedy = f"Did you mean {close[0]!r}?" if close else f"Fields are: {', '.join(_COLUMNS)}."
            raise QueryError(f"a film has no field {quoted(name)}. {remedy}")
    given = {name: value for name, value in found.items() if value is not None}
    values = {name: _value(_COLUMNS[name], value) for name, value in given.items()}
    for name in ("title", "synopsis"):
        if not values.get(name):
            raise QueryError(f"the film needs a {name}. Add the field {name!r} with some text.")
    values.setdefault("film_id", "")
    values["film_id"] = values["film_id"] or _made_id(values["title"], values["synopsis"])
    return values


def _value(column: Column, value: Any) -> Any:
    if column.holds is Is.YEAR:
        return _year(value)
    if column.holds.many:
        return _list(column, value)
    text = _text(column.name, value)
    if column.holds is not Is.NAME and text in EMPTY_WORDS:
        raise QueryError(f"{column.name} is {quoted(text)}. Leave the field out where nothing is known.")
    return text


def _year(value: Any) -> int | None:
    if value == "":
        return None
    whole = isinstance(value, int) and not isinstance(value, bool)
    digits = isinstance(value, str) and re.fullmatch(r"[0-9]{4}", value.strip())
    if (whole or digits) and FIRST_YEAR <= int(value) <= LAST_YEAR:
        return int(value)
    expected = f"a whole number from {FIRST_YEAR} to {LAST_YEAR}"
    raise QueryError(f"year is {quoted(value)}. Write {expected}, or leave the field out.")


def _list(column: Column, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split("|")
    if not isinstance(value, list):
        raise QueryError(f"{column.name} is {quoted(value)}. Write a list of texts.")
    texts = [_text(column.name, item) for item in value]
    if column.holds is Is.COUNTRIES:
        for code in filter(None, texts):
            if code not in COUNTRIES:
                remedy = "Use ISO 3166-1 alpha-2 in capitals, such as FR, US or KR."
                raise QueryError(f"{column.name} holds the unknown territory code {quoted(code)}. {remedy}")
    return tuple(dict.fromkeys(filter(None, texts)))


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise QueryError(f"{name} is {quoted(value)}, which is not text. Put it in double quotes.")
    if len(value) > MAX_TEXT:
        raise QueryError(f"{name} has {len(value):,} characters. Shorten it to {MAX_TEXT:,}.")
    if any("\ud800" <= mark <= "\udfff" for mark in value):
        raise QueryError(f"{name} holds half of a character (a lone surrogate). Write the character whole.")
    return re.sub(CONTROL, " ", re.sub(r"\r\n?", "\n", value)).strip()


def _made_id(title: str, synopsis: str) -> str:
    text = f"{title}\n{synopsis}"
    return f"new-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
