"""What text stands for a film or a distributor. The only place that decides it.

A film is its synopsis; where none is known, its title, which still tells a language and a tone. A
distributor is its brief; its catalogue enters through the vectors of its films, not through its name.
"""

from __future__ import annotations

import pandas as pd

from recommender.market.domain import Distributor, Film

__all__ = ["distributor_text", "film_text", "film_texts"]


def film_text(film: Film) -> str:
    """The text to embed for a film."""
    return _text(film.synopsis, film.title)


def film_texts(films: pd.DataFrame) -> list[str]:
    """The text to embed for each row of the films table, in its order."""
    return [_text(synopsis, title) for synopsis, title in zip(films["synopsis"], films["title"], strict=True)]


def distributor_text(distributor: Distributor) -> str:
    """The text to embed for a distributor, or "" where it has no brief."""
    return distributor.brief.strip()


def _text(synopsis: str, title: str) -> str:
    return synopsis.strip() or title.strip()
