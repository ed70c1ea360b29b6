"""The same question asked again: what is known is not worked out twice, and what changed is seen at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service.clock import now
from service.domain.words import CompanyKind, GrantStatus, MediaRight, Role
from service.errors import NotFound
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.matching import match
from service.usecases.requests import MatchRequest
from service.usecases.runs import get_run
from tests.service import make
from tests.service.bundled import Bundled, bundle_up, publish_tastes, put_in_force
from tests.tastes import WORDS

FR = MatchRequest(("FR",), "western-2019-0", k=3)
OFFER = replace(FR, film_id="offer")

ANN = Actor("ann", "ann", (Seat("alba", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
GUS = Actor("gus", "gus", (Seat("grim", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def bundled(uow: UnitOfWorkFactory, settings: Settings) -> Bundled:
    """Two agents; alba offers the film `offer` in France."""
    with uow() as tx:
        for company_id in ("alba", "grim"):
            tx.companies.add(make.company(company_id, CompanyKind.SALES_AGENT))
        tx.films.add(make.film("offer", "alba", synopsis=WORDS["Western"], genres=("Western",), year=2019))
        tx.rights.add(make.held("offer", "alba", confirmed_on=now().date()))
        tx.commit()
    built = bundle_up(uow, settings)
    built.catch_up()
    return built


def ids(answer: dict[str, Any]) -> list[str]:
    return [match["distributor_id"] for match in answer["territories"][0]["matches"]]


def test_an_answer_given_before_is_given_again_and_kept_as_a_run_of_its_own(bundled: Bundled) -> None:
    first_time, second_time = match(bundled.desk, ANN, FR), match(bundled.desk, ANN, FR)
    assert second_time["territories"] == first_time["territories"]
    assert second_time["run_id"] != first_time["run_id"]
    kept = get_run(bundled.uow, ANN, second_time["run_id"])
    assert (kept.answer, len(kept.predictions)) == (second_time, 3)


def test_what_changes_between_two_equal_questions_is_seen_at_once(bundled: Bundled) -> None:
    """Rights and limits are read for each question, however often the same was asked before."""
    assert ids(match(bundled.desk, ANN, OFFER))[0] == "fr-western"
    with bundled.uow() as tx:
        western = tx.distributors.get("fr-western")
        tx.distributors.update(replace(western, media_rights=(MediaRight.SVOD,)))
        tx.commit()
    assert "fr-western" not in ids(match(bundled.desk, ANN, replace(OFFER, k=50)))
    with bundled.uow() as tx:
        grant = tx.rights.of_film("offer")[0]
        tx.rights.update(replace(grant, status=GrantStatus.INACTIVE))
        tx.rights.add(make.held("offer", "alba", territory="US", confirmed_on=now().date()))
        tx.commit()
    assert match(bundled.desk, ANN, OFFER)["territories"][0]["matches"] == []
    with pytest.raises(NotFound):
        match(bundled.desk, GUS, OFFER)


def test_an_edited_film_and_a_new_bundle_are_asked_anew(bundled: Bundled) -> None:
    before = match(bundled.desk, ANN, FR)
    with bundled.uow() as tx:
        stored = tx.films.get("western-2019-0")
        edited = replace(
            stored.film, synopsis=WORDS["Horror"], genres=("Horror",), directors=("Horror Hand 0",)
        )
        tx.films.update(replace(stored, film=edited))
        tx.commit()
    bundled.catch_up()
    after = match(bundled.desk, ANN, FR)
    assert (ids(before)[0], ids(after)[0]) == ("fr-western", "fr-horror")
    put_in_force(bundled.uow, publish_tastes(bundled.store, seed=7))
    bundled.holder.refresh()
    assert match(bundled.desk, ANN, FR)["bundle_version"] != after["bundle_version"]


def test_what_one_company_is_told_of_its_own_limit_no_other_is_told(bundled: Bundled) -> None:
    """Also not where both ask the same question one after the other."""
    with bundled.uow() as tx:
        western = tx.distributors.get("fr-western")
        tx.distributors.update(replace(western, genres_never=("Western",)))
        tx.commit()
    seat = Seat(western.company_id, Role.MEMBER, frozenset({CompanyKind.DISTRIBUTOR}))
    buyer = Actor("dee", None, (seat,))
    for actor, told in ((buyer, True), (ANN, False), (buyer, True), (GUS, False)):
        reason = match(bundled.desk, actor, FR)["territories"][0]["excluded"][0]["reason"]
        assert ("Western" in reason) is told
