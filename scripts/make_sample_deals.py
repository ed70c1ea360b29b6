"""Make data/sample/deals.csv from the invented films, distributors and tastes.

Every film before the slate year is taken in two to six territories, each time by the
distributor whose taste (data/sample/tastes.csv) fits it best, with some noise.
Same seed and same tables in, same deals out.

    python scripts/make_sample_deals.py [--data data/sample] [--seed 14]
"""

import argparse
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

Row = dict[str, str]

SLATE_YEAR = 2026
LAST_DAY = date(2026, 6, 26)
SIZES = {"small": 0, "medium": 1, "large": 2}


@dataclass(frozen=True)
class Market:
    """A territory: typical admissions, ticket price, currency, release weekday, screens."""

    admissions: float
    price: float
    currency: str  # empty: the market publishes no gross
    weekday: int  # Monday is 0
    screens: int


MARKETS = {
    "FR": Market(42_000, 7.2, "", 2, 900),
    "DE": Market(24_000, 9.1, "EUR", 3, 700),
    "US": Market(60_000, 10.8, "USD", 4, 3_800),
    "JP": Market(21_000, 1_420.0, "JPY", 4, 450),
    "BR": Market(14_000, 18.5, "BRL", 3, 900),
    "KR": Market(26_000, 9_600.0, "KRW", 2, 1_400),
    "IT": Market(19_000, 6.9, "EUR", 3, 600),
    "GB": Market(15_000, 8.3, "GBP", 4, 600),
}
NO_ADMISSIONS = {"US", "GB"}  # these markets publish gross only


def read_rows(path: Path) -> list[Row]:
    """Read a CSV as text rows, empty fields as empty strings."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [{str(k): str(v) for k, v in row.items()} for row in table.to_dict("records")]


def parts(row: Row, column: str) -> set[str]:
    """Split a '|' list into a set; an empty field is an empty set."""
    return {part for part in row[column].split("|") if part}


def home(film: Row) -> str:
    """Name the first production country."""
    return film["countries"].split("|")[0]


def film_size(film: Row, fame: Counter[str]) -> int:
    """Guess small, medium or large (0, 1, 2) from cast, genres and sales agent."""
    genres = parts(film, "genres")
    points = 0.5 * sum(fame[name] >= 8 for name in parts(film, "cast"))
    points += 1.2 * bool(genres & {"Action", "Adventure", "Animation", "Sci-Fi", "War"})
    points += 0.6 * bool(genres & {"Comedy", "Thriller", "Horror"})
    points += 0.6 * (film["sales_agent"] == "Cormorant Bay")
    points -= 0.6 * (film["sales_agent"] == "First Light Bureau")
    points -= 2.0 * ("Documentary" in genres)
    return int(points >= 1.0) + int(points >= 2.2)


def fit(film: Row, size: int, taste: Row, known: set[str]) -> float:
    """Score a film against a taste; `known` are directors released there before."""
    genres, directors = parts(film, "genres"), parts(film, "directors")
    words = {word.strip(".,;:?!'").lower() for word in film["synopsis"].split()}
    score = 2.5 * len(genres & parts(taste, "genres")) / len(genres)
    score -= 1.5 * bool(genres & parts(taste, "avoided_genres"))
    score += 1.0 * bool(parts(film, "countries") & parts(taste, "countries"))
    score += 0.4 * min(len(words & parts(taste, "themes")), 2)
    score += 1.2 * bool(directors & parts(taste, "directors")) + 0.6 * bool(directors & known)
    score += 0.6 * (film["sales_agent"] in parts(taste, "sales_agents"))
    return score - 0.5 * abs(size - SIZES[taste["size"]])


def release_date(film: Row, territory: str, rng: np.random.Generator) -> date:
    """Draw a release day on the territory's weekday; the home market goes earlier."""
    start = date(int(film["year"]), 3, 1)
    end = min(date(start.year + 1, 12, 20), LAST_DAY)
    at_home = territory == home(film)
    delay = rng.gamma(2.0, 45.0) if at_home else 60.0 + rng.gamma(2.5, 75.0)
    span = (end - start).days
    day = start + timedelta(days=int(delay if delay < span else rng.uniform(60, span)))
    moved = day + timedelta(days=(MARKETS[territory].weekday - day.weekday()) % 7)
    return moved if moved <= end else moved - timedelta(days=7)


