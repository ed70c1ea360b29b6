"""Films and companies that may be the same, side by side, for a person to decide."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from service.domain.imports import MergeProposal
from service.domain.words import MergeState
from service.errors import Conflict, Invalid, NotFound
from service.usecases import companies, films, merges
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import After, Words, chosen, further, request_of
from service.web.marking import _
from service.web.page import AdministratorsPageDep, Page
from service.web.words import label

__all__ = ["router"]

router = APIRouter(prefix="/admin/merges")


_FIELDS: Final = {
    "film": (
        ("title", _("Title")),
        ("original_title", _("Original title")),
        ("year", _("Year")),
        ("directors", _("Directors")),
        ("cast", _("Cast")),
        ("countries", _("Countries")),
        ("languages", _("Languages")),
        ("genres", _("Genres")),
        ("production_companies", _("Production companies")),
        ("imdb_id", _("IMDb")),
        ("tmdb_id", _("TMDB")),
        ("eidr", _("EIDR")),
        ("isan", _("ISAN")),
        ("synopsis", _("Synopsis")),
    ),
    "company": (
        ("name", _("Name")),
        ("aliases", _("Other names")),
        ("kinds", _("What it does")),
        ("country", _("Country")),
        ("website", _("Website")),
    ),
}


_EVIDENCE: Final = {
    "countries": _("Countries"),
    "names": _("Names"),
    "shared_cast": _("Cast of both"),
    "shared_directors": _("Directors of both"),
    "titles": _("Titles"),
    "years": _("Years"),
}
"""What service.usecases.likeness looks at, as people read it."""


@dataclass(frozen=True, slots=True)
class Side:
    """One field of both. name: not translated yet."""

    name: str
    kept: str
    other: str


@router.get("")
def listed(page: AdministratorsPageDep, state: Words = "proposed", after: After = None) -> Response:
    """In the order they were proposed."""
    found = merges.list_merges(page.uow, page.actor, request_of(after), state=chosen(MergeState, state))
    names = {one.proposal_id: _names(page, one) for one in found.items}
    return page.show(
        "admin/merges.html",
        proposals=found.items,
        names=names,
        further=further(page.request, found),
        state=state,
        states=list(MergeState),
    )


@router.get("/{proposal_id}")
def show(page: AdministratorsPageDep, proposal_id: str) -> Response:
    """One pair."""
    return _shown(page, proposal_id)


@router.post("/{proposal_id}/merge")
def merge(page: AdministratorsPageDep, proposal_id: str, form: FormDep) -> Response:
    """They are the same."""
    try:
        merges.accept_merge(page.uow, page.actor, proposal_id, form.text("kept_id") or None)
    except (Conflict, Invalid) as error:
        return _shown(page, proposal_id, 409, form.refused(error))
    return page.go("/admin/merges", page.say("They are one now."))


@router.post("/{proposal_id}/different")
def keep_apart(page: AdministratorsPageDep, proposal_id: str, form: FormDep) -> Response:
    """They are different."""
    try:
        merges.reject_merge(page.uow, page.actor, proposal_id)
    except Conflict as error:
        return _shown(page, proposal_id, 409, form.refused(error))
    return page.go("/admin/merges", page.say("They stay two, and are not proposed again."))


def _shown(page: Page, proposal_id: str, status: int = 200, form: Form | None = None) -> Response:
    proposal = merges.get_merge(page.uow, page.actor, proposal_id)
    kept, other = (_fields(page, proposal.noun, one) for one in (proposal.kept_id, proposal.other_id))
    sides = (
        Side(name, _text(kept.get(field)), _text(other.get(field))) for field, name in _FIELDS[proposal.noun]
    )
    return page.show(
        "admin/merge.html",
        status,
        proposal=proposal,
        names=_names(page, proposal),
        is_whole=bool(kept and other),
        may_turn=kept.get("owner_id") == other.get("owner_id"),
        sides=[side for side in sides if side.kept or side.other],
        evidence=[(_EVIDENCE.get(name, name), _text(value)) for name, value in proposal.evidence.items()],
        form=form or empty_form(),
    )


def _names(page: Page, proposal: MergeProposal) -> tuple[str, str]:
    kept, other = (_fields(page, proposal.noun, one) for one in (proposal.kept_id, proposal.other_id))
    name = "title" if proposal.noun == "film" else "name"
    return kept.get(name, proposal.kept_id), other.get(name, proposal.other_id)


def _fields(page: Page, noun: str, object_id: str) -> dict[str, Any]:
    """Empty where it is gone."""
    try:
        if noun == "company":
            company = companies.get_company(page.uow, page.actor, object_id)
            return {**asdict(company), "kinds": [label(page.reader, kind) for kind in sorted(company.kinds)]}
        record = asdict(films.get_film(page.uow, page.actor, object_id))
    except NotFound:
        return {}
    return {**record, **record["film"]}


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_text, value)))
    return "" if value is None else str(value)
