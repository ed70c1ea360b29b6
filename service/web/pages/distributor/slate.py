"""Films for me: the list, new ones first, and the page of one film."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from service.domain.words import MediaRight
from service.errors import Invalid, Unavailable
from service.usecases import decisions, films, suggestions
from service.usecases.film_for_buyer import film_for_buyer
from service.web.forms import FormDep, empty_form
from service.web.pages.distributor.filters import CHANCES, PAGE, filters_of, remember, remembered
from service.web.pages.distributor.mine import MineDep

__all__ = ["router"]

router = APIRouter(prefix="/suggestions")


@router.get("")
def show(mine: MineDep) -> Response:
    """The films on offer for this profile. Without filters in the address, those of last time."""
    page, given = mine.page, dict(mine.page.request.query_params)
    if not given.keys() - {"profile"}:
        last = remembered(page, mine.distributor_id)
        if last.is_set:
            return page.go(f"/suggestions?{last.query(mine.distributor_id)}")
    filters = filters_of(given)
    try:
        answer = suggestions.suggest(page.desk, page.actor, filters.request(mine.distributor_id))
    except (Invalid, Unavailable) as error:
        return mine.cannot(error)
    shown = [one["film_id"] for one in answer["suggestions"]]
    whole = mine.show(
        "distributor/slate_part.html" if page.is_part else "distributor/slate.html",
        answer=answer,
        filters=filters,
        films=films.find_films(page.uow, page.actor, shown),
        standing=decisions.standing_of(page.uow, page.actor, page.settings, mine.distributor_id),
        choices=suggestions.choices(page.uow, page.actor, mine.distributor_id),
        chances=CHANCES,
        page_size=PAGE,
        form=empty_form(),
    )
    remember(page, whole, mine.distributor_id, filters)
    return whole


@router.post("/seen")
def mark_seen(mine: MineDep, form: FormDep) -> Response:
    """All that was on the list when it was made is not new any more."""
    mine, page = mine.sent_by(form), mine.page
    until = None
    with suppress(ValueError):
        until = datetime.fromisoformat(form.text("until"))
    suggestions.look(page.uow, page.actor, mine.distributor_id, until if until and until.tzinfo else None)
    notice = page.say("All films on the list count as seen. What comes on offer from now on is new.")
    return page.go(f"/suggestions?profile={mine.distributor_id}", notice)


@router.get("/{film_id:path}")
def film(mine: MineDep, film_id: str, media_right: MediaRight = MediaRight.THEATRICAL) -> Response:
    """One film as this profile looks at it."""
    page = mine.page
    found = film_for_buyer(page.desk, page.actor, mine.distributor_id, film_id, media_right)
    standing = decisions.standing_of(page.uow, page.actor, page.settings, mine.distributor_id, film_id)
    return mine.show(
        "distributor/film.html",
        found=found,
        film=found.film,
        events=standing.get(film_id, ()),
        media_right=media_right,
        form=empty_form(),
    )
