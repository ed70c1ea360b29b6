"""The matcher in force follows promotions and changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import psycopg
import pytest

from recommender.errors import UnknownIdError
from service.bundle_store import BundleStore
from service.errors import Unavailable
from service.matchers import MatcherHolder
from service.settings import Settings
from service.store.engine import make_engine
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.embedding import embed_pending
from tests.service import make
from tests.service.bundled import Bundled, bundle_up, publish_tastes, put_in_force
from tests.tastes import WORDS, WordEncoder


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def bundled(uow: UnitOfWorkFactory, settings: Settings) -> Bundled:
    return bundle_up(uow, settings)


@pytest.fixture
def following(bundled: Bundled, database_url: str) -> Iterator[MatcherHolder]:
    """A replica that is notified, and would not look by itself for long."""
    holder = MatcherHolder(bundled.uow, bundled.store, WordEncoder(), refresh_s=30.0, url=database_url)
    holder.start()
    wait_for(lambda: holder.version is not None)
    yield holder
    holder.stop()


def wait_for(happens: object, limit_s: float = 20.0) -> None:
    assert callable(happens)
    deadline = time.monotonic() + limit_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def add_western(bundled: Bundled, film_id: str = "new-western") -> None:
    with bundled.uow() as tx:
        tx.films.add(make.film(film_id, synopsis=WORDS["Western"], genres=("Western",), year=2019))
        tx.commit()


def test_without_a_bundle_there_is_nothing_to_ask(uow: UnitOfWorkFactory, settings: Settings) -> None:
    holder = MatcherHolder(uow, BundleStore.of(settings), WordEncoder(), refresh_s=1.0)
    holder.refresh()
    assert (holder.version, holder.age_s, holder.revision) == (None, None, None)
    with pytest.raises(Unavailable, match="no bundle"):
        holder.current()


def test_the_bundle_in_force_answers(bundled: Bundled) -> None:
    current = bundled.holder.current()
    best = current.matcher.match_film("western-2019-0", "FR").matches[0]
    assert best.distributor_id == "fr-western"
    assert bundled.holder.version == current.version
    assert (bundled.holder.age_s or 0) > 0


def test_a_film_is_known_once_it_is_embedded(bundled: Bundled) -> None:
    add_western(bundled)
    before = bundled.holder.current()
    bundled.holder.refresh()
    with pytest.raises(UnknownIdError):
        bundled.holder.current().matcher.match_film("new-western", "FR")
    bundled.catch_up()
    best = bundled.holder.current().matcher.match_film("new-western", "FR").matches[0]
    assert best.distributor_id == "fr-western"
    with pytest.raises(UnknownIdError):
        before.matcher.match_film("new-western", "FR")


def test_a_text_without_a_vector_is_put_into_the_queue_once(bundled: Bundled, database_url: str) -> None:
    for film_id in ("one", "two"):
        add_western(bundled, film_id)
        bundled.holder.refresh()
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT task_name, queue_name FROM procrastinate_jobs").fetchall()
    assert rows == [("embed", "quick")]


def test_a_film_without_a_text_needs_no_vector(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        tx.films.add(make.film("silent", synopsis="", genres=("Horror",), directors=("Horror Hand 0",)))
        tx.commit()
    bundled.holder.refresh()
    assert bundled.holder.current().matcher.match_film("silent", "FR").matches


def test_an_edited_film_answers_as_edited(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        stored = tx.films.get("western-2019-0")
        horror = replace(
            stored.film, synopsis=WORDS["Horror"], genres=("Horror",), directors=("Horror Hand 0",)
        )
        tx.films.update(replace(stored, film=horror))
        tx.commit()
    bundled.catch_up()
    best = bundled.holder.current().matcher.match_film("western-2019-0", "FR").matches[0]
    assert best.distributor_id == "fr-horror"


def test_a_deleted_film_is_forgotten(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        tx.films.delete("western-2019-0")
        tx.commit()
    bundled.holder.refresh()
    with pytest.raises(UnknownIdError):
        bundled.holder.current().matcher.match_film("western-2019-0", "FR")


def test_a_new_distributor_is_asked(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        tx.companies.add(make.company("newcomer"))
        tx.distributors.add(make.profile("fr-new", "newcomer", "FR", brief=WORDS["Western"]))
        tx.commit()
    bundled.catch_up()
    found = bundled.holder.current().matcher.match_film("western-2019-0", "FR", k=50).matches
    assert "fr-new" in {match.distributor_id for match in found}


def test_a_deal_makes_a_film_sold_and_waits_for_its_film(bundled: Bundled) -> None:
    add_western(bundled)
    with bundled.uow() as tx:
        tx.deals.add(
            make.deal(
                "new-western",
                "fr-western",
                is_public=True,
                release_date=None,
                signed_on=date(2019, 1, 1),
            )
        )
        tx.commit()
    bundled.holder.refresh()
    bundled.catch_up()
    sold = bundled.holder.current().matcher.match_film("new-western", "FR")
    assert "is sold in FR to fr-western" in str(sold.sold)


def test_a_deal_that_was_known_but_not_released_at_training_counts_as_sold(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        tx.deals.add(make.deal("western-2019-0", "fr-drama", release_date=date(2030, 1, 1), is_public=True))
        tx.commit()
    put_in_force(bundled.uow, publish_tastes(bundled.store, seed=5))
    bundled.holder.refresh()
    sold = str(bundled.holder.current().matcher.match_film("western-2019-0", "FR").sold)
    assert sold == "the film is sold in FR to fr-drama, to be released on 2030-01-01"


def test_a_request_keeps_the_matcher_it_began_with(bundled: Bundled) -> None:
    began = bundled.holder.current()
    put_in_force(bundled.uow, publish_tastes(bundled.store, seed=1))
    bundled.holder.refresh()
    assert bundled.holder.current().version != began.version
    assert began.matcher.version == began.version
    assert began.matcher.match_film("western-2019-0", "FR").matches


def test_an_earlier_bundle_can_still_be_asked(bundled: Bundled) -> None:
    first = bundled.holder.current().version
    add_western(bundled)
    put_in_force(bundled.uow, publish_tastes(bundled.store, seed=1))
    bundled.catch_up()
    earlier = bundled.holder.of_version(first)
    assert earlier.version == first != bundled.holder.version
    assert earlier.matcher.match_film("new-western", "FR").matches


def test_a_broken_bundle_leaves_the_one_in_force(bundled: Bundled) -> None:
    before = bundled.holder.current().version
    broken = publish_tastes(bundled.store, seed=2)
    put_in_force(bundled.uow, broken)
    (bundled.settings.data_dir / "bundles" / broken.version / "films.faiss").write_bytes(b"")
    with pytest.raises(Exception, match="altered or cut off"):
        bundled.holder.refresh()
    assert bundled.holder.current().version == before


def test_replicas_take_up_a_film_and_a_bundle_when_they_are_told(
    bundled: Bundled, following: MatcherHolder
) -> None:
    add_western(bundled)
    embed_pending(bundled.uow, WordEncoder(), lambda _done, _total: None)

    def knows_it() -> bool:
        try:
            return bool(following.current().matcher.match_film("new-western", "FR").matches)
        except UnknownIdError:
            return False

    wait_for(knows_it)
    second = publish_tastes(bundled.store, seed=3)
    put_in_force(bundled.uow, second)
    wait_for(lambda: following.version == second.version)


def test_a_replica_follows_again_after_its_connections_were_cut(
    bundled: Bundled, following: MatcherHolder, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    second = publish_tastes(bundled.store, seed=4)
    put_in_force(bundled.uow, second)
    wait_for(lambda: following.version == second.version)


def test_answers_go_on_while_bundles_are_switched(bundled: Bundled) -> None:
    stopped, failures = threading.Event(), []

    def ask() -> None:
        while not stopped.is_set():
            try:
                assert bundled.holder.current().matcher.match_film("western-2019-0", "FR").matches
            except Exception as error:
                failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    for seed in (6, 7):
        put_in_force(bundled.uow, publish_tastes(bundled.store, seed=seed))
        bundled.holder.refresh()
    stopped.set()
    asking.join()
    assert not failures


def test_whoever_starts_waits_for_the_bundle_in_force_and_for_nothing_else(
    bundled: Bundled, settings: Settings, database_url: str
) -> None:
    away = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", settings)
    in_force = bundled.holder.version
    assert in_force is not None
    assert started(bundled.uow, bundled) == in_force
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE current_bundle SET bundle_pk = NULL")
    assert started(bundled.uow, bundled) is None
    assert started(UnitOfWorkFactory(away, 5.0), bundled) is None


def started(uow: UnitOfWorkFactory, bundled: Bundled) -> str | None:
    """What a replica answers from once it has waited."""
    holder = MatcherHolder(uow, bundled.store, WordEncoder(), refresh_s=30.0)
    began = time.monotonic()
    holder.start()
    holder.wait_for_first(120.0)
    assert time.monotonic() - began < 60.0
    holder.stop()
    return holder.version
