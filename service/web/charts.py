"""Charts as SVG: drawn by Vega-Lite on the server, so that pages need no script for them.

A chart is one picture with a name; every figure in it stands in a table beside it. Vega would name each mark by the
columns of its data, in English. The colours follow the page's scheme through CSS variables.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup

__all__ = ["drawn", "warm_up"]

_CONFIG: Final = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "aria": False,
    "mark": {"aria": False},
    "axis": {
        "aria": False,
        "labelColor": "currentColor",
        "titleColor": "currentColor",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "legend": {
        "aria": False,
        "labelColor": "currentColor",
        "titleColor": "currentColor",
        "labelFontSize": 12,
    },
    "text": {"color": "currentColor"},
    "title": {"aria": False, "color": "currentColor"},
}


def drawn(spec: dict[str, Any], description: str) -> Markup:
    """A Vega-Lite specification as an inline SVG; description: what it shows, for who cannot see it."""
    whole = {**spec, "description": description, "config": {**_CONFIG, **spec.get("config", {})}}
    return Markup(_svg(json.dumps(whole, sort_keys=True, default=float)))


def warm_up() -> None:
    """Start the engine ahead of the first reader, who would wait a second for it."""
    drawn({"data": {"values": []}, "mark": "point"}, "")


@lru_cache(maxsize=64)
def _svg(spec: str) -> str:
    # The first import starts V8, a second of work that only charts need.
    import vl_convert

    described = json.loads(spec)["description"]
    svg: str = vl_convert.vegalite_to_svg(json.loads(spec))
    label = Markup.escape(described)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
