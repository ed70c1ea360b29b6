"""reelmatch bundles: which bundles there are, and which one is in force."""

from __future__ import annotations

from argparse import Namespace

from recommender.cli.words import clean
from recommender.matching import current, promote, roll_back, versions

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Promote or roll back when asked, then list the versions."""
    if args.promote:
        promote(args.bundles, args.promote)
    elif args.roll_back:
        roll_back(args.bundles)
    in_force = current(args.bundles)
    for version in versions(args.bundles):
        print(clean(f"{version} (in force)" if version == in_force else version))
    return 0
