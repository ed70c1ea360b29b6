"""My catalogue as a picture of my taste: a map, its gaps, and shares against the market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from service.errors import Invalid, Unavailable
from service.usecases.taste_map import RECENT_YEARS, Gap, Point, PointKind, TasteMap, taste_map
from service.usecases.taste_shares import Share, TasteShares, taste_shares
from service.web.charts import drawn
from service.web.pages.distributor.mine import Mine, MineDep
from service.web.reader import Reader
from service.web.words import chance

__all__ = ["router"]

router = APIRouter()

LINKED: Final = 60
"""Own releases that Tab goes through, the latest; a longer way would be none."""

_COLOURS: Final = {"mine": "#2b8a95", "market": "#b58a3c"}
_GENRES: Final = ("#2b8a95", "#b58a3c", "#8a6fb0", "#5f9e5a", "#8b8f96")


@dataclass(frozen=True)
class Chart:
    """A drawing, and the same figures as a table."""

    title: str
    drawing: Markup
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@router.get("/taste")
def show(mine: MineDep) -> Response:
    """The picture."""
    page = mine.page
    try:
        taste = taste_map(page.desk, page.actor, mine.distributor_id)
    except (Invalid, Unavailable) as error:
        return mine.cannot(error)
    shares = taste_shares(page.uow, page.actor, mine.distributor_id)
    own = [point for point in taste.points if point.kind is PointKind.OWN]
    return mine.show(
        "distributor/taste.html",
        taste=taste,
        shares=shares,
        charts=_charts(page.reader, shares) if shares.releases else (),
        linked=own[:LINKED],
        unlinked=own[LINKED:],
        recent_years=RECENT_YEARS,
        detail=lambda point: _detail(mine, point),
        gap_name=lambda gap: _gap_name(page.reader, gap),
        is_old=lambda point: _is_old(taste, point),
    )


def _detail(mine: Mine, point: Point) -> str:
    """A point in words."""
    reader, film = mine.page.reader, point.film.film
    title = f"{film.title} ({film.year})" if film.year else film.title
    said = {"title": title, "genres": ", ".join(film.genres) or reader.say("genre not known")}
    if point.kind is PointKind.SUGGESTED and point.probability is not None:
        how = chance(reader, point.probability)
        return reader.say("%(title)s, %(genres)s: suggested, %(chance)s", **said, chance=how)
    if point.released_on is None:
        return reader.say("%(title)s, %(genres)s: on offer", **said)
    day = reader.day(point.released_on)
    if point.kind is PointKind.OWN:
        return reader.say("%(title)s, %(genres)s: your release of %(day)s", **said, day=day)
    return reader.say("%(title)s, %(genres)s: released here by another on %(day)s", **said, day=day)


def _gap_name(reader: Reader, gap: Gap) -> str:
    return " / ".join(gap.genres) or reader.say("Gap %(number)s", number=gap.number)


def _is_old(taste: TasteMap, point: Point) -> bool:
    recent_from, day = taste.recent_from, point.released_on
    return recent_from is not None and day is not None and day < recent_from


def _charts(reader: Reader, shares: TasteShares) -> tuple[Chart, ...]:
    countries = [(reader.territory(share.name), share) for share in shares.countries]
    quarters = {
        "1": reader.say("smallest quarter"),
        "2": reader.say("second quarter"),
        "3": reader.say("third quarter"),
        "4": reader.say("largest quarter"),
    }
    sizes = [(quarters[share.name], share) for share in shares.sizes]
    drawn_charts = [
        _against(reader, reader.say("Genres"), [(share.name, share) for share in shares.genres]),
        _against(reader, reader.say("Countries"), countries),
    ]
    if sizes:
        title = reader.say("Size of the release, by screens or audience among those of the year")
        drawn_charts.append(_against(reader, title, sizes))
    return (*drawn_charts, _over_years(reader, shares))


def _against(reader: Reader, title: str, named: Sequence[tuple[str, Share]]) -> Chart:
    mine, market = reader.say("yours"), reader.say("all here")
    values = [
        {"what": name, "whose": whose, "share": round(share, 4)}
        for name, one in named
        for whose, share in ((mine, one.mine), (market, one.market))
    ]
    spec: dict[str, Any] = {
        "width": 360,
        "height": {"step": 13},
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "what", "type": "nominal", "sort": [name for name, _ in named], "title": None},
            "yOffset": {"field": "whose", "sort": [mine, market]},
            "x": {
                "field": "share",
                "type": "quantitative",
                "axis": {"format": "%", "tickCount": 5},
                "title": reader.say("share of releases"),
            },
            "color": {
                "field": "whose",
                "type": "nominal",
                "title": None,
                "scale": {"domain": [mine, market], "range": list(_COLOURS.values())},
                "legend": {"orient": "top"},
            },
        },
    }
    first = named[0] if named else None
    description = title
    if first is not None:
        description = reader.say(
            "%(title)s: bars of your share and of all in the territory. First %(name)s, %(mine)s of yours and "
            "%(market)s of all.",
            title=title,
            name=first[0],
            mine=reader.percent(first[1].mine),
            market=reader.percent(first[1].market),
        )
    rows = [
        (name, reader.number(one.count), reader.percent(one.mine), reader.percent(one.market))
        for name, one in named
    ]
    columns = (title, reader.say("Releases"), reader.say("Yours"), reader.say("All here"))
    return Chart(title, drawn(spec, description), columns, rows)


def _over_years(reader: Reader, shares: TasteShares) -> Chart:
    other = reader.say("Others")
    title = reader.say("Your releases over the years, by genre")
    years = [(year, genre or other, count) for year, genre, count in shares.years]
    genres = [*dict.fromkeys(share.name for share in shares.genres[:4]), other]
    spec: dict[str, Any] = {
        "width": 380,
        "height": 200,
        "data": {
            "values": [{"year": str(year), "genre": genre, "count": count} for year, genre, count in years]
        },
        "mark": {"type": "bar"},
        "encoding": {
            "x": {
                "field": "year",
                "type": "ordinal",
                "title": None,
                "scale": {"domain": [str(year) for year in range(shares.first, shares.last + 1)]},
            },
            "y": {"field": "count", "type": "quantitative", "title": reader.say("releases")},
            "color": {
                "field": "genre",
                "type": "nominal",
                "title": None,
                "scale": {"domain": genres, "range": [*_GENRES[: len(genres) - 1], _GENRES[-1]]},
                "legend": {"orient": "top", "columns": 3},
            },
        },
    }
    rows = [(str(year), genre, reader.number(count)) for year, genre, count in years]
    description = reader.say(
        "%(title)s, from %(first)s to %(last)s.", title=title, first=shares.first, last=shares.last
    )
    columns = (reader.say("Year"), reader.say("Genre"), reader.say("Releases"))
    return Chart(title, drawn(spec, description), columns, rows)
