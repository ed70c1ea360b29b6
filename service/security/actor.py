"""Who is asking: a person, a program with a key, or a command on the server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from service.domain.words import CompanyKind, Role
from service.errors import Invalid, NotFound
from service.phrases import phrase

__all__ = ["ROLE_RANK", "Actor", "Seat"]

ROLE_RANK: Final = {Role.VIEWER: 0, Role.MEMBER: 1, Role.OWNER: 2}


@dataclass(frozen=True, slots=True)
class Seat:
    """An actor's place in one company. territories: where that company has a distributor profile."""

    company_id: str
    role: Role
    kinds: frozenset[CompanyKind] = frozenset()
    territories: frozenset[str] = frozenset()

    def reaches(self, role: Role) -> bool:
        """Whether the role held here includes `role`."""
        return ROLE_RANK[self.role] >= ROLE_RANK[role]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking.

    actor_id: user id, key id or the name of a command; the audit trail keeps it. user_id: None for programs
    and commands. scopes: what a program's key allows; None for people, who may do whatever their roles allow.
    is_system: a command on the server itself, which may do everything. session: fingerprint of the session it
    came with.
    """

    actor_id: str
    user_id: str | None = None
    seats: tuple[Seat, ...] = ()
    is_administrator: bool = False
    scopes: frozenset[str] | None = None
    is_system: bool = False
    session: bytes | None = None

    @classmethod
    def system(cls, command: str) -> Actor:
        """A command run on the server, named in the audit trail."""
        return cls(actor_id=command, is_system=True)

    def companies(self, kind: CompanyKind | None = None, role: Role = Role.VIEWER) -> frozenset[str]:
        """Ids of the companies of a kind (None: any) in which the actor is at least `role`."""
        return frozenset(
            seat.company_id
            for seat in self.seats
            if seat.reaches(role) and (kind is None or kind in seat.kinds)
        )

    def territories(self, role: Role = Role.VIEWER) -> frozenset[str]:
        """Territories in which the actor's companies release films."""
        return frozenset(
            territory for seat in self.seats if seat.reaches(role) for territory in seat.territories
        )

    def acting_for(self, company_id: str | None, kind: CompanyKind | None = None) -> str:
        """The company on whose behalf this is done: `company_id`, or the only one there is.

        Raises NotFound when the actor has no place in it, Invalid when it must be named and is not.
        """
        own = self.companies(kind)
        if company_id is not None:
            if company_id not in own and not self.is_system:
                raise NotFound("company", company_id, "Name one of your own companies")
            return company_id
        if len(own) != 1:
            raise Invalid.field("company_id", *_which(own, kind))
        return next(iter(own))


def _which(own: Iterable[str], kind: CompanyKind | None) -> tuple[str, str]:
    names = ", ".join(sorted(own))
    if not names:
        of_kind = phrase("you belong to no company of the kind {kind}", kind=kind) if kind else ""
        return of_kind or phrase("you belong to no company"), phrase(
            "Ask an administrator or an owner to invite you to one"
        )
    return phrase("you belong to several companies"), phrase("Say for which of them: {names}", names=names)
