"""reelmatch evaluate: learn from the past of a day, and be measured on what came after."""

from __future__ import annotations

import sys
from argparse import Namespace

from recommender.cli.documents import to_json
from recommender.cli.figures import scores_text
from recommender.cli.inputs import cached_encoder, read_data
from recommender.cli.words import clean, count
from recommender.errors import QueryError
from recommender.evaluation.metrics import score_run
from recommender.evaluation.ours import rank_window
from recommender.evaluation.runs import write_run
from recommender.market.territories import territory_code

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Rank the full pool for every query, write the run, print its figures."""
    if args.start >= args.end:
        raise QueryError(f"--until {args.end} is not after --from {args.start}. Give a later --until.")
    territories = [territory_code(code) for code in dict.fromkeys(args.territories)]
    market = read_data(args.data)
    encoder = cached_encoder(args.encoder)
    # Found out now, not after minutes of training.
    args.run.parent.mkdir(parents=True, exist_ok=True)
    window = rank_window(
        market, args.start, args.end, encoder, territories=territories, mode=args.mode, progress=True
    )
    write_run(window.run, args.run)
    scores = score_run(window.truth, window.run)
    print(to_json(scores.to_json()) if args.json else scores_text(scores))
    notes = sys.stderr if args.json else sys.stdout
    encoded = count(encoder.encoded, "text")
    print(clean(f"The run is in {args.run}. Encoded {encoded} that the cache did not hold."), file=notes)
    return 0
