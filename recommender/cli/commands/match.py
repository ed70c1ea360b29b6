"""reelmatch match: the distributors of a territory for a film."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from recommender.cli.answers import matches_text
from recommender.cli.documents import to_json
from recommender.cli.inputs import cached_encoder
from recommender.market import film_from_json
from recommender.market.territories import territory_code
from recommender.matching.matcher import Matcher

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Ask for every territory first, so that a wrong one prints no half answer."""
    territories = [territory_code(code) for code in dict.fromkeys(args.territories)]
    film = film_from_json(args.film_file) if args.film_file else str(args.film)
    encoder = cached_encoder(args.encoder) if args.encoder else None
    matcher = Matcher.load(args.bundles, encoder=encoder)
    answers = {code: matcher.match_film(film, code, k=args.k) for code in territories}
    film_id = film if isinstance(film, str) else film.film_id
    if args.json:
        found = [{"territory": code, **asdict(answer)} for code, answer in answers.items()]
        print(to_json({"bundle": matcher.version, "film_id": film_id, "territories": found}))
        return 0
    titles = [match.title for answer in answers.values() for match in answer.matches]
    name = titles[0] if titles else film_id if isinstance(film, str) else film.title
    print("\n\n".join(matches_text(name, code, answer) for code, answer in answers.items()))
    return 0
