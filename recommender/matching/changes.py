"""What happened to the market since a bundle was trained, as tables that a Matcher takes up at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.errors import DataError
from recommender.market.checks import check_rows
from recommender.market.columns import DEALS, DISTRIBUTORS, FILMS, TABLES
from recommender.market.files import RawTable, text_frame
from recommender.market.problems import Problem
from recommender.market.tables import Market, typed_table

__all__ = ["Changes", "TableChanges"]


@dataclass(frozen=True, eq=False)
class TableChanges:
    """The changes of one table.

    rows: what is new or edited, with the columns and dtypes of Market, by id. vectors: float32 (rows, d), of
    their synopses or briefs; d is 0 for deals and where there are no rows. removed: ids, none of them in `rows`.
    """

    rows: pd.DataFrame
    vectors: NDArray[np.float32]
    removed: frozenset[str]

    @classmethod
    def of(
        cls,
        table: str,
        frame: pd.DataFrame | None,
        vectors: NDArray[np.float32] | None,
        removed: Iterable[str],
    ) -> TableChanges:
        """Checked as a file's table is; the release date of a deal may be unknown."""
        rows = _nothing(table) if frame is None else _checked(table, frame)
        given = np.zeros((len(rows), 0), np.float32) if vectors is None else np.asarray(vectors, np.float32)
        wanted = len(rows) > 0 and table != DEALS
        if given.ndim != 2 or len(given) != len(rows) or (given.shape[1] > 0) != wanted:
            raise ValueError(f"{len(rows)} rows of the {table} do not go with vectors of shape {given.shape}")
        if not np.isfinite(given).all():
            raise ValueError(f"a vector of the {table} holds NaN or infinity")
        return cls(rows, given, frozenset(removed) - set(rows.iloc[:, 0]))._by_id()

    @property
    def ids(self) -> list[str]:
        """The ids of `rows`."""
        return list(self.rows.iloc[:, 0])

    def then(self, later: TableChanges) -> TableChanges:
        """These changes with later ones on top of them."""
        kept = ~self.rows.iloc[:, 0].isin({*later.ids, *later.removed}).to_numpy(dtype=np.bool_)
        rows = pd.concat([self.rows[kept], later.rows], ignore_index=True)
        parts = [part for part in (self.vectors[kept], later.vectors) if len(part)]
        vectors = np.vstack(parts) if parts else later.vectors
        return TableChanges(rows, vectors, (self.removed - {*later.ids}) | later.removed)._by_id()

    def _by_id(self) -> TableChanges:
        order = np.argsort(np.array(self.ids, dtype=object), kind="stable")
        return TableChanges(self.rows.iloc[order].reset_index(drop=True), self.vectors[order], self.removed)

    def __len__(self) -> int:
        return len(self.rows) + len(self.removed)


