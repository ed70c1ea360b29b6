"""An example of each answer, of its schema: with the values of the examples that requests have, by name of field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["Examples"]

Schema = Mapping[str, Any]

_ID: Final = "0198f1d2c3b47a5e8f10aa3b5c7d9e01"
_FORMATS: Final = {"date": "2026-06-01", "date-time": "2026-06-01T09:30:00Z", "time": "09:30:00"}

_KNOWN: Final[Mapping[str, Any]] = {
    "actor": "user_0198f1d2c3b47a5e8f10aa3b5c7d9e01",
    "base_log_odds": -3.2,
    "bundle": "20261101-0a1b2c3d4e",
    "bundle_version": "20261101-0a1b2c3d4e",
    "columns": ["film_id", "title", "year", "synopsis"],
    "counter": 3,
    "eidr": "10.5240/7791-8534-2C23-9030-8610-5",
    "format": "csv",
    "kept_id": "film_0198f1d2c3b47a5e8f10aa3b5c7d9e01",
    "key": f"rm_0198f1d2c3b4_{'0' * 64}",
    "log_odds": -0.8,
    "name": "Lumen Distribution",
    "noun": "film",
    "on_offer": 40,
    "other_name": "Lumen Distribution",
    "prefix": "rm_0198f1d2c3b4",
    "probability": 0.31,
    "rank": 1,
    "sales_agent": "Alba Sales",
    "similarity": 0.72,
    "source": "import",
    "text": "Took 4 of the 12 films like this one that were offered in France",
    "title": "The Ferry",
    "total": 120,
    "unavailable": "",
}
"""Values of fields that no request has, and of names that mean different things in requests."""


class Examples:
    """Of the schemas of one description.

    A field's value is the one of its schema's own example, else of its name in a request's example where it fits, else
    one of its type.
    """

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._given: dict[str, Any] = {}
        for schema in schemas.values():
            for example in schema.get("examples", ()):
                for name, value in _fields(example):
                    self._given.setdefault(name, value)
        self._given.update(_KNOWN)

    def of(self, schema: Schema, name: str = "") -> Any:
        """An example of a schema; name: of the field that it is of."""
        if "$ref" in schema:
            return self.of(self._schemas[schema["$ref"].rpartition("/")[2]], name)
        for one in (schema.get("examples"), schema.get("enum")):
            if one:
                return one[0]
        if "const" in schema:
            return schema["const"]
        for kind in ("anyOf", "oneOf", "allOf"):
            if kind in schema:
                return self.of(next(one for one in schema[kind] if one.get("type") != "null"), name)
        return self._plain(schema, name)

    def _plain(self, schema: Schema, name: str) -> Any:
        kind = schema.get("type")
        if kind == "object":
            return {field: self.of(one, field) for field, one in schema.get("properties", {}).items()}
        if kind == "array":
            return self._list(schema, name)
        given = self._given.get(name)
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        if kind == "string":
            if isinstance(given, str):
                return given
            return f"{name.removesuffix('_id')}_{_ID}" if name.endswith("_id") else ""
        if kind == "boolean":
            return given if isinstance(given, bool) else schema.get("default", False)
        if kind == "integer":
            return given if isinstance(given, int) and not isinstance(given, bool) else 1
        if kind == "number":
            return given if isinstance(given, int | float) and not isinstance(given, bool) else 0.5
        return given if isinstance(given, str) else {}

    def _list(self, schema: Schema, name: str) -> list[Any]:
        items = schema.get("items", {})
        given = self._given.get(name)
        if items.get("type") == "string" and isinstance(given, list):
            return [value for value in given if isinstance(value, str)]
        return [self.of(items, name)] if items else []


def _fields(example: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(example, dict):
        for name, value in example.items():
            yield name, value
            yield from _fields(value)
    elif isinstance(example, list):
        for value in example:
            yield from _fields(value)
