"""How long an import of 100,000 rows takes, of each list: films, distributors, deals and rights.

    python -m scripts.bench_imports              each list beside its limit
    python -m scripts.bench_imports --rows 5000  sooner

Files of made-up rows go through the same use cases as an upload, into an embedded PostgreSQL in a temporary folder. The
look for films and companies that are there twice is part of it. Each is imported again, which must change nothing.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import psutil

from scripts.loading import told
from service.domain.accounts import Company
from service.domain.imports import ImportCounts
from service.domain.words import CompanyKind, ImportKind, Role
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store import migrate
from service.store.embedded import start_embedded
from service.store.engine import make_engine
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import imports

ROWS: Final = 100_000
LIMIT_S: Final = 60.0
ADMIN: Final = Actor("bench", "bench", is_administrator=True)
AGENT: Final = Actor("agent", "agent", (Seat("agent", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))
WORDS: Final = [
    *(
        "ferry",
        "letter",
        "winter",
        "harbour",
        "orchard",
        "signal",
        "border",
        "river",
        "lantern",
        "archive",
        "kite",
    ),
    *(
        "mountain",
        "salt",
        "glass",
        "train",
        "violin",
        "desert",
        "island",
        "engine",
        "garden",
        "market",
        "shadow",
    ),
    *("bridge", "comet", "atlas", "tunnel", "feather", "meadow", "circus", "radio", "canyon", "storm"),
]
TERRITORIES: Final = ["FR", "DE", "US", "GB", "IT", "ES", "JP", "KR", "BR", "MX"]

Rows = Iterator[Sequence[object]]


def main(argv: Sequence[str] | None = None) -> int:
    """Import, print, and fail where a limit is missed."""
    parser = argparse.ArgumentParser(description="Time imports of large files.")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of each file (default: %(default)s)")
    count = parser.parse_args(argv).rows
    kept = []
    with tempfile.TemporaryDirectory(prefix="reelmatch-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        server = start_embedded(folder / "postgres")
        try:
            migrate.upgrade(server.url)
            engine = make_engine(server.url, Settings())
            uow = UnitOfWorkFactory(engine)
            with uow() as tx:
                tx.companies.add(Company("agent", "Agent", frozenset({CompanyKind.SALES_AGENT})))
                tx.commit()
            for kind, actor, header, rows in _files(count):
                content = _written(header, rows)
                took_s, counts = _imported(folder, uow, actor, kind, content)
                if counts.added != count:
                    raise SystemExit(f"{kind}: {counts} instead of {count} added")
                again_s, counts = _imported(folder, uow, actor, kind, content)
                if counts.unchanged != count:
                    raise SystemExit(f"{kind} again: {counts} instead of {count} unchanged")
                kept += [
                    told(f"seconds for {count:,} {kind}", took_s, LIMIT_S),
                    told("the same file again", again_s, LIMIT_S),
                ]
            engine.dispose()
        finally:
            server.stop()
    return int(not all(kept))


def _imported(
    folder: Path, uow: UnitOfWorkFactory, actor: Actor, kind: ImportKind, content: bytes
) -> tuple[float, ImportCounts]:
    """Seconds from the upload to the end."""
    began, worked = time.perf_counter(), _processor_s(folder)
    file = imports.upload_file(uow, actor, name=f"{kind}.csv", content=content, company_id=None).file
    started = imports.start_import(uow, actor, file.file_id, kind, mapping=None, dry_run=False)
    run = imports.run_import(uow, started.job_id, started.run.run_id)
    took_s = time.perf_counter() - began
    print(f"{kind}: {_processor_s(folder) - worked:.1f} s of processors, PostgreSQL's among them", flush=True)
    if run.message:
        raise SystemExit(f"{kind}: {run.message}")
    return took_s, run.counts


def _processor_s(folder: Path) -> float:
    """Of this process and of the PostgreSQL in `folder`; unlike the clock it is not disturbed by others."""
    found = [psutil.Process()]
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if folder in Path(process.cwd()).parents:
                found.append(process)
    return sum(sum(process.cpu_times()[:2]) for process in found)


def _files(count: int) -> list[tuple[ImportKind, Actor, str, Rows]]:
    chance = random.Random(7)
    return [
        (
            ImportKind.FILMS,
            ADMIN,
            "film_id,title,year,synopsis,genres,countries,languages,directors,runtime_min",
            _films(count, chance),
        ),
        (
            ImportKind.DISTRIBUTORS,
            ADMIN,
            "distributor_id,name,territory,kind,brief",
            _distributors(count, chance),
        ),
        (
            ImportKind.DEALS,
            ADMIN,
            "deal_id,film_id,distributor_id,release_date,gross,currency,admissions",
            _deals(count, chance),
        ),
        (
            ImportKind.RIGHTS,
            AGENT,
            "direction,film_id,licensee,territory,media_right,start,end",
            _rights(count),
        ),
    ]


def _films(count: int, chance: random.Random) -> Rows:
    for number in range(count):
        title = " ".join(chance.choices(WORDS, k=3)).title()
        synopsis = " ".join(chance.choices(WORDS, k=60))
        director = f"{chance.choice(WORDS).title()} {chance.choice(WORDS).title()}son {number % 9_000}"
        yield (
            *(f"f{number}", title, 1990 + number % 37, synopsis, "Drama|Thriller", "FR|BE", "fr"),
            *(director, 80 + number % 60),
        )


def _distributors(count: int, chance: random.Random) -> Rows:
    for number in range(count):
        company, territory = divmod(number, len(TERRITORIES))
        name = f"{WORDS[company % len(WORDS)].title()} {company:x} Releasing"
        brief = " ".join(chance.choices(WORDS, k=12))
        yield f"d{number}", name, TERRITORIES[territory], "independent", brief


def _deals(count: int, chance: random.Random) -> Rows:
    for number in range(count):
        released = date(2000, 1, 1) + timedelta(days=number % 9_000)
        gross = chance.randrange(10_000, 9_000_000)
        yield (
            *(f"x{number}", f"f{chance.randrange(count)}", f"d{number}", released.isoformat()),
            *(gross, "EUR", gross // 8),
        )


def _rights(count: int) -> Rows:
    """Half of them held, half sold inside of those."""
    for number in range(count):
        pair = number // 2
        film, territory = f"f{pair // 4}", TERRITORIES[pair % 4]
        sold = number % 2
        licensee = f"{WORDS[pair % 300 % len(WORDS)].title()} {pair % 300:x} Releasing" if sold else ""
        start, end = ("2026-01-01", "2030-12-31") if sold else ("2020-01-01", "2039-12-31")
        yield "sold" if sold else "held", film, licensee, territory, "theatrical", start, end


def _written(header: str, rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    sys.exit(main())
