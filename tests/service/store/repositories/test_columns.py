"""Rows of numbers as arrays."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import Double, Engine, Integer, column, select, values

from service.store.repositories.columns import columns_of


@pytest.mark.parametrize("rows", [[(1, 0.5), (-7, float("inf")), (2**31 - 1, 1e-300)], [(3, -0.0)]])
def test_the_rows_come_back_as_columns_in_their_order(engine: Engine, rows: list[tuple[int, float]]) -> None:
    told = values(column("number", Integer), column("share", Double), name="told").data(rows)
    with engine.connect() as connection:
        found = columns_of(connection, select(told))
    assert found["number"].dtype == np.int64
    assert found["share"].dtype == np.float64
    assert list(zip(found["number"].tolist(), found["share"].tolist(), strict=True)) == rows


def test_no_rows_are_empty_columns(engine: Engine) -> None:
    told = values(column("number", Integer), name="told").data([(1,)])
    with engine.connect() as connection:
        found = columns_of(connection, select(told).where(told.c.number > 1))
    assert found["number"].tolist() == []
