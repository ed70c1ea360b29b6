"""How good is it: what this installation knows of its matches, for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from service.usecases import bundles, quality
from service.web.page import Page, PageDep
from service.web.quality import BASELINES, TerritoryRow, bars, diagram, reach_chart, territory_rows

__all__ = ["router"]

router = APIRouter(prefix="/how-good")


@router.get("")
def show(page: PageDep) -> Response:
    """The bundle in force and how good it was, what it said and what came, and what nobody knows."""
    current = bundles.current_bundle(page.uow, page.actor)
    bundle = bundles.get_bundle(page.uow, page.actor, current.version) if current.version else None
    comparison = (bundle.comparison if bundle else None) or {}
    own = quality.own_record(page.uow, page.actor)
    rows = territory_rows(comparison)
    return page.show(
        "how_good.html",
        current=current,
        until=_day(bundle.manifest.get("until")) if bundle else None,
        window_start=_day(comparison.get("from")),
        window_end=_day(comparison.get("until")),
        bundle=bundle,
        comparison=comparison,
        new=comparison.get("new"),
        rows=rows,
        baselines=BASELINES,
        own=own,
        enough=quality.ENOUGH,
        charts=_charts(page, comparison, rows, own),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _charts(
    page: Page, comparison: Mapping[str, Any], rows: tuple[TerritoryRow, ...], own: quality.OwnRecord
) -> dict[str, Markup]:
    """By name, those there are figures for."""
    new = comparison.get("new") or {}
    charts = {}
    if rows:
        charts["territories"] = bars(page.reader, rows)
    if new.get("reliability"):
        charts["window"] = diagram(page.reader, new["reliability"])
    if new.get("reach"):
        charts["reach"] = reach_chart(page.reader, new["reach"])
    if own.settled:
        charts["own"] = diagram(page.reader, [asdict(one) for one in own.settled.bins])
    return charts
