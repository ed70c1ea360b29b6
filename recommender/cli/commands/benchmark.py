"""reelmatch benchmark: our model beside every baseline, as a page."""

from __future__ import annotations

from argparse import Namespace

from recommender.cli.inputs import cached_encoder, read_data
from recommender.cli.words import clean
from recommender.errors import QueryError

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Run all folds and write the page."""
    try:
        from recommender.evaluation.benchmark import benchmark
    except ModuleNotFoundError as error:
        remedy = "Install what only the benchmark needs: pip install 'reelmatch[benchmark]'"
        raise QueryError(f"the package {error.name} is not installed. {remedy}") from error
    market = read_data(args.data)
    encoder = cached_encoder(args.encoder)
    # Found out now, not after an hour.
    args.out.mkdir(parents=True, exist_ok=True)
    benchmark(market, args.data.resolve().name, args.out, encoder, progress=True)
    print(clean(f"The page is in {args.out}."))
    return 0
