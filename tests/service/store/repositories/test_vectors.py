from __future__ import annotations

import numpy as np
import pytest

from service.domain.matching import StoredVector
from service.errors import Invalid
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make


def _vector(object_id: str, first: float = 1.0, encoder: str = "mini", text: int = 1) -> StoredVector:
    return StoredVector(
        object_id, encoder, bytes([text]) * 32, np.array([first, -0.5, 3e-8], dtype=np.float32)
    )


def test_a_vector_comes_back_bit_for_bit(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.vectors.put_films([_vector("film", 0.1)])
        tx.vectors.put_briefs([_vector("fr", 0.2)])
        film, brief = tx.vectors.films(["film", "x"], "mini")["film"], tx.vectors.briefs(["fr"], "mini")["fr"]
    assert film.vector.dtype == np.float32
    assert film.vector.tobytes() == _vector("film", 0.1).vector.tobytes()
    assert brief.vector.tobytes() == _vector("fr", 0.2).vector.tobytes()
    assert film.text_sha256 == bytes([1]) * 32


def test_a_new_text_replaces_the_vector_and_another_encoder_does_not(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        for vector in (_vector("film"), _vector("film", encoder="large"), _vector("film", 9.0, text=2)):
            tx.vectors.put_films([vector])
        assert tx.vectors.films(["film"], "mini")["film"].vector[0] == 9.0
        assert tx.vectors.films(["film"], "large")["film"].vector[0] == 1.0
        assert tx.vectors.film_hashes("mini") == {"film": bytes([2]) * 32}
        assert tx.vectors.brief_hashes("mini") == {}


def test_a_vector_whose_film_is_gone_is_left_out(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.vectors.put_films([_vector("film"), _vector("gone")])
        assert set(tx.vectors.films(["film", "gone"], "mini")) == {"film"}
        tx.vectors.put_films([])
        tx.films.delete("film")
        assert tx.vectors.film_hashes("mini") == {}


def test_what_is_no_vector_is_refused(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        empty = StoredVector("film", "mini", bytes(32), np.zeros(0, dtype=np.float32))
        with pytest.raises(Invalid, match="vector"):
            tx.vectors.put_films([empty])
