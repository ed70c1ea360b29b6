"""Fixtures of all tests: a small invented market with known answers, and the real one where it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from recommender.market import Market, market_from_frames
from tests.parallel import Spread

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

REAL_MARKET = Path(__file__).resolve().parents[2] / "shared" / "market"
_DESELECTED = pytest.StashKey[int]()
_IN_CI = os.environ.get("CI", "").lower() in ("1", "true")

# Blanks around | are for the eye; a comma separates the values of a list.
FILMS = """
film_id | title               | year | genres          | countries | directors  | sales_agent | synopsis
f01 | The Salt Wife           | 2009 | Drama           | FR    | Ines Vidal | Alba Sales | A widow keeps the last salt pans of her island running.
f02 | Winter Tenants          | 2010 | Drama           | FR,BE | Ines Vidal | Alba Sales | Two families share one flat through a freezing winter.
f03 | The Beekeeper's Oath    | 2012 | Drama,Romance   | FR    | Luc Amar   | Alba Sales | A beekeeper who swore never to leave the valley falls in love.
f04 | Grandpa Goes Viral      | 2011 | Comedy          | FR    | Nora Petit |            | A grumpy baker becomes a dancing star on the internet.
f05 | Three Weddings, No Cake | 2013 | Comedy          | FR,IT | Nora Petit |            | Three sisters marry on one day and somebody steals the cake.
f06 | Holiday in Reverse      | 2014 | Comedy          | US    | Jo Marsh   |            | A family must spend its holiday backwards to win a bet.
f07 | The Hollow Lake         | 2012 | Horror          | US    | Kit Rowan  |            | Something under the ice calls the fishermen by their names.
f08 | Nine Candles            | 2015 | Horror          | US    | Kit Rowan  | Grim Reels | A birthday ritual wakes the thing beneath the nursery.
f09 | Static                  | 2016 | Horror,Thriller | GB    | Kit Rowan  | Grim Reels | A radio host hears tomorrow's murders between the stations.
f10 | Steel Horizon           | 2016 | Action          | US    | Dan Cole   |            | Soldiers race a runaway armoured train across the desert.
f11 | קיץ אחרון ☀️             | 2017 | Drama           | IL    |            |            |
f12 | Letters from the Tide   | 2018 | Drama           | FR    | Ines Vidal | Alba Sales | A postwoman delivers the letters that the sea brings back.
"""  # noqa: E501

DISTRIBUTORS = """
distributor_id | name     | territory | kind    | aliases                       | brief
fr-lumen  | Lumen Films     | FR | independent | Lumen SARL,Lumen Distribution |
fr-comet  | Comet Comédie   | FR | independent |                               |
fr-titan  | Titan Pictures  | FR | major       | Titan France                  |
us-harbor | Harbor Nights   | US | independent | Harbor                        |
us-meadow | Meadow & Co     | US | independent |                               | Quiet French dramas by women.
us-sepia  | Sepia Releasing | US | independent |                               |
"""

DEALS = """
deal_id | film_id | distributor_id | release_date | role | admissions | gross | screens | in_house
d01 | f01 | fr-lumen  | 2009-10-07 | distributor | 120000  |          | 300  |
d02 | f02 | fr-lumen  | 2011-01-12 | distributor | 80000   |          | 210  |
d03 | f03 | fr-lumen  | 2012-09-19 | distributor | 240000  |          | 350  |
d04 | f04 | fr-comet  | 2011-07-06 | distributor | 900000  |          | 600  |
d05 | f05 | fr-comet  | 2013-12-18 | distributor | 1500000 |          | 700  |
d06 | f06 | fr-comet  | 2014-07-16 | distributor | 400000  |          | 400  |
d07 | f06 | us-harbor | 2014-06-27 | distributor |         | 5000000  | 1200 | 0
d08 | f07 | us-harbor | 2012-10-26 | distributor |         | 9000000  | 2100 | 1
d09 | f08 | us-harbor | 2015-10-30 | distributor |         | 3000000  | 900  | 0
d10 | f09 | us-harbor | 2016-10-28 | distributor |         | 7000000  | 1500 | 0
d11 | f10 | us-harbor | 2016-07-22 | distributor |         | 80000000 | 3500 | 0
d12 | f07 | fr-titan  | 2013-01-30 | distributor | 150000  |          | 180  |
d13 | f08 | fr-titan  | 2016-03-09 | distributor | 60000   |          | 90   |
d14 | f10 | fr-titan  | 2016-08-03 | distributor | 2000000 |          | 800  |
d15 | f01 | us-sepia  | 2010-03-12 | distributor |         | 40000    | 12   | 0
d16 | f02 | us-sepia  | 2011-05-20 | distributor |         | 25000    | 9    | 0
d17 | f03 | us-sepia  | 2013-04-05 | distributor |         |          |      | 0
d18 | f04 | us-sepia  | 2012-02-03 | distributor |         | 110000   | 30   | 0
d19 | f05 | us-sepia  | 2014-09-12 | distributor |         | 90000    | 25   | 0
d20 | f09 | fr-titan  | 2017-02-15 | distributor | 50000   |          | 60   |
d21 | f09 | fr-lumen  | 2017-02-15 | importer    |         |          |      |
d22 | f08 | fr-lumen  | 2016-03-09 | importer    |         |          |      |
d23 | f06 | fr-comet  | 2014-07-16 | importer    |         |          |      |
d24 | f11 | fr-lumen  | 2018-05-16 | distributor | 30000   |          | 45   |
d25 | f11 | us-harbor | 2018-11-02 | distributor |         | 150000   | 40   | 0
"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    real = [item for item in items if item.get_closest_marker("real")]
    others = [item for item in items if item not in real]
    if REAL_MARKET.is_dir() or _IN_CI:
        # The longest come first, so that no process is left alone with them at the end.
        items[:] = [*real, *others]
        return
    items[:] = others
    config.hook.pytest_deselected(items=real)
    config.stash[_DESELECTED] = len(real)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("real") and not REAL_MARKET.is_dir():
        pytest.fail(f"CI must run the tests marked real, but {REAL_MARKET} is missing", pytrace=False)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spread | None:
    return Spread(config, log) if config.option.dist == "loadscope" else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    told: dict[str, int] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["left_out"] = session.config.stash.get(_DESELECTED, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    node.config.stash[_DESELECTED] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    count = config.stash.get(_DESELECTED, 0)
    if count:
        terminalreporter.write_line(f"{count} tests marked real were left out: {REAL_MARKET} is not here.")


@pytest.fixture(scope="session")
def real_market_dir() -> Path:
    """The folder of real deals; tests that use it are marked `real`."""
    return REAL_MARKET


@pytest.fixture
def small_frames() -> dict[str, pd.DataFrame]:
    """films, distributors and deals of `small_market` as text, for a test to change before use."""
    distributors = _table(DISTRIBUTORS)
    deals = _table(DEALS)
    home = distributors.set_index("distributor_id")["territory"]
    deals.insert(3, "territory", deals["distributor_id"].map(home))
    return {"films": _table(FILMS), "distributors": distributors, "deals": deals}


@pytest.fixture
def small_market(small_frames: Mapping[str, pd.DataFrame]) -> Market:
    """12 films, 3 distributors each in FR and US, 25 deals from 2009 to 2018.

    fr-lumen takes dramas by Ines Vidal from Alba Sales, so it must win f12, which has no deal yet; fr-comet
    takes comedies (the last in 2014); fr-titan is a major. us-harbor takes horror by Kit Rowan and made f07
    itself; us-sepia took French films until 2014; us-meadow has only a brief. f11 has no synopsis.
    """
    return market_from_frames(**small_frames)


@pytest.fixture
def small_folder(tmp_path: Path, small_frames: Mapping[str, pd.DataFrame]) -> Path:
    """A folder with `small_frames` as plain CSV files."""
    folder = tmp_path / "market"
    folder.mkdir()
    for name, frame in small_frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def _table(text: str) -> pd.DataFrame:
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]
    frame = pd.DataFrame(rows, columns=header, dtype="str")
    for name in {"genres", "countries", "aliases"} & set(header):
        frame[name] = frame[name].str.replace(",", "|")
    return frame
