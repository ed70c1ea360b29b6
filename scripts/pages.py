"""Every page measured with a whole market loaded: seconds at the server, size of the first load, clicks in Chromium.

    python scripts/pages.py                                   the invented sample market
    python scripts/pages.py --data DIR                        a market of one's own (data/README.md)
    python scripts/pages.py --data DIR --out docs/benchmark/pages.md

A service of its own is started in a temporary folder, with the market, a bundle trained on it, an agent with 5,000
films, the busiest distributor and an event of 20,000 meetings. Fails where a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recommender.space import CachedEncoder, EmbeddingCache, SentenceTransformerEncoder
from scripts.large_market import Desks, furnish, known_ids, plan_event
from scripts.page_clicks import Click, Weight, clicks, weigh
from scripts.page_times import Timed, time_pages
from scripts.running_service import ROOT, Installation, Replica, installation, wait_until
from service.settings import Settings
from service.store.engine import make_engine
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES, FILMS
from service.store.tables.deals import DEALS, RIGHTS_GRANTS
from service.store.tables.schedules import SCHEDULE_MEETINGS
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.embedding import embed_pending

MOST_S: Final = 1.0
"""Of a page at the server, the median in processor seconds: by the clock it depends on what else a machine does."""
MOST_KB: Final = 200.0
"""Of a first load, compressed and without pictures."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that was measured. counts: of what is in the market, by name."""

    counts: dict[str, int]
    pages: tuple[Timed, ...]
    weights: dict[tuple[str, str], Weight]
    clicks: tuple[Click, ...]

    def missed(self) -> Iterator[str]:
        """Each limit that is not kept, in words."""
        for page in self.pages:
            if page.status >= 400:
                yield f"{page.name}: answers {page.status}"
            if page.busy_s > MOST_S:
                yield f"{page.name}: {page.busy_s:.2f} s of processors, above {MOST_S:g} s"
        for (who, path), weight in self.weights.items():
            if weight.kilobytes > MOST_KB:
                yield f"{path} of the {who}: {weight.kilobytes:.0f} kB, above {MOST_KB:g} kB"
        for click in self.clicks:
            if click.median_ms > click.limit_ms:
                yield f"{click.name}: {click.median_ms:.0f} ms, above {click.limit_ms:.0f} ms"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, write where asked, and fail where a limit is missed."""
    parser = argparse.ArgumentParser(description="Measure every page with a market loaded.")
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "sample", help="folder of the market")
    parser.add_argument("--out", type=Path, help="a page to write, such as docs/benchmark/pages.md")
    args = parser.parse_args(argv)
    with installation(market=args.data) as made:
        tell("The market is loaded")
        desks, replica = prepare(made)
        measured = measure(made, replica, desks)
    print("\n".join(_page(measured)))
    if args.out:
        args.out.write_text("\n".join(_page(measured)) + "\n", encoding="utf-8")
    missed = list(measured.missed())
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return int(bool(missed))


def prepare(made: Installation) -> tuple[Desks, Replica]:
    """The desks, a bundle that knows them, a planned event, and a service that is ready."""
    uow = _uow(made)
    desks = furnish(uow)
    tell("People, rights and an event are there")
    # Texts that were embedded on this machine before need not be again.
    embed_pending(
        uow, CachedEncoder(SentenceTransformerEncoder(), EmbeddingCache(), progress=True), lambda *_: None
    )
    worker = made.start("worker")
    made.run("retrain", "--wait")
    tell("A bundle is trained")
    replica = made.serve()
    desks = plan_event(replica.url, made.key("read", "write", company=desks.organiser), desks)
    tell("The event is planned")
    worker.terminate()
    worker.wait()
    return known_ids(uow, desks), replica


def measure(made: Installation, replica: Replica, desks: Desks) -> Measured:
    """Every page by everybody who may open it, and the clicks."""
    wait_until(replica.is_ready, "the service is ready", 120)
    database = int((made.folder / "postgres" / "postmaster.pid").read_text().split()[0])
    pages = tuple(time_pages(replica, database, desks, tell))
    whole = [page for page in pages if page.is_whole and page.status < 400]
    weights = weigh(replica.url, desks, [(page.who, page.path) for page in whole])
    return Measured(_counted(made.server.url), pages, weights, clicks(replica.url, desks))


def tell(text: str) -> None:
    """How far it is; on a terminal's other output, so that the page can be piped."""
    print(text, file=sys.stderr, flush=True)


def _page(measured: Measured) -> Iterator[str]:
    """The figures; nothing of what is in the market."""
    there = ", ".join(f"{count:,} {noun}" for noun, count in measured.counts.items())
    yield HEAD.format(
        there=there,
        cores=os.cpu_count(),
        load=f"{os.getloadavg()[1]:.1f}",
        python=platform.python_version(),
        fastapi=version("fastapi"),
        most_s=MOST_S,
        most_kb=MOST_KB,
    )
    yield "| page | opened by | first, s | median, s | processor, s | kB |\n|---|---|---|---|---|---|"
    for page in sorted(measured.pages, key=lambda page: -page.median_s):
        weight = measured.weights.get((page.who, page.path))
        size = f"{weight.kilobytes:.0f}" if weight else f"{page.kilobytes:.0f} (part)"
        yield (
            f"| {page.name} | {page.who} | {page.first_s:.2f} | {page.median_s:.2f} | {page.busy_s:.2f} | {size} |"
        )
    yield CLICKED
    for click in measured.clicks:
        yield f"| {click.name} | {click.first_ms:.0f} | {click.median_ms:.0f} | {click.limit_ms:.0f} |"


def _counted(url: str) -> dict[str, int]:
    """What there is in the database."""
    nouns = {
        "films": FILMS,
        "deals": DEALS,
        "distributors": DISTRIBUTOR_PROFILES,
        "rights": RIGHTS_GRANTS,
        "meetings in two plans of an event": SCHEDULE_MEETINGS,
    }
    with make_engine(url, Settings()).connect() as connection:
        return {
            noun: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for noun, table in nouns.items()
        }


def _uow(made: Installation) -> UnitOfWorkFactory:
    return UnitOfWorkFactory(make_engine(made.server.url, Settings()))


HEAD: Final = """# Pages

Written by `python scripts/pages.py --data DIR --out docs/benchmark/pages.md`, on {there}; {cores} cores on which others
worked too (load average {load}), Python {python}, FastAPI {fastapi}.

Seconds are at the server, by the clock: the first load after the start, and the median of five later ones. Processor
seconds are those of the service and of PostgreSQL together, the median too: on an idle machine about the time by the
clock. They have to stay below {most_s:g}. kB are all that Chromium takes from the network for a first load, compressed
and without pictures, at most {most_kb:g}; a part is what htmx puts into a page that is open.
"""
CLICKED: Final = """
## Clicks

Milliseconds in Chromium on the same machine, from the click until the answer is drawn; the median of nine other films
or territories, never asked about before, so that nothing is answered from memory.

| click | first | median | limit |
|---|---|---|---|"""


if __name__ == "__main__":
    sys.exit(main())
