"""The columns of the lists, and each object as a row."""

from __future__ import annotations

from typing import Any, Final

import orjson

from service.domain.accounts import Company
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.deals import DealRecord, DealTerms, Money
from service.domain.feedback import FeedbackEvent
from service.domain.rights import RightsGrant
from service.domain.words import ImportKind
from service.tables_io.writing import Cell
from service.usecases.avails import AvailRow
from service.usecases.exporting.wording import PLAIN, Wording, _
from service.usecases.followup import Card
from service.usecases.importing.columns import COLUMNS

__all__ = [
    "AUDIT",
    "AVAILS",
    "COMPANIES",
    "DEALS",
    "DISTRIBUTORS",
    "FEEDBACK",
    "FILMS",
    "FOLLOW_UP",
    "HEADS",
    "MATCHES",
    "MATCH_RUNS",
    "MEETING_REQUESTS",
    "MERGES",
    "RIGHTS",
    "SUGGESTIONS",
    "Row",
    "avail_row",
    "card_row",
    "company_row",
    "deal_row",
    "distributor_row",
    "feedback_row",
    "film_row",
    "grant_row",
    "match_row",
    "plain_row",
]

Row = list[Cell]

_FILM_COLUMNS: Final = tuple(column.name for column in COLUMNS[ImportKind.FILMS])
_DISTRIBUTOR_COLUMNS: Final = tuple(column.name for column in COLUMNS[ImportKind.DISTRIBUTORS])
_DEAL_COLUMNS: Final = tuple(column.name for column in COLUMNS[ImportKind.DEALS])
_RIGHTS_COLUMNS: Final = tuple(column.name for column in COLUMNS[ImportKind.RIGHTS])

FILMS: Final = (*_FILM_COLUMNS, "owner_id")
DISTRIBUTORS: Final = (*_DISTRIBUTOR_COLUMNS, "company_id")
DEALS: Final = (*_DEAL_COLUMNS, "agent_id")
RIGHTS: Final = (*_RIGHTS_COLUMNS, "company_id")
COMPANIES: Final = ("company_id", "name", "kinds", "country", "website", "aliases")
FEEDBACK: Final = (
    *("event_id", "at", "kind", "film_id", "distributor_id", "company_id", "user_id"),
    *("reason", "note", "undoes"),
)
MATCHES: Final = (
    *("film_id", "title", "territory", "rank", "distributor_id", "name"),
    *("probability", "reasons", "bundle_version"),
)
FOLLOW_UP: Final = (
    *("film_id", "title", "distributor_id", "name", "territory"),
    *("state", "at", "note", "said_by_them", "said_at"),
)
AVAILS: Final = (
    *("film_id", "title", "territory", "media_right", "status"),
    *("free", "exclusive", "until", "confirmed_on"),
)
MEETING_REQUESTS: Final = (
    *("request_id", "film_id", "distributor_id", "asked_by", "waits_for", "state"),
    *("asked_at", "message", "starts_at", "answered_at", "reply", "event_id"),
)
MATCH_RUNS: Final = ("run_id", "kind", "at", "actor", "company_id", "bundle_version", "request")
AUDIT: Final = ("at", "actor", "company_id", "action", "noun", "object_id", "diff", "request_id")
MERGES: Final = (
    *("proposal_id", "noun", "kept_id", "other_id", "likeness"),
    *("state", "decided_by", "decided_at", "at", "evidence"),
)
SUGGESTIONS: Final = (*MATCHES, "offered_since", "is_new")

HEADS: Final = {
    "at": _("Since"),
    "bundle_version": _("Answered by bundle"),
    "distributor_id": _("Distributor's id"),
    "film_id": _("Film's id"),
    "is_new": _("New"),
    "name": _("Distributor"),
    "note": _("Note"),
    "offered_since": _("Offered since"),
    "probability": _("Probability"),
    "rank": _("Rank"),
    "reasons": _("Reasons"),
    "said_at": _("Said on"),
    "said_by_them": _("What they said"),
    "state": _("Where it stands"),
    "territory": _("Territory"),
    "title": _("Film"),
}


