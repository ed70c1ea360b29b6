"""reelmatch suggest: the films for a distributor."""

from __future__ import annotations

from argparse import Namespace

from recommender.cli.answers import suggestions_text
from recommender.cli.documents import to_json
from recommender.matching.matcher import Matcher

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Print the films that the distributor has not released, the likeliest first."""
    matcher = Matcher.load(args.bundles)
    matches = matcher.suggest_films(args.distributor, k=args.k, since=args.since)
    if args.json:
        document = {"bundle": matcher.version, "distributor_id": args.distributor, "matches": matches}
        print(to_json(document))
    else:
        print(suggestions_text(args.distributor, matches))
    return 0
