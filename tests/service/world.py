"""A few companies with their people, and clients signed in as each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from argon2.profiles import CHEAPEST
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.domain.accounts import Membership
from service.domain.words import CompanyKind, Role, Scope
from service.security.actor import Actor
from service.security.identity import Passwords
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import keys
from tests.service import make

PASSWORD: Final = "salt pans at low tide"
PASSWORDS: Final = Passwords(CHEAPEST)

KINDS: Final = {
    "alba": CompanyKind.SALES_AGENT,
    "grim": CompanyKind.SALES_AGENT,
    "lumen": CompanyKind.DISTRIBUTOR,
    "harbor": CompanyKind.DISTRIBUTOR,
    "marche": CompanyKind.ORGANISER,
}
PEOPLE: Final = {
    "alba-owner": ("alba", Role.OWNER),
    "alba-member": ("alba", Role.MEMBER),
    "alba-viewer": ("alba", Role.VIEWER),
    "grim-owner": ("grim", Role.OWNER),
    "lumen-owner": ("lumen", Role.OWNER),
    "harbor-owner": ("harbor", Role.OWNER),
    "marche-owner": ("marche", Role.OWNER),
}


@dataclass(frozen=True)
class World:
    """Two sales agents (alba, grim), two distributors (lumen in FR, harbor in US), an organiser (marche).

    Of alba there are an owner, a member and a viewer, of the others an owner; admin is an administrator, nobody
    belongs to no company. Everybody's id and the start of the address are these names.
    """

    uow: UnitOfWorkFactory
    app: FastAPI

    def sign_in(self, user_id: str) -> TestClient:
        """A browser in which this person is signed in."""
        client = TestClient(self.app)
        credentials = {"email": f"{user_id}@example.org", "password": PASSWORD}
        answer = client.post("/api/v1/sessions", json=credentials)
        assert answer.status_code == 201, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return client

    def program(self, company_id: str | None, *scopes: Scope) -> TestClient:
        """A program with a key of this company; None for an administrator's key."""
        new = keys.make_key(self.uow, Actor.system("test"), name="test", company_id=company_id, scopes=scopes)
        return TestClient(self.app, headers={"Authorization": f"Bearer {new.key.text}"})


def populate(uow: UnitOfWorkFactory) -> None:
    """Store the companies and their people."""
    with uow() as tx:
        for company_id, kind in KINDS.items():
            tx.companies.add(make.company(company_id, kind))
        for territory, company_id in (("FR", "lumen"), ("US", "harbor")):
            tx.distributors.add(make.profile(f"{company_id}-{territory.lower()}", company_id, territory))
        kept = PASSWORDS.hash(PASSWORD)
        tx.accounts.add_user(make.user("admin", is_administrator=True, password_hash=kept))
        tx.accounts.add_user(make.user("nobody", password_hash=kept))
        for user_id, (company_id, role) in PEOPLE.items():
            tx.accounts.add_user(make.user(user_id, password_hash=kept))
            tx.accounts.add_membership(Membership(user_id, company_id, role))
        tx.commit()