def film_row(record: FilmRecord) -> Row:
    """As FILMS."""
    return [_field(name, record.film, record) for name in FILMS]


def distributor_row(profile: DistributorProfile) -> Row:
    """As DISTRIBUTORS."""
    return [_field(name, profile.distributor, profile) for name in DISTRIBUTORS]


def company_row(company: Company) -> Row:
    """As COMPANIES."""
    kinds = sorted(company.kinds)
    return [
        company.company_id, company.name, kinds, company.country, company.website, company.aliases,
    ]  # fmt: skip


def deal_row(deal: DealRecord, terms: DealTerms | None) -> Row:
    """As DEALS. terms: None where the reader is no party."""
    terms = terms or DealTerms()
    special: dict[str, Cell] = {
        **_money("gross", "currency", deal.gross),
        "private": not deal.is_public,
        "starts_on": deal.window.starts_on if deal.window else None,
        "ends_on": deal.window.ends_on if deal.window else None,
        **_money("guarantee", "guarantee_currency", terms.guarantee),
        "commission": terms.commission,
        **_money("expenses_cap", "expenses_cap_currency", terms.expenses_cap),
        "terms_note": terms.note,
    }
    return [special[name] if name in special else getattr(deal, name) for name in DEALS]


def grant_row(grant: RightsGrant) -> Row:
    """As RIGHTS."""
    special: dict[str, Cell] = {
        "territories": grant.territory,
        "media_rights": grant.media_right.value,
        "starts_on": grant.window.starts_on,
        "ends_on": grant.window.ends_on,
    }
    return [special[name] if name in special else getattr(grant, name) for name in RIGHTS]


def feedback_row(event: FeedbackEvent) -> Row:
    """As FEEDBACK."""
    return [getattr(event, name) for name in FEEDBACK]


def avail_row(film: FilmRecord, row: AvailRow) -> Row:
    """As AVAILS; what is free as intervals of ISO 8601, ".." where there is no end."""
    free = [f"{span.starts_on or '..'}/{span.ends_on or '..'}" for span in row.avail.free]
    found = row.avail
    place: Row = [film.film_id, film.film.title, row.territory, row.media_right.value, found.status.value]
    return [*place, free, found.exclusive, found.until, found.confirmed_on]


def plain_row(thing: object, columns: tuple[str, ...]) -> Row:
    """Fields of these names; those that are no cells as JSON."""
    return [_cell(getattr(thing, name)) for name in columns]


def _cell(value: Any) -> Cell:
    return orjson.dumps(value).decode() if isinstance(value, dict) else value


def match_row(
    match: dict[str, Any], bundle_version: str, columns: tuple[str, ...], wording: Wording = PLAIN
) -> Row:
    """A match or suggestion of a recorded answer, as MATCHES or SUGGESTIONS."""
    mine = columns is SUGGESTIONS
    reasons = [wording.reason(reason, mine) for reason in match.get("reasons", ())]
    special: dict[str, Cell] = {
        "territory": wording.territory(match["territory"]),
        "reasons": reasons if wording is PLAIN else ". ".join(reasons),
        "bundle_version": bundle_version,
    }
    return [special[name] if name in special else match.get(name) for name in columns]


def card_row(card: Card, wording: Wording = PLAIN) -> Row:
    """As FOLLOW_UP."""
    theirs = card.theirs
    said: Row = ["", None] if theirs is None else [wording.label(theirs.kind), theirs.at]
    state = "" if card.state is None else wording.label(card.state)
    territory = wording.territory(card.territory)
    place: Row = [card.film_id, card.title, card.distributor_id, card.name, territory]
    return [*place, state, card.at, card.note, *said]


def _field(name: str, inner: object, outer: object) -> Cell:
    value: Cell = getattr(inner, name) if hasattr(inner, name) else getattr(outer, name)
    return value


def _money(name: str, code: str, money: Money | None) -> dict[str, Cell]:
    return {name: money.amount if money else None, code: money.currency if money else ""}
