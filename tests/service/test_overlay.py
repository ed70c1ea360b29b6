"""What changed since a training, on its way into a matcher."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from recommender.errors import UnknownIdError
from recommender.matching import Bundle, Manifest
from recommender.matching.bundle import FORMAT
from recommender.matching.matcher import Matcher
from service.domain.matching import Change
from service.domain.words import ChangeKind
from service.overlay import Overlay, Touched
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.embedding import embed_pending
from tests.service import make
from tests.service.bundled import contents
from tests.tastes import UNTIL, WORDS, WordEncoder


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    manifest = Manifest("20180101-0123456789", FORMAT, "", UNTIL, 0, WordEncoder.fingerprint, {}, {}, {})
    return Bundle(manifest, contents())


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        yield tx


def of(*changes: tuple[ChangeKind, str]) -> Touched:
    return Touched.of(Change(number, *change) for number, change in enumerate(changes))


def film(*ids: str) -> Touched:
    return of(*((ChangeKind.FILM, film_id) for film_id in ids))


def test_a_log_is_sorted_by_kind() -> None:
    touched = of((ChangeKind.FILM, "f"), (ChangeKind.DEAL, "d"), (ChangeKind.DISTRIBUTOR, "c"))
    assert touched == Touched(frozenset("f"), frozenset("c"), frozenset("d"))
    assert not Touched()
    assert touched | film("g") == Touched(frozenset("fg"), frozenset("c"), frozenset("d"))


def test_nothing_touched_changes_nothing(bundle: Bundle, tx: UnitOfWork) -> None:
    taken = Overlay.of(bundle).take_up(tx, Touched())
    matcher = Matcher(bundle, WordEncoder)
    assert taken.applied_to(matcher) is matcher
    assert not taken.lacks_vectors


def test_a_film_without_its_vector_waits_and_so_do_its_deals(bundle: Bundle, uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.films.add(make.film("new", synopsis=WORDS["War"]))
        tx.deals.add(make.deal("new", "fr-war", "first"))
        tx.commit()
    touched = of((ChangeKind.FILM, "new"), (ChangeKind.DEAL, "first"))
    with uow() as tx:
        waiting = Overlay.of(bundle).take_up(tx, touched)
    assert (waiting.items, waiting.overlay.waiting, waiting.lacks_vectors) == ((), touched, True)
    embed_pending(uow, WordEncoder(), lambda _done, _total: None)
    with uow() as tx:
        ready = waiting.overlay.take_up(tx, Touched())
    assert not ready.overlay.waiting
    assert "new" in ready.overlay.films
    sold = str(ready.applied_to(Matcher(bundle, WordEncoder)).match_film("new", "FR").sold)
    assert "fr-war" not in sold
    assert sold == "the film is not available in FR"


def test_what_is_gone_is_removed(bundle: Bundle, tx: UnitOfWork) -> None:
    tx.films.delete("war-2019-0")
    taken = Overlay.of(bundle).take_up(tx, film("war-2019-0", "never-there"))
    assert taken.removed.films == {"war-2019-0", "never-there"}
    assert "war-2019-0" not in taken.overlay.films
    with pytest.raises(UnknownIdError):
        taken.applied_to(Matcher(bundle, WordEncoder)).match_film("war-2019-0", "FR")


def test_one_bad_change_does_not_keep_out_the_others(
    bundle: Bundle, tx: UnitOfWork, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"good-{number}" for number in range(5)]
    for name in names:
        tx.films.add(make.film(name, synopsis=""))
    taken = Overlay.of(bundle).take_up(tx, film(*names))
    broken = make.film("bad", synopsis="", title="x" * 30_000)
    vector = taken.synopses["good-0"]
    mixed = replace(
        taken, items=(*taken.items[:2], broken, *taken.items[2:]), synopses={**taken.synopses, "bad": vector}
    )
    matcher = mixed.applied_to(Matcher(bundle, WordEncoder))
    for name in names:
        assert matcher.match_film(name, "FR").matches
    with pytest.raises(UnknownIdError):
        matcher.match_film("bad", "FR")


def test_a_learnt_deal_that_loses_its_date_is_told_no_more(bundle: Bundle, tx: UnitOfWork) -> None:
    deal = tx.deals.get("western-2015-0/fr-western")
    tx.deals.update(replace(deal, release_date=None, signed_on=date(2015, 1, 1)))
    taken = Overlay.of(bundle).take_up(tx, of((ChangeKind.DEAL, deal.deal_id)))
    matcher = taken.applied_to(Matcher(bundle, WordEncoder))
    assert matcher.match_film("western-2019-0", "FR", k=50).matches
    near = {film.film_id: film for film in matcher.similar_films("western-2019-0", k=100)}
    assert [deal.territory for deal in near["western-2015-0"].deals] == ["KR", "US"]


def test_deals_that_the_bundle_has_not_learnt_are_found(bundle: Bundle, tx: UnitOfWork) -> None:
    found = Overlay.of(bundle).never_learnt(tx).deals
    assert "western-2018-1/fr-western" in found
    assert "western-2015-0/fr-western" not in found
