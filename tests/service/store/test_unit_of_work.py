from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import Engine, text

from service.domain.words import MediaRight
from service.errors import Conflict, Invalid, NotFound, RightsConflict, Unavailable
from service.settings import Settings
from service.store.engine import make_engine
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make


def _kill_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_nothing_is_kept_without_the_word_commit(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
    with uow() as tx, pytest.raises(NotFound):
        tx.companies.get("agent")


def test_nothing_is_kept_when_an_error_leaves_the_block(uow: UnitOfWorkFactory) -> None:
    def fail() -> None:
        with uow() as tx:
            tx.companies.add(make.company("agent"))
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError):
        fail()
    with uow() as tx, pytest.raises(NotFound):
        tx.companies.get("agent")


def test_what_is_committed_is_kept(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        tx.commit()
    with uow() as tx:
        assert tx.companies.get("agent").name == "Agent"


def test_nothing_is_kept_when_the_commit_is_refused(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.rights.add(make.sold("film", "agent", "buyer"))
        with pytest.raises(RightsConflict):
            tx.commit()
    with uow() as tx, pytest.raises(NotFound):
        tx.films.get("film")


def _add_both(tx: UnitOfWork) -> None:
    with tx.savepoint():
        tx.companies.add(make.company("rival"))
        tx.companies.add(make.company("agent"))


def test_a_savepoint_undoes_only_its_own_block(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        with pytest.raises(Conflict):
            _add_both(tx)
        tx.commit()
    with uow() as tx:
        assert set(tx.companies.find(["agent", "rival"])) == {"agent"}


def test_connections_go_back_after_errors_too(uow: UnitOfWorkFactory, engine: Engine) -> None:
    for _ in range(30):
        with uow() as tx, pytest.raises(NotFound):
            tx.films.get("nothing")
    with pytest.raises(Invalid), uow() as tx:
        tx.films.add(make.film(title=""))
    assert engine.pool.status().endswith("Current Checked out connections: 0")


def test_a_busy_pool_is_unavailable_for_the_moment(database_url: str) -> None:
    engine = make_engine(database_url, Settings(pool_size=1, pool_overflow=0, pool_timeout_s=0.05))
    uow = UnitOfWorkFactory(engine)
    with uow(), pytest.raises(Unavailable, match="all connections to the database are busy") as raised, uow():
        pass
    assert raised.value.retry_after_s > 0
    with uow() as tx:
        assert tx.changes.revision() == 0
    engine.dispose()


def test_a_statement_that_takes_too_long_is_stopped(engine: Engine) -> None:
    class Slow(UnitOfWork):
        def sleep(self) -> None:
            self._connection.execute(text("SELECT pg_sleep(60)"))

    with pytest.raises(Unavailable, match="took too long"), Slow(engine, 0.05) as tx:
        tx.sleep()


def test_a_lost_connection_is_unavailable_and_the_next_unit_of_work_gets_a_new_one(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        _kill_connections(database_url)
        with pytest.raises(Unavailable):
            tx.companies.get("agent")
    with uow() as tx, pytest.raises(NotFound):
        tx.companies.get("agent")


def test_an_idle_connection_that_was_cut_is_not_noticed(uow: UnitOfWorkFactory, database_url: str) -> None:
    with uow() as tx:
        tx.changes.revision()
    _kill_connections(database_url)
    with uow() as tx:
        assert tx.changes.revision() == 0


def test_a_connection_lost_at_commit_leaves_open_whether_it_was_kept(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        _kill_connections(database_url)
        with pytest.raises(Unavailable, match="look whether the change was kept"):
            tx.commit()


def test_a_server_that_is_away_is_unavailable(database_url: str) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    engine = make_engine(nowhere, Settings())
    with pytest.raises(Unavailable, match="the database cannot be reached"), UnitOfWorkFactory(engine)():
        pass
    engine.dispose()


def test_times_come_back_in_utc(uow: UnitOfWorkFactory, engine: Engine) -> None:
    with engine.begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'"))
    engine.dispose()
    with uow() as tx:
        added = tx.companies.add(make.company("agent")).created_at
    assert added is not None
    assert added.utcoffset() is not None
    assert not added.utcoffset()
    with engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {name} RESET timezone"))


def test_of_many_rows_the_good_ones_are_written_and_each_bad_one_has_its_reason(
    uow: UnitOfWorkFactory,
) -> None:
    with uow() as tx:
        make.trade(tx)
        grants = [make.held("film", "agent", territory=code) for code in ("FR", "DE", "IT", "ES")]
        grants += [
            make.sold("film", "agent", "buyer", territory="FR", grant_id="fine"),
            make.sold("film", "agent", "buyer", territory="FR", grant_id="again"),
            make.sold("film", "agent", "buyer", territory="US", grant_id="never held"),
            make.sold("film", "agent", "nobody", territory="DE", grant_id="unknown buyer"),
            replace(make.sold("film", "agent", "buyer", grant_id="no country"), territory="Benelux"),
            make.sold("film", "agent", "buyer", territory="IT", grant_id="also fine"),
        ]
        counts, refused = tx.write_good(grants, tx.rights.upsert_many)
        tx.commit()
    assert counts.added == 6
    assert [grant.grant_id for grant, _ in refused] == ["again", "never held", "unknown buyer", "no country"]
    reasons = [str(error) for _, error in refused]
    for reason, words in zip(
        reasons, ["exists already", "does not hold", "nobody", "territory"], strict=True
    ):
        assert words in reason
    with uow() as tx:
        sold = {grant.grant_id for grant in tx.rights.of_film("film") if grant.licensee_id}
    assert sold == {"fine", "also fine"}


def test_writing_the_same_good_rows_twice_changes_nothing(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        grants = [make.held("film", "agent", media_right=right, grant_id=right) for right in MediaRight]
        assert tx.write_good(grants, tx.rights.upsert_many)[0].added == len(MediaRight)
        counts, refused = tx.write_good(grants, tx.rights.upsert_many)
    assert (counts.added, counts.changed, counts.unchanged) == (0, 0, len(MediaRight))
    assert not refused
