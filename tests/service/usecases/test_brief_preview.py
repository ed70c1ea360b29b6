"""How suggestions would change with another brief, and when a stored one is in force."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service.domain.words import MediaRight
from service.errors import NotFound, Unavailable
from service.security.actor import Actor
from service.usecases.brief_preview import is_taken_up, preview_brief
from service.usecases.distributors import update_distributor
from tests.service import make
from tests.service.bundled import Bundled
from tests.service.buyer import bundled, database_url, dee
from tests.tastes import WORDS

__all__ = ["bundled", "database_url", "dee"]


def test_limits_take_films_out_and_say_which(bundled: Bundled, dee: Actor) -> None:
    found = preview_brief(bundled.desk, dee, "fr-western", {"genres_never": ("Western",)})
    films = {film.film_id: film for film in found.films}
    assert (found.before, found.after) == (2, 1)
    assert films["western"].before
    assert films["western"].after is None
    assert "never takes Western" in str(films["western"].why_not)
    assert films["horror"].after
    assert films["horror"].after.rank == 1


def test_another_brief_moves_probabilities_and_stores_nothing(bundled: Bundled, dee: Actor) -> None:
    matcher = bundled.holder.current().matcher
    found = preview_brief(bundled.desk, dee, "fr-western", {"brief": WORDS["Horror"]})
    horror = next(film for film in found.films if film.film_id == "horror")
    assert horror.before
    assert horror.after
    assert horror.after.probability > horror.before.probability
    assert bundled.holder.current().matcher is matcher
    with bundled.uow() as tx:
        assert tx.distributors.get("fr-western").distributor.brief == ""


def test_what_changes_nothing_is_said_to_be_the_same(bundled: Bundled, dee: Actor) -> None:
    found = preview_brief(bundled.desk, dee, "fr-western", {"budget_max_usd": Decimal(10**9)})
    assert found.is_same
    assert not preview_brief(bundled.desk, dee, "fr-western", {"media_rights": (MediaRight.SVOD,)}).is_same


def test_a_stored_brief_is_in_force_once_it_is_embedded_and_taken_up(bundled: Bundled, dee: Actor) -> None:
    assert is_taken_up(bundled.desk, dee, "fr-western")
    update_distributor(bundled.uow, dee, "fr-western", {"brief": WORDS["Horror"]}, None)
    assert not is_taken_up(bundled.desk, dee, "fr-western")
    bundled.holder.refresh()
    assert not is_taken_up(bundled.desk, dee, "fr-western")
    bundled.catch_up()
    bundled.holder.refresh()
    assert is_taken_up(bundled.desk, dee, "fr-western")


def test_a_new_profile_waits_and_others_are_not_found(bundled: Bundled, dee: Actor) -> None:
    with bundled.uow() as tx:
        tx.distributors.add(make.profile("de-new", next(iter(dee.companies())), "DE", brief="Westerns."))
        tx.commit()
    with pytest.raises(Unavailable, match="being taken up"):
        preview_brief(bundled.desk, dee, "de-new", {"brief": "Horror."})
    with pytest.raises(NotFound):
        preview_brief(bundled.desk, dee, "fr-horror", {})
    with pytest.raises(NotFound):
        is_taken_up(bundled.desk, dee, "fr-horror")
