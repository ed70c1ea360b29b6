"""What commands begin with: the data folder and the encoder."""

from __future__ import annotations

import sys
from pathlib import Path

from recommender.cli.words import clean
from recommender.market import Market, read_market
from recommender.space import CachedEncoder, EmbeddingCache, SentenceTransformerEncoder

__all__ = ["cached_encoder", "read_data", "say"]


def say(message: str) -> None:
    """A word to the person at the terminal, on stderr, apart from the answer."""
    print(clean(message), file=sys.stderr)


def read_data(folder: Path) -> Market:
    """The market of a folder; extra columns are told. Raises DataError when a row is refused."""
    market = read_market(folder)
    for table, names in market.extra_columns.items():
        if names:
            say(f"{table}: kept but not used: {', '.join(names)}")
    return market


def cached_encoder(model: str | None) -> CachedEncoder:
    """The encoder `model` (by default the one that comes along), which draws its progress on stderr.

    Raises EncoderError when the model is not on this machine.
    """
    return CachedEncoder(SentenceTransformerEncoder(model), EmbeddingCache(), progress=True)
