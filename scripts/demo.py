"""Show the product on the invented sample: train, then ask about new films and for a new distributor.

Every step is a `reelmatch` command and is printed as one, so that it can be repeated by hand.

    python scripts/demo.py [--bundles bundles]
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from recommender.cli import main as reelmatch
from recommender.cli.words import wrap
from recommender.market import Film, Market, read_market

ROOT = Path(__file__).resolve().parents[1]
FILMS = 3
TERRITORIES = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demonstration; the status of the first command that fails, or 0."""
    parser = argparse.ArgumentParser(description="Train on data/sample and show matches with reasons.")
    parser.add_argument("--bundles", type=Path, default=Path("bundles"), help="where the bundle is put")
    bundles = str(parser.parse_args(argv).bundles)
    data = _shown(ROOT / "data" / "sample")
    market = read_market(ROOT / "data" / "sample")

    print(f"Training on {data}, where every film, company and figure is invented.")
    status = _run("train", "--data", data, "--out", bundles)
    asked = [part for code in largest_territories(market) for part in ("--territory", code)]
    for film in slate(market):
        if status == 0:
            _tell(f"{film.title} ({', '.join(film.genres).lower()}). {film.synopsis}")
            status = _run("match", "--bundles", bundles, "--film", film.film_id, *asked, "-k", "2")
    if status == 0:
        company = market.distributor(newcomer(market))
        _tell(f"{company.name} is new in {company.territory} and has no deal yet. {company.brief}")
        since = f"{slate_year(market)}-01-01"
        arguments = ["--distributor", company.distributor_id, "--since", since, "-k", "5"]
        status = _run("suggest", "--bundles", bundles, *arguments)
    if status == 0:
        _what_next(bundles, slate(market)[0])
    return status


def _run(*arguments: str) -> int:
    print(f"\n$ reelmatch {shlex.join(arguments)}\n", flush=True)
    status = reelmatch(arguments)
    sys.stdout.flush()
    return status


def _tell(story: str) -> None:
    print("", *wrap(story), sep="\n")


def slate_year(market: Market) -> int:
    """The newest year of a film."""
    return int(market.films["year"].max())


def slate(market: Market) -> list[Film]:
    """The first films of the newest year, without a deal, that have no genre in common."""
    films = market.films
    is_new = (films["year"] == slate_year(market)) & ~films["film_id"].isin(market.deals["film_id"])
    chosen: list[Film] = []
    seen: set[str] = set()
    for film in (market.film(film_id) for film_id in films.loc[is_new, "film_id"]):
        if not seen & set(film.genres):
            chosen.append(film)
            seen |= set(film.genres)
    return chosen[:FILMS]


def largest_territories(market: Market) -> list[str]:
    """The territories with the most deals."""
    return sorted(market.deals["territory"].value_counts().index[:TERRITORIES])


def newcomer(market: Market) -> str:
    """The first distributor that has a brief and no deal."""
    table = market.distributors
    new = (table["brief"] != "") & ~table["distributor_id"].isin(market.deals["distributor_id"])
    return str(table.loc[new, "distributor_id"].iloc[0])


def _what_next(bundles: str, film: Film) -> None:
    command = Path(sys.executable).parent / "reelmatch"
    program = _shown(command) if command.exists() else "reelmatch"
    print(
        f"""
What to try next
  - your own film, of which a title and a synopsis are enough: write film.json as
      {{"title": "...", "synopsis": "...", "genres": ["Drama"], "countries": ["FR"]}}
    and ask
      {program} match --bundles {bundles} --film-file film.json --territory FR
  - the films most like one, and who released them:
      {program} similar --bundles {bundles} --film {film.film_id}
  - your own market: data/README.md shows the three tables; check them with
      {program} validate DIR
  - the same answers for a program: add --json; docs/cli.md documents it"""
    )


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    sys.exit(main())
