"""Who is invited into a company and has not accepted yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from service.domain.accounts import CompanyInvitation
from service.domain.paging import Page, PageRequest
from service.domain.words import Role
from service.errors import NotFound
from service.store.repositories.base import Repository, pk_of
from service.store.tables.accounts import COMPANIES, COMPANY_INVITATIONS, USERS

__all__ = ["Invitations"]

_INVITED = COMPANY_INVITATIONS
_ALL = (
    select(
        _INVITED,
        COMPANIES.c.company_id,
        COMPANIES.c.name.label("company"),
        USERS.c.user_id.label("invited_by"),
        _INVITED.c.id.label("position"),
    )
    .join_from(_INVITED, COMPANIES, _INVITED.c.company_pk == COMPANIES.c.id)
    .outerjoin(USERS, _INVITED.c.invited_by_pk == USERS.c.id)
)


class Invitations(Repository):
    """tx.invitations."""

    def put(self, invitation: CompanyInvitation) -> CompanyInvitation:
        """Store it in place of the company's other one for the same address."""
        values = {
            "invitation_id": invitation.invitation_id,
            "email": invitation.email,
            "name": invitation.name,
            "role": invitation.role.value,
            "token_hash": invitation.token_hash,
            "invited_by_pk": self._optional_pk(USERS.c.user_id, invitation.invited_by, "invited_by"),
            "expires_at": invitation.expires_at,
        }
        company = self._pk(COMPANIES.c.company_id, invitation.company_id, "company_id")
        added = insert(_INVITED).values(company_pk=company, **values)
        place = [_INVITED.c.company_pk, func.lower(_INVITED.c.email)]
        self._connection.execute(added.on_conflict_do_update(index_elements=place, set_=values))
        return self.get(invitation.invitation_id)

    def get(self, invitation_id: str) -> CompanyInvitation:
        """Raises NotFound."""
        found = self._first(_ALL.where(_INVITED.c.invitation_id == invitation_id))
        if found is None:
            raise NotFound("invitation", invitation_id)
        return _invitation(found)

    def proven_by(self, token_hash: bytes, *, alone: bool = False) -> CompanyInvitation | None:
        """The one of this token, expired or not. alone: nobody else answers it until this unit of work ends."""
        query = _ALL.where(_INVITED.c.token_hash == token_hash)
        found = self._first(query.with_for_update(of=_INVITED) if alone else query)
        return None if found is None else _invitation(found)

    def list(self, company_id: str, now: datetime, page: PageRequest) -> Page[CompanyInvitation]:
        """Those of a company that can still be accepted, in the order they were added."""
        good = (COMPANIES.c.company_id == company_id) & (_INVITED.c.expires_at > now)
        return self._page(_ALL.where(good), _INVITED.c.id, page, _invitation)

    def naming(self, user_id: str) -> tuple[CompanyInvitation, ...]:
        """Those to the person's address, and those that the person made."""
        address = select(func.lower(USERS.c.email)).where(USERS.c.user_id == user_id).scalar_subquery()
        made = _INVITED.c.invited_by_pk == pk_of(USERS.c.user_id, user_id)
        query = _ALL.where((func.lower(_INVITED.c.email) == address) | made).order_by(_INVITED.c.id)
        return tuple(map(_invitation, self._all(query)))

    def delete(self, invitation_id: str) -> None:
        """Raises NotFound."""
        self._delete(_INVITED.c.invitation_id, invitation_id, None, "invitation")

    def delete_for(self, company_id: str, email: str) -> None:
        """The company's one for this address, if there is one."""
        theirs = _INVITED.c.company_pk == pk_of(COMPANIES.c.company_id, company_id)
        same = func.lower(_INVITED.c.email) == func.lower(email)
        self._connection.execute(delete(_INVITED).where(theirs, same))

    def delete_made_by(self, user_id: str, company_id: str | None) -> tuple[tuple[str, str], ...]:
        """Those that a person made, of one company or of all; ids of them and of their companies."""
        made = _ALL.where(USERS.c.user_id == user_id)
        if company_id is not None:
            made = made.where(COMPANIES.c.company_id == company_id)
        gone = tuple((row.invitation_id, row.company_id) for row in self._all(made))
        ids = [invitation_id for invitation_id, _ in gone]
        self._connection.execute(delete(_INVITED).where(_INVITED.c.invitation_id.in_(ids)))
        return gone

    def forget_expired(self, now: datetime) -> int:
        """Returns how many were deleted."""
        return self._connection.execute(delete(_INVITED).where(_INVITED.c.expires_at <= now)).rowcount


def _invitation(row: Any) -> CompanyInvitation:
    return CompanyInvitation(
        invitation_id=row.invitation_id,
        company_id=row.company_id,
        company=row.company,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        token_hash=row.token_hash,
        expires_at=row.expires_at,
        invited_by=row.invited_by,
        created_at=row.created_at,
    )