@dataclass(frozen=True, eq=False)
class Changes:
    """Films and distributors that are new or edited, deals signed since, and what is no more.

    Made by `of`; the order of rows does not matter. Deals make a film sold in a territory, count as its buyers
    for other territories, and make their distributor active; nothing is learnt from them until the next training.
    Of a deal that was learnt from, the parties and `private` can be edited. With a film or a distributor go its
    deals.
    """

    films: TableChanges
    distributors: TableChanges
    deals: TableChanges

    @classmethod
    def of(
        cls,
        films: pd.DataFrame | None = None,
        synopses: NDArray[np.float32] | None = None,
        distributors: pd.DataFrame | None = None,
        briefs: NDArray[np.float32] | None = None,
        deals: pd.DataFrame | None = None,
        removed_films: Iterable[str] = (),
        removed_distributors: Iterable[str] = (),
        removed_deals: Iterable[str] = (),
    ) -> Changes:
        """Frames with the columns of market/columns.py, typed or as text; an id the bundle knows is an edit.

        synopses, briefs: float32 (rows, d), from the bundle's encoder, zero where there is no text.
        Raises DataError for a cell that cannot be used, ValueError for vectors that do not fit.
        """
        return cls(
            TableChanges.of(FILMS, films, synopses, removed_films),
            TableChanges.of(DISTRIBUTORS, distributors, briefs, removed_distributors),
            TableChanges.of(DEALS, deals, None, removed_deals),
        )

    def then(self, later: Changes) -> Changes:
        """These changes with later ones on top of them: of what both name, the later counts."""
        return Changes(
            self.films.then(later.films),
            self.distributors.then(later.distributors),
            self.deals.then(later.deals),
        )

    def applied(self, market: Market) -> Market:
        """The market with what is new and edited: rows stay where they are, new ones follow by id.

        What is removed keeps its row. Raises DataError for a deal of something that nobody knows or outside
        its distributor's territory, and for a distributor with deals that moves to another territory.
        """
        after = Market(
            _applied(self.films, market.films),
            _applied(self.distributors, market.distributors),
            _as_learnt(_applied(self.deals, market.deals), market.deals),
        )
        problems = [*self._moved(market), *self._unlinked(after)]
        if problems:
            raise DataError(problems)
        return after

    def _moved(self, market: Market) -> Iterator[Problem]:
        home = _homes(market.distributors)
        for row in self.distributors.rows.itertuples():
            moves = home.get(row.distributor_id, row.territory) != row.territory
            if moves and (market.deals["distributor_id"] == row.distributor_id).any():
                message = f"{row.distributor_id} has deals in {home[row.distributor_id]}"
                remedy = "Give the company in the other territory an id of its own"
                yield Problem(DISTRIBUTORS, None, "territory", row.territory, message, remedy)

    def _unlinked(self, after: Market) -> Iterator[Problem]:
        if not len(self.deals.rows):
            return
        home = _homes(after.distributors)
        for row in self.deals.rows.itertuples():
            for noun, table, column, known in (
                ("film", self.films, "film_id", after.film_ids),
                ("distributor", self.distributors, "distributor_id", after.distributor_ids),
            ):
                value = getattr(row, column)
                if value not in known and value not in table.removed:
                    message = f"nobody knows the {noun} of the deal {row.deal_id}"
                    yield Problem(DEALS, None, column, value, message, f"Add the {noun} before, or beside it")
            if home.get(row.distributor_id, row.territory) != row.territory:
                message = f"the deal {row.deal_id} is not where its distributor works"
                remedy = (
                    f"Give {home[row.distributor_id]}, or the company's distributor of the other territory"
                )
                yield Problem(DEALS, None, "territory", row.territory, message, remedy)

    def __len__(self) -> int:
        return len(self.films) + len(self.distributors) + len(self.deals)


def _checked(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    raw = text_frame(frame)
    problems = [p for p in check_rows(RawTable(table, raw)) if p.refused and not _undated(p)]
    if problems:
        raise DataError(problems)
    return typed_table(table, raw)[[column.name for column in TABLES[table]]]


@cache
def _nothing(table: str) -> pd.DataFrame:
    """No row; with the right types, as checking nothing takes 20 ms."""
    return _checked(table, pd.DataFrame(columns=[column.name for column in TABLES[table]]))


def _as_learnt(deals: pd.DataFrame, learnt: pd.DataFrame) -> pd.DataFrame:
    """A deal that was learnt from keeps its day, which goes with what was counted from it."""
    same = (deals["film_id"].iloc[: len(learnt)] == learnt["film_id"]) & (
        deals["distributor_id"].iloc[: len(learnt)] == learnt["distributor_id"]
    )
    days = deals["release_date"].to_numpy(copy=True)
    days[: len(learnt)][same] = learnt["release_date"].to_numpy()[same]
    return deals.assign(release_date=days)


def _homes(distributors: pd.DataFrame) -> dict[str, str]:
    columns = (distributors[name].to_numpy(dtype=object) for name in ("distributor_id", "territory"))
    return dict(zip(*columns, strict=True))


def _undated(problem: Problem) -> bool:
    """A deal is often signed before its release has a date."""
    return problem.column == "release_date" and not problem.value


def _applied(changes: TableChanges, table: pd.DataFrame) -> pd.DataFrame:
    names = list(changes.rows.columns)
    if changes.rows.empty:
        return table[names]
    places = pd.Index(table[names[0]]).get_indexer(pd.Index(changes.rows[names[0]]))
    new = places < 0
    places[new] = len(table) + np.arange(new.sum())
    kept = table[names].drop(index=places[~new])
    return pd.concat([kept, changes.rows.set_axis(places)]).sort_index().reset_index(drop=True)
