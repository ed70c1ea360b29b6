"""Rights in the way of others, in words that say which and lead to them."""

from __future__ import annotations

from collections.abc import Collection

from service.domain.catalogue import FilmRecord
from service.domain.rights import RightsGrant, Window
from service.domain.words import Direction
from service.errors import Conflict, NotFound, RightsConflict
from service.usecases import companies, deals, distributors, film_rights, rights
from service.web.page import Page
from service.web.pages.agent.films import place_of
from service.web.words import label

__all__ = ["in_words", "window_said"]


def in_words(
    page: Page, film: FilmRecord, error: RightsConflict, changed: Collection[str] = ()
) -> tuple[Conflict, str]:
    """The conflict as people read it, and the address of what is in the way, "" where there is none to see.

    changed: the grants that were to be changed, which are in nobody's way but their own.
    """
    try:
        other = rights.get_grant(page.uow, page.actor, error.in_the_way)
    except NotFound:
        return _of_deal(page, film, error)
    if error.constraint == "rights_inside_held" and other.grant_id in changed:
        return _not_held(page, error), ""
    if error.constraint == "sold_within_its_deal" and other.grant_id in changed:
        return _outside_deal(page, error), ""
    if error.constraint in ("sold_within_its_deal", "rights_fit_their_deal"):
        message = page.say("what was sold in the deal is recorded: %(what)s", what=_said(page, other))
        remedy = page.say("Change or delete that first, or leave the deal as it was sold")
    elif error.constraint == "rights_inside_held":
        message = page.say("these rights are sold already: %(what)s", what=_said(page, other))
        remedy = page.say("Keep what is sold within what is held, or change that sale first")
    else:
        message = page.say("this overlaps with other rights: %(what)s", what=_said(page, other))
        remedy = page.say(
            "Choose another window, other territories, media rights or languages, or change those first"
        )
    return Conflict(message, remedy, field=error.field), _place(page, film, other)


def window_said(page: Page, window: Window) -> str:
    """From one day to another."""
    reader, first, last = page.reader, window.starts_on, window.ends_on
    if first and last:
        return page.say("%(first)s to %(last)s", first=reader.day(first), last=reader.day(last))
    if first:
        return page.say("from %(first)s, without end", first=reader.day(first))
    if last:
        return page.say("until %(last)s", last=reader.day(last))
    return page.say("without limit")


def _of_deal(page: Page, film: FilmRecord, error: RightsConflict) -> tuple[Conflict, str]:
    if error.constraint == "rights_inside_held":
        return _not_held(page, error), ""
    if error.constraint == "sold_within_its_deal":
        return _outside_deal(page, error), ""
    try:
        deal = deals.get_deal(page.uow, page.actor, error.in_the_way).deal
        buyer = distributors.get_distributor(page.uow, page.actor, deal.distributor_id).profile
    except NotFound:
        if error.constraint != "deals_inside_held":
            return Conflict(error.message, error.remedy, field=error.field), ""
        message = page.say("you do not hold the rights of this deal")
        return Conflict(message, page.say("Record or extend the rights held first"), field=error.field), ""
    facts = {"buyer": buyer.distributor.name, "territory": page.reader.territory(buyer.territory)}
    if error.constraint == "sold_beside_deals":
        message = page.say(
            "these rights are sold in the deal with %(buyer)s in %(territory)s already", **facts
        )
        remedy = page.say(
            "Correct the licence period and media rights of that deal, or record what it sold first"
        )
    else:
        message = page.say(
            "the deal with %(buyer)s in %(territory)s relies on rights that are not held then", **facts
        )
        remedy = page.say("Keep what the deal needs, or correct the deal first")
    return Conflict(message, remedy, field=error.field), f"{place_of(film)}/deals/{deal.deal_id}"


def _not_held(page: Page, error: RightsConflict) -> Conflict:
    message = page.say("you do not hold these rights as they would be sold")
    return Conflict(message, page.say("Record or extend the rights held first"), field=error.field)


def _outside_deal(page: Page, error: RightsConflict) -> Conflict:
    message = page.say("these days are outside of the licence period of the deal")
    remedy = page.say("Choose days inside of it, or change the licence period of the deal first")
    return Conflict(message, remedy, field=error.field)


def _said(page: Page, grant: RightsGrant) -> str:
    facts = {
        "right": label(page.reader, grant.media_right),
        "territory": page.reader.territory(grant.territory),
        "window": window_said(page, grant.window),
    }
    if grant.direction is Direction.HELD or grant.licensee_id is None:
        return page.say("%(right)s in %(territory)s, held %(window)s", **facts)
    buyer = companies.get_company(page.uow, page.actor, grant.licensee_id).name
    return page.say("%(right)s in %(territory)s, sold to %(buyer)s %(window)s", buyer=buyer, **facts)


def _place(page: Page, film: FilmRecord, grant: RightsGrant) -> str:
    for alike in film_rights.film_rights(page.uow, page.actor, film.film_id):
        if grant.grant_id in alike.versions:
            return f"{place_of(film)}#r-{alike.key}"
    return ""