def outcome(level: float, territory: str, day: date, rng: np.random.Generator) -> Row:
    """Draw admissions, gross, currency and screens around a level (log scale, 0 = typical)."""
    market = MARKETS[territory]
    level -= 0.7 * (date(2020, 3, 1) <= day <= date(2021, 9, 1))  # a bad year for cinemas
    admissions = max(int(market.admissions * math.exp(level + rng.normal(0.0, 0.75))), 150)
    screens = max(round(admissions**0.62 / 7 * rng.lognormal(0.0, 0.25)), 1)
    gross = int(admissions * market.price * rng.uniform(0.92, 1.08))
    if rng.random() < 0.05:  # never reported
        return {"admissions": "", "gross": "", "currency": "", "screens": ""}
    return {
        "admissions": "" if territory in NO_ADMISSIONS else str(admissions),
        "gross": str(gross) if market.currency else "",
        "currency": market.currency,
        "screens": str(min(screens, market.screens)),
    }


def companies(ranked: list[str], rng: np.random.Generator, *, imported: bool) -> list[tuple[str, str]]:
    """Name who holds the film, with roles: in KR a foreign film may have an importer."""
    draw = rng.random()
    if not imported or draw < 0.3:
        return [(ranked[0], "distributor")]
    second = [(ranked[1], "distributor")] if draw > 0.65 else []
    return [(ranked[0], "importer"), *second]


def make_deals(films: list[Row], tastes: list[Row], seed: int) -> list[Row]:
    """Give each film to the best-fitting distributors of two to six territories."""
    rng = np.random.default_rng(seed)
    fame = Counter(name for film in films for name in parts(film, "cast"))
    taken: Counter[str] = Counter()
    known: defaultdict[str, set[str]] = defaultdict(set)
    deals: list[Row] = []
    for film in films:
        if int(film["year"]) >= SLATE_YEAR:
            continue
        size = film_size(film, fame)
        offers: list[tuple[float, str, list[str]]] = []
        scores: dict[str, float] = {}
        for territory in MARKETS:
            bids: list[tuple[float, str]] = []
            for taste in (taste for taste in tastes if taste["territory"] == territory):
                name = taste["distributor_id"]
                scores[name] = fit(film, size, taste, known[name])
                full = 0.05 * taken[name] / float(taste["appetite"])
                bids.append((scores[name] - full + rng.normal(0.0, 0.55), name))
            bids.sort(reverse=True)
            near = 2.0 * (territory in parts(film, "countries")) + rng.normal(0.0, 0.6)
            offers.append((bids[0][0] + near, territory, [name for _, name in bids]))
        travels = bool(parts(film, "genres") & {"Documentary", "Animation"})
        count = 2 + rng.binomial(4, 0.31 + 0.08 * size + 0.15 * travels)
        for _, territory, ranked in sorted(offers, reverse=True)[:count]:
            at_home = territory == home(film)
            day = release_date(film, territory, rng)
            level = 0.85 * (size - 0.6) + 0.4 * (scores[ranked[0]] - 3.0) + 0.9 * at_home
            result = outcome(level, territory, day, rng)
            own = "1" if at_home and rng.random() < 0.08 else ""
            imported = territory == "KR" and "KR" not in parts(film, "countries")
            for name, role in companies(ranked, rng, imported=imported):
                ids = {"film_id": film["film_id"], "distributor_id": name, "territory": territory}
                when = {"release_date": day.isoformat(), "sales_agent": film["sales_agent"]}
                last = {"in_house": own, "source": "invented"}
                deals.append(ids | when | {"role": role} | result | last)
                taken[name] += 1
                known[name] |= parts(film, "directors")
    return deals


def main() -> None:
    """Read the tables, make the deals and write deals.csv next to them."""
    parser = argparse.ArgumentParser(description="Make the deals of the invented sample market.")
    parser.add_argument("--data", type=Path, default=Path("data/sample"))
    parser.add_argument("--seed", type=int, default=14)
    args = parser.parse_args()
    folder: Path = args.data
    rows = read_rows(folder / "distributors.csv")
    territories = {row["distributor_id"]: row["territory"] for row in rows}
    tastes = read_rows(folder / "tastes.csv")
    tastes = [row | {"territory": territories[row["distributor_id"]]} for row in tastes]
    films = sorted(read_rows(folder / "films.csv"), key=lambda row: (row["year"], row["film_id"]))
    deals = make_deals(films, tastes, args.seed)
    deals.sort(key=lambda row: (row["release_date"], row["film_id"], row["territory"], row["role"]))
    numbered = [{"deal_id": f"d{number:04d}"} | row for number, row in enumerate(deals, start=1)]
    pd.DataFrame(numbered).to_csv(folder / "deals.csv", index=False, lineterminator="\n")
    print(f"{len(numbered)} deals written to {folder / 'deals.csv'}")


if __name__ == "__main__":
    main()
