"""reelmatch similar: the films like a film, and who released them."""

from __future__ import annotations

from argparse import Namespace

from recommender.cli.answers import similar_text
from recommender.cli.documents import to_json
from recommender.matching.matcher import Matcher

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Print the nearest films of the bundle."""
    matcher = Matcher.load(args.bundles)
    films = matcher.similar_films(args.film, k=args.k)
    if args.json:
        print(to_json({"bundle": matcher.version, "film_id": args.film, "films": films}))
    else:
        print(similar_text(args.film, films))
    return 0
