"""Answers as JSON. docs/cli.md documents the fields."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

__all__ = ["to_json"]


def to_json(answer: Mapping[str, object]) -> str:
    """Indented JSON with sorted keys, of texts, numbers, dates, dataclasses, lists and mappings of them.

    Characters outside ASCII are escaped, so that no terminal or pipe can damage them. A number that is not
    finite becomes null.
    """
    return json.dumps(_plain(answer), indent=2, sort_keys=True, allow_nan=False)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
