"""What text stands for a film or a distributor. The only place that decides it.

A film is its synopsis; one without is known by its metadata alone, as a title says too little. A distributor
is its brief; its catalogue enters through the vectors of its films, not through its name.
"""

from __future__ import annotations

import pandas as pd

__all__ = ["brief_texts", "film_texts"]


def film_texts(films: pd.DataFrame) -> list[str]:
    """The text to embed for each row of the films table, in its order; "" where there is no synopsis."""
    return [synopsis.strip() for synopsis in films["synopsis"]]


def brief_texts(distributors: pd.DataFrame) -> list[str]:
    """The text to embed for each row of the distributors table, in its order; "" where there is no brief."""
    return [brief.strip() for brief in distributors["brief"]]
