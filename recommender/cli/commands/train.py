"""reelmatch train: from a data folder to a bundle in force."""

from __future__ import annotations

from argparse import Namespace

from recommender.cli.figures import held_out_text
from recommender.cli.inputs import cached_encoder, read_data
from recommender.matching import publish
from recommender.matching.train import train

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Train, publish, print the version and the held-out figures."""
    market = read_data(args.data)
    encoder = cached_encoder(args.encoder)
    # Found out now, not after minutes of training.
    args.out.mkdir(parents=True, exist_ok=True)
    trained = train(market, args.until, encoder, seed=args.seed, progress=True)
    manifest = publish(
        args.out,
        trained.contents,
        until=trained.until,
        seed=args.seed,
        encoder=encoder.fingerprint,
        figures=trained.figures,
    )
    print(f"bundle {manifest.version} is in force: trained on the deals before {manifest.until}")
    print(held_out_text(manifest.figures))
    return 0
