"""Texts are encoded once, and again when they change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.space.encoder import TextEncoder
from service.store.repositories.distributors import Distributors
from service.store.repositories.films import Films
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.embedding import (
    brief_vectors,
    embed_pending,
    film_vectors,
    stored_texts,
)
from tests.hash_encoder import HashEncoder
from tests.service import make


def embedded(uow: UnitOfWorkFactory, encoder: TextEncoder) -> int:
    return embed_pending(uow, encoder, lambda _done, _total: None)


@pytest.fixture
def stored(uow: UnitOfWorkFactory) -> UnitOfWorkFactory:
    with uow() as tx:
        make.trade(tx)
        tx.films.add(make.film("silent", synopsis="  "))
        profile = tx.distributors.get("fr")
        tx.distributors.update(
            replace(profile, distributor=replace(profile.distributor, brief="Ferries and storms."))
        )
        tx.commit()
    return uow


def test_every_text_is_encoded_once(stored: UnitOfWorkFactory) -> None:
    encoder = HashEncoder()
    assert embedded(stored, encoder) == 2
    assert embedded(stored, encoder) == 0
    assert encoder.calls == [["A ferry, a storm, a letter."], ["Ferries and storms."]]


def test_progress_is_told(stored: UnitOfWorkFactory) -> None:
    told: list[tuple[int, int]] = []
    embed_pending(stored, HashEncoder(), lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_a_crash_loses_only_what_was_not_written(stored: UnitOfWorkFactory) -> None:
    class Killed(BaseException):
        pass

    def dies(_done: int, _total: int) -> None:
        raise Killed

    encoder = HashEncoder()
    with pytest.raises(Killed):
        embed_pending(stored, encoder, dies)
    assert embedded(stored, encoder) == 1


def test_an_edited_text_has_no_vector_until_it_is_encoded_again(stored: UnitOfWorkFactory) -> None:
    encoder = HashEncoder()
    embedded(stored, encoder)
    with stored() as tx:
        film = tx.films.get("film")
        film = tx.films.update(replace(film, film=replace(film.film, synopsis="Another story.")))
        tx.commit()
    with stored() as tx:
        assert film_vectors(tx, [film], encoder.fingerprint, 4) == {}
    assert embedded(stored, encoder) == 1
    with stored() as tx:
        found = film_vectors(tx, [film], encoder.fingerprint, 4)["film"]
    assert np.array_equal(found, encoder.encode(["Another story."])[0])


def test_after_the_first_time_only_what_changed_is_read(
    stored: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = HashEncoder()
    with stored() as tx:
        revision = tx.changes.revision()
    embedded(stored, encoder)
    with stored() as tx:
        tx.films.add(make.film("new", synopsis="A film of today."))
        profile = tx.distributors.get("de")
        tx.distributors.update(replace(profile, distributor=replace(profile.distributor, brief="Storms.")))
        tx.commit()
    encoder.calls.clear()

    def refuse(_: object) -> None:
        raise AssertionError("everything was read")

    monkeypatch.setattr(Films, "stream", refuse)
    monkeypatch.setattr(Distributors, "stream", refuse)
    assert embed_pending(stored, encoder, lambda _done, _total: None, revision) == 2
    assert encoder.calls == [["A film of today."], ["Storms."]]
    assert embed_pending(stored, encoder, lambda _done, _total: None, revision) == 0


def test_what_has_no_text_is_zero_at_once(stored: UnitOfWorkFactory) -> None:
    with stored() as tx:
        silent, profile = tx.films.get("silent"), tx.distributors.get("de")
        assert not film_vectors(tx, [silent], "hash@1", 4)["silent"].any()
        assert not brief_vectors(tx, [profile], "hash@1", 4)["de"].any()


def test_vectors_of_another_encoder_are_others(stored: UnitOfWorkFactory) -> None:
    embedded(stored, HashEncoder())
    assert embedded(stored, HashEncoder("hash@2")) == 2


def test_stored_vectors_spare_the_encoder(stored: UnitOfWorkFactory) -> None:
    encoder = HashEncoder()
    embedded(stored, encoder)
    expected = encoder.encode(["Ferries and storms.", "", "Never seen."])
    encoder.calls.clear()
    with stored() as tx:
        texts = stored_texts(tx, encoder)
    assert texts.dimension == 4
    found = texts.encode(["Ferries and storms.", "", "Never seen."])
    assert np.array_equal(found, expected)
    assert encoder.calls == [["Never seen."]]
