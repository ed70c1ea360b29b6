"""Hard filters of matching: what cannot be offered, and which distributors would not take it.

Called inside the unit of work of a match or of suggestions. A distributor's limits are private: show them to its own
company, and to nobody else (`Denials.told_to`). Whoever may ask about any film meets limits of budgets in steps, so
that no number of questions tells one. A pass hides a film from the distributor's suggestions alone: an agent
who asks about a film learns from no answer that there was one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from recommender.market.domain import Denied
from service.domain.avails import Avail, AvailStatus, Cell, Question, avail, by_cell, said, seen_by
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.rights import RightsGrant, Window, held_by
from service.domain.words import MediaRight
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork

__all__ = ["Denials", "film_denial", "film_denials", "limit_denial", "suggestion_denials", "unsold_by"]

_NOT_LOOKING: Final = Denied("not_looking", "it does not look for such a film at the moment")
"""The same for all limits, so that none can be told from the others."""
_STEPS: Final = (0, 1, 2, 5, 10)
_CENT: Final = Decimal("0.01")
_PASSED: Final = Denied("passed", "your company passed on it; undo the pass to see it again")


@dataclass(frozen=True, slots=True)
class Denials:
    """What matching must leave out.

    film: why the film cannot be offered in the territory, None where it can. distributors: distributor_id -> why it
    would not take the film, for its own company only. companies: distributor_id -> that company. rights: how the
    right stands, None for reference data, whose rights nobody who asks holds; show it with the matches, for `unknown`
    denies nothing while no rights at all are recorded.
    """

    film: Denied | None = None
    distributors: Mapping[str, Denied] = field(default_factory=dict)
    companies: Mapping[str, str] = field(default_factory=dict)
    rights: AvailStatus | None = None

    def told_to(self, company_ids: Collection[str]) -> dict[str, Denied]:
        """The same distributors, with a reason that tells others nothing of their limits."""
        return {
            distributor_id: why if self.companies[distributor_id] in company_ids else _NOT_LOOKING
            for distributor_id, why in self.distributors.items()
        }


def film_denials(
    tx: UnitOfWork,
    film: FilmRecord,
    territories: Sequence[str],
    media_right: MediaRight,
    window: Window | None,
    now: datetime,
    settings: Settings,
    agent_ids: Collection[str] = (),
) -> dict[str, Denials]:
    """Why a film cannot be offered in each territory, and which distributors there would not take it.

    window: in which the right is wanted, None for from now on. agent_ids: of the companies that ask; of reference data
    what they themselves hold and sold counts. Where the film itself is denied, the distributors
    are not looked at.
    """
    grants = tx.rights.standing([film.film_id]).get(film.film_id, ())
    grants = grants if film.owner_id else held_by(agent_ids, grants)
    question = _question(window, now, settings)
    standing = {code: _standing(film, grants, (code, media_right), question) for code in territories}
    open_in = [code for code, (_, reason) in standing.items() if not reason]
    choosy = tx.distributors.choosy(open_in) if open_in else ()
    denied: dict[str, dict[str, Denied]] = {code: {} for code in territories}
    for profile in choosy:
        if why := limit_denial(profile, film, media_right, in_steps=True):
            denied[profile.territory][profile.distributor_id] = why
    companies = {profile.distributor_id: profile.company_id for profile in choosy}
    return {
        code: Denials(reason, denied[code], {key: companies[key] for key in denied[code]}, status)
        for code, (status, reason) in standing.items()
    }


def suggestion_denials(
    tx: UnitOfWork,
    profile: DistributorProfile,
    films: Sequence[FilmRecord],
    media_right: MediaRight,
    window: Window | None,
    now: datetime,
    settings: Settings,
) -> dict[str, Denied]:
    """film_id -> why it is not suggested to this distributor, for its own company."""
    question = _question(window, now, settings)
    owned = [film.film_id for film in films if film.owner_id]
    grants = tx.rights.standing(owned, territory=profile.territory)
    # Of those without any here it matters whether there are some elsewhere.
    grants |= tx.rights.of_films([film_id for film_id in owned if film_id not in grants])
    cool_since = now - timedelta(days=settings.pass_cooldown_days)
    passed = tx.feedback.hidden_films(profile.distributor_id, cool_since)
    denied = {}
    for film in films:
        own = grants.get(film.film_id, ())
        why = film_denial(film, own, (profile.territory, media_right), question, {profile.company_id})
        why = why or (_PASSED if film.film_id in passed else limit_denial(profile, film, media_right))
        if why:
            denied[film.film_id] = why
    return denied


def unsold_by(
    tx: UnitOfWork,
    media_right: MediaRight,
    window: Window | None,
    now: datetime,
    *,
    film_ids: Collection[str] | None = None,
    territory: str = "",
    buyer_id: str = "",
    agent_ids: Collection[str] = (),
) -> frozenset[str]:
    """Deals that do not sell what is asked, as Offers.unsold_by tells them. window: None for from now on."""
    asked = window or Window()
    first = asked.starts_on or min(now.date(), asked.ends_on or date.max)
    return tx.offers.unsold_by(
        media_right,
        replace(asked, starts_on=first),
        film_ids=film_ids,
        territory=territory,
        buyer_id=buyer_id,
        agent_ids=agent_ids,
    )


def film_denial(
    film: FilmRecord,
    grants: Sequence[RightsGrant],
    cell: Cell,
    question: Question,
    told_to: Collection[str] | None = None,
) -> Denied | None:
    """Why a film cannot be offered, None where it can; grants: as Rights.standing gives them of the film.

    told_to: companies to which the sales to others are private; None for its agent.

    Reference data is offered where no grants are given, and so is a film of which no rights are recorded yet: only
    its own agent can see that one. Once some are recorded, what is sold, stale or not held is denied. A holdback
    denies only where it bars all of the window, because a deal may be signed before it ends.
    """
    _, reason = _standing(film, grants, cell, question)
    if reason is None or told_to is None:
        return reason
    return _rights_denied(seen_by(told_to, by_cell(grants).get(cell, ()), question), cell, question)


def limit_denial(
    profile: DistributorProfile, film: FilmRecord, media_right: MediaRight, *, in_steps: bool = False
) -> Denied | None:
    """Which of its own limits keeps a distributor from a film, None where none does.

    in_steps: the budget counts as anything between two of the numbers 1, 2, 5, 10, 20, 50 and so on.
    """
    if profile.media_rights and media_right not in profile.media_rights:
        right = media_right.value
        return Denied("right", f"it does not take {right} rights", {"right": right})
    never = {genre.casefold() for genre in profile.genres_never}
    refused = [genre for genre in film.film.genres if genre.casefold() in never]
    if refused:
        return Denied("genres", f"it never takes {', '.join(refused)}", {"genres": refused})
    budget = film.budget_usd
    if budget is None:
        return None
    return _budget_denial(profile, *(_step(budget) if in_steps else (budget, budget)))


def _budget_denial(profile: DistributorProfile, low: Decimal, high: Decimal) -> Denied | None:
    least, most = profile.budget_min_usd, profile.budget_max_usd
    if least is not None and high < least:
        text = f"the budget is below {least:,.0f} USD, the least it takes"
        return Denied("budget_below", text, {"limit": float(least)})
    if most is not None and low > most:
        text = f"the budget is above {most:,.0f} USD, the most it takes"
        return Denied("budget_above", text, {"limit": float(most)})
    return None


def _step(budget: Decimal) -> tuple[Decimal, Decimal]:
    """The lowest and the highest budget of the same step."""
    unit = Decimal(1).scaleb(budget.adjusted())
    return next((low * unit, high * unit - _CENT) for low, high in pairwise(_STEPS) if budget < high * unit)


def _standing(
    film: FilmRecord, grants: Sequence[RightsGrant], cell: Cell, question: Question
) -> tuple[AvailStatus | None, Denied | None]:
    """How the right stands, None where nobody here holds it, and why it cannot be offered."""
    if film.owner_id is None and not grants:
        return None, None
    found = avail(by_cell(grants).get(cell, ()), question)
    is_offered = bool(found.free) or not grants
    return found.status, None if is_offered else _rights_denied(found, cell, question)


def _rights_denied(found: Avail, cell: Cell, question: Question) -> Denied:
    territory, right = cell
    last = question.window and question.window.ends_on
    if found.status is AvailStatus.UNKNOWN and last and last < question.as_of:
        text = f"{said(found, cell)} then, and the days asked for were over on {last}"
        return Denied(
            "rights_over", text, {"territory": territory, "right": right.value, "until": last.isoformat()}
        )
    kind, facts = f"rights_{found.status.value}", {"territory": territory, "right": right.value}
    if found.status is AvailStatus.STALE and found.confirmed_on:
        kind, facts = f"{kind}_since", {**facts, "confirmed_on": found.confirmed_on.isoformat()}
    elif found.until:
        kind, facts = f"{kind}_until", {**facts, "until": found.until.isoformat()}
    return Denied(kind, said(found, cell), facts)


def _question(window: Window | None, now: datetime, settings: Settings) -> Question:
    return Question(now.date(), window, stale_after=timedelta(days=settings.rights_stale_days))
