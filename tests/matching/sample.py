"""The sample market as a folder of bundles."""

from __future__ import annotations

from pathlib import Path

from recommender.matching import publish
from recommender.matching.train import Trained

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
NEW_FILM = "f240"


def published(folder: Path, trained: Trained) -> Path:
    publish(folder, trained.contents, until=trained.until, seed=0, encoder="hash@1", figures=trained.figures)
    return folder
