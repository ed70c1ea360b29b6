"""Which sales agent a person works for on these pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from service.domain.words import CompanyKind, Role
from service.errors import Forbidden
from service.security.permissions import About, Action, may
from service.usecases.companies import get_company
from service.web.page import Page
from service.web.words import label

__all__ = ["Agent", "agent_of", "may_change", "may_delete", "options", "require_writer"]

_CHOSEN: Final = "reelmatch_agent"
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Agent:
    """company_id: the agent that is shown; others: (id, name) of all, where there are several. may_write: as member."""

    company_id: str
    others: tuple[tuple[str, str], ...]
    may_write: bool


def agent_of(page: Page) -> Agent:
    """The agent that ?company= names, or that was chosen last, or the person's first.

    Raises Forbidden, NotFound for another's.
    """
    own = sorted(page.actor.companies(CompanyKind.SALES_AGENT))
    if not own:
        raise Forbidden(
            page.say("this page is for sales agents"),
            page.say("Ask an owner of your company to add you, or to add what the company does"),
        )
    asked = page.request.query_params.get("company")
    last = page.kept(_CHOSEN)
    company_id = (
        page.actor.acting_for(asked, CompanyKind.SALES_AGENT) if asked else last if last in own else own[0]
    )
    if asked and company_id != last:
        page.remember(_CHOSEN, company_id, _DAY_S)
    others = tuple((one, get_company(page.uow, page.actor, one).name) for one in own) if len(own) > 1 else ()
    writing = page.actor.companies(CompanyKind.SALES_AGENT, Role.MEMBER)
    return Agent(company_id, others, company_id in writing)


def options(page: Page, words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Words of a closed vocabulary for a choice: value and text."""
    return [(word.value, label(page.reader, word)) for word in words]


def may_change(page: Page, owner_id: str | None) -> bool:
    """Whether the person may change a film of this owner."""
    return may(page.actor, Action.WRITE, "film", About(seller=owner_id, is_open=owner_id is None))


def may_delete(page: Page, owner_id: str | None) -> bool:
    """Whether the person may delete a film of this owner: members may not."""
    return may(page.actor, Action.DELETE, "film", About(seller=owner_id, is_open=owner_id is None))


def require_writer(page: Page, *, may: bool) -> None:
    """Raises Forbidden for who may only look; asked before a form that would be refused is shown."""
    if not may:
        raise Forbidden(
            page.say("you may look at these films, but not change them"),
            page.say("Ask an owner of your company to make you a member"),
        )
