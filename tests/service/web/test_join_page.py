"""Where the link of an invitation into a company leads."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from service.domain.words import Role
from service.security.actor import Actor
from service.usecases import companies, invitations, people
from tests.service.world import PASSWORD, World

INES = "ines@new.example"
KNOWN = "grim-owner@example.org"


def link(world: World, email: str) -> str:
    actor = Actor.system("test")
    return invitations.invite(world.uow, actor, "alba", email=email, name="Ines", role=Role.MEMBER).text


def without_secrets(page: str, email: str) -> str:
    return re.sub(r"join_[\w-]+", "", page).replace(email, "")


def members(world: World) -> set[str]:
    with world.uow() as tx:
        return {user.email or "" for user, _ in tx.accounts.members_of("alba").items}


@pytest.fixture
def visitor(world: World) -> TestClient:
    return TestClient(world.app)


def test_it_looks_the_same_for_who_has_an_account_and_who_has_none(world: World, visitor: TestClient) -> None:
    assert "data-invitation" in visitor.get("/join").text
    pages = [
        without_secrets(visitor.post("/join", data={"invitation": link(world, email)}).text, email)
        for email in (INES, KNOWN)
    ]
    assert pages[0] == pages[1]
    assert "Join Alba?" in pages[0]


def test_who_is_new_chooses_a_password_and_who_has_an_account_cannot(
    world: World, visitor: TestClient
) -> None:
    form = {"invitation": link(world, INES), "password": PASSWORD, "again": "something else than that"}
    assert "the two passwords differ" in visitor.post("/join/new", data=form).text
    assert (
        visitor.post("/join/new", data={**form, "again": PASSWORD}, follow_redirects=False).status_code == 303
    )
    assert INES in members(world)
    known = {"invitation": link(world, KNOWN), "password": PASSWORD, "again": PASSWORD}
    refused = visitor.post("/join/new", data=known)
    assert refused.status_code == 422
    assert "this address has an account already" in refused.text
    assert KNOWN not in members(world)


def test_who_has_an_account_signs_in_and_joins_in_one(world: World, visitor: TestClient) -> None:
    form = {"invitation": link(world, KNOWN), "current_password": "a wrong one"}
    wrong = visitor.post("/join/sign-in", data=form)
    assert wrong.status_code == 401
    assert "e-mail address or password is wrong" in wrong.text
    assert KNOWN not in members(world)
    page = visitor.post("/join/sign-in", data={**form, "current_password": PASSWORD})
    assert "You are a member of Alba now." in page.text
    assert KNOWN in members(world)
    again = visitor.post("/join", data=form)
    assert again.status_code == 422
    assert "was used, replaced or has expired" in again.text


def test_guesses_at_the_password_end_as_they_do_when_signing_in(world: World, visitor: TestClient) -> None:
    form = {"invitation": link(world, KNOWN), "current_password": "a wrong one"}
    for _ in range(5):
        assert visitor.post("/join/sign-in", data=form).status_code == 401
    assert visitor.post("/join/sign-in", data=form).status_code == 429


def test_who_is_signed_in_accepts_or_is_told_to_sign_in_with_the_address(world: World) -> None:
    form = {"invitation": link(world, KNOWN)}
    other, grim = world.sign_in("lumen-owner"), world.sign_in("grim-owner")
    page = other.post("/join", data=form).text
    assert "the invitation is for another address" in page
    assert "/join/accept" not in page
    assert other.post("/join/accept", data=form).status_code == 403
    assert "/join/accept" in grim.post("/join", data=form).text
    assert TestClient(world.app).post("/join/accept", data=form, follow_redirects=False).status_code != 200
    assert KNOWN not in members(world)
    assert "You are a member of Alba now." in grim.post("/join/accept", data=form).text
    assert KNOWN in members(world)


def test_it_can_be_declined(world: World, visitor: TestClient) -> None:
    form = {"invitation": link(world, KNOWN)}
    assert "The invitation is declined." in visitor.post("/join/decline", data=form).text
    assert visitor.post("/join/decline", data=form).status_code == 422


def test_who_was_taken_in_meanwhile_is_told(world: World) -> None:
    grim, text = world.sign_in("grim-owner"), link(world, KNOWN)
    actor = Actor.system("create-user")
    assert (
        companies.add_member(world.uow, actor, "alba", email=KNOWN, name="G", role=Role.VIEWER).invitation
        is None
    )
    assert grim.post("/join/accept", data={"invitation": text}).status_code == 422
    assert people.get_user(world.uow, actor, "grim-owner").email == KNOWN
