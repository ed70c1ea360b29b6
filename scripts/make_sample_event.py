"""Make data/sample/event: an invented market for the sample's sales agents and distributors.

The sales agents of the 2026 slate meet the distributors for two days. Values follow the invented tastes of
data/sample/tastes.csv. Same seed and same tables in, same event out.

    python scripts/make_sample_event.py [--data data/sample] [--seed 7]
"""

import argparse
import csv
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random

Row = dict[str, str]
Valued = tuple[str, str, float, float, float]

SLATE_YEAR = "2026"
DAYS = ("2026-09-10", "2026-09-11")
SESSIONS = ((9, 30, 6), (14, 0, 6))
"""Hour and minute at which a session starts, and its slots of 30 minutes."""
ZONE = "+02:00"
COMMON_TABLES = 10
TEAM_FROM = 3
"""An agent with so many films on the slate sends two people, who share a table of their own."""
LEAST_VALUE = 0.25


@dataclass(frozen=True)
class Seller:
    """Somebody of a sales agent, with the films he or she looks after."""

    participant_id: str
    name: str
    company_id: str
    films: tuple[Row, ...]


def read_rows(path: Path) -> list[Row]:
    """Read a CSV as text rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    """Write a CSV whose columns are the words of `header`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(rows)


def slug(name: str) -> str:
    """Write a name as an id."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def sellers_of(films: list[Row]) -> Iterator[Seller]:
    """Make one or two people of each agent; a film without an agent comes with its producer."""
    agents: dict[str, list[Row]] = {}
    for film in films:
        if film["year"] == SLATE_YEAR:
            agents.setdefault(film["sales_agent"] or film["production_companies"].split("|")[0], []).append(
                film
            )
    for agent, slate in sorted(agents.items()):
        team = 2 if len(slate) >= TEAM_FROM else 1
        for number in range(team):
            suffix = f"-{number + 1}" if team > 1 else ""
            name = f"{agent} ({number + 1})" if team > 1 else agent
            yield Seller(f"s-{slug(agent)}{suffix}", name, slug(agent), tuple(slate[number::team]))


def slots() -> Iterator[tuple[str, str, str, str]]:
    """Lay out the slots of all days."""
    for day, (hour, minute, count) in product(DAYS, SESSIONS):
        start = datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00{ZONE}")
        for _ in range(count):
            end = start + timedelta(minutes=30)
            yield f"{day[8:]}-{start:%H%M}", day, start.isoformat(), end.isoformat()
            start = end


def liking(film: Row, taste: Row) -> float:
    """Guess how likely a distributor takes a film, 0..1, from genres, countries and words."""
    parts = {name: set(cell.split("|")) - {""} for name, cell in taste.items()}
    genres = set(film["genres"].split("|"))
    words = {word.strip(".,;:?!'").lower() for word in film["synopsis"].split()}
    score = 2.5 * len(genres & parts["genres"]) / len(genres) - 1.5 * bool(genres & parts["avoided_genres"])
    score += bool(set(film["countries"].split("|")) & parts["countries"])
    score += 0.4 * min(len(words & parts["themes"]), 2)
    score += 0.6 * (film["sales_agent"] in parts["sales_agents"])
    return 1 / (1 + math.exp(3.5 - score))


def values(sellers: list[Seller], buyers: list[Row], tastes: dict[str, Row]) -> Iterator[Valued]:
    """Compare each meeting with the mean of either side, and join both by their harmonic mean."""
    deals = {
        (s.participant_id, b["distributor_id"]): sum(
            liking(film, tastes[b["distributor_id"]]) if b["distributor_id"] in tastes else 0.1
            for film in s.films
        )
        for s in sellers
        for b in buyers
    }
    for (seller, buyer), here in deals.items():
        of_seller = here * len(buyers) / sum(n for (s, _), n in deals.items() if s == seller)
        of_buyer = here * len(sellers) / sum(n for (_, b), n in deals.items() if b == buyer)
        joint = 2 * of_seller * of_buyer / (of_seller + of_buyer)
        if joint >= LEAST_VALUE:
            yield seller, f"b-{buyer}", round(joint, 3), round(of_seller, 3), round(of_buyer, 3)


def absences(buyers: list[str], slot_ids: list[str], rng: Random) -> Iterator[tuple[str, str]]:
    """Let people come late, leave early, sleep long or go to a screening."""
    half = len(slot_ids) // 4
    whole = {
        "late": slot_ids[: 2 * half],
        "noon": slot_ids[:half],
        "early": slot_ids[3 * half :],
        "sleeper": [slot for slot in slot_ids if slot.endswith(("0930",))],
        "screening": slot_ids[half + 1 : half + 5],
        "": [],
    }
    for buyer in buyers:
        for slot in whole[rng.choice([*whole, "", "sleeper"])]:
            yield buyer, slot


def wishes(
    worth: dict[tuple[str, str], float], met: set[tuple[str, str]], rng: Random
) -> Iterator[tuple[str, str, str]]:
    """Let people want, with some luck, what is worth much, and shun a few."""
    taken: set[tuple[str, str]] = set()
    for number, (seller, buyer) in enumerate(
        sorted(worth, key=lambda pair: -worth[pair] * rng.uniform(0.3, 1))
    ):
        if number < 10:
            yield *((seller, buyer) if number % 2 else (buyer, seller)), "must"
        elif number < 90:
            yield *((seller, buyer) if number % 3 == 0 else (buyer, seller)), "want"
        if number < 90:
            taken.add((seller, buyer))
    for seller, buyer in rng.sample(sorted(worth.keys() - taken), 6):
        yield buyer, seller, "no_go"
        taken.add((seller, buyer))
    for seller, buyer in sorted(met - taken):
        yield seller, buyer, "met_before"


def main() -> None:
    """Read the sample market and write the event beside it."""
    parser = argparse.ArgumentParser(description="Make the invented event of the sample market.")
    parser.add_argument("--data", type=Path, default=Path("data/sample"))
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    data: Path = args.data
    out = data / "event"
    out.mkdir(exist_ok=True)
    rng = Random(args.seed)
    films = read_rows(data / "films.csv")
    tastes = {row["distributor_id"]: row for row in read_rows(data / "tastes.csv")}
    sellers = list(sellers_of(films))
    buyers = [row for row in read_rows(data / "distributors.csv") if row["kind"] != "exhibitor_or_event"]
    slot_rows = list(slots())
    slot_ids = [row[0] for row in slot_rows]
    write_rows(out / "slots.csv", "slot_id day starts_at ends_at", slot_rows)
    people = [[s.participant_id, "seller", s.name, s.company_id, 20, 6, ""] for s in sellers]
    for row in buyers:
        most, least = rng.choice([(5, ""), (7, 2), (8, 3)])
        company = row["distributor_id"]
        people.append([f"b-{company}", "buyer", row["name"], company, most, least, rng.choice(["", "", 4])])
    header = "participant_id side name company_id max_meetings min_meetings max_per_day"
    write_rows(out / "participants.csv", header, people)
    teams = sorted({s.company_id for s in sellers if s.participant_id.endswith("-2")})
    reserved = [(f"t-{team}", team) for team in teams]
    common = [(f"t{number:02}", "") for number in range(1, COMMON_TABLES + 1)]
    write_rows(out / "tables.csv", "table_id reserved_for", [*common, *reserved])
    ids = [f"b-{row['distributor_id']}" for row in buyers]
    away = list(absences(ids, slot_ids, rng))
    write_rows(out / "absences.csv", "participant_id slot_id", away)
    write_rows(out / "lineups.csv", "seller_id film_id", lineups(sellers))
    valued = list(values(sellers, buyers, tastes))
    write_rows(out / "values.csv", "seller_id buyer_id value value_seller value_buyer", valued)
    worth = {(row[0], row[1]): row[2] for row in valued}
    wished = list(wishes(worth, met_before(data, sellers, ids), rng))
    write_rows(out / "wishes.csv", "participant_id other_id wish", wished)
    write_rows(out / "locks.csv", "seller_id buyer_id slot_id table_id", locks(wished, set(away), slot_ids))
    print(f"{len(sellers)} sellers and {len(buyers)} buyers written to {out}")


def lineups(sellers: list[Seller]) -> Iterator[tuple[str, str]]:
    """Name the films of each seller."""
    for seller in sellers:
        for film in seller.films:
            yield seller.participant_id, film["film_id"]


def met_before(data: Path, sellers: list[Seller], buyers: list[str]) -> set[tuple[str, str]]:
    """Find who bought from whom since 2025."""
    deals = [row for row in read_rows(data / "deals.csv") if row["release_date"] >= "2025"]
    return {
        (seller.participant_id, f"b-{deal['distributor_id']}")
        for seller in sellers
        for deal in deals
        if slug(deal["sales_agent"]) == seller.company_id and f"b-{deal['distributor_id']}" in buyers
    }


def locks(
    wished: list[tuple[str, str, str]], away: set[tuple[str, str]], slot_ids: list[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Fix two of the musts, one of them at a table."""
    musts = [
        (one, other) if one.startswith("s-") else (other, one)
        for one, other, wish in wished
        if wish == "must"
    ]
    for number, (seller, buyer) in enumerate(musts[:2]):
        free = [slot for slot in slot_ids if (buyer, slot) not in away]
        yield seller, buyer, free[4 * number + 1], "" if number else "t01"


if __name__ == "__main__":
    main()
