"""A stored market to train on, quickly."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from recommender.market import Market
from recommender.matching.train import Trained
from service.bundle_store import BundleStore
from service.settings import Settings
from service.usecases import judging, training
from tests.service.bundled import contents
from tests.service.usecases.training.candidates import LAST_DEAL
from tests.tastes import UNTIL


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The latest deals are those from UNTIL on."""
    until = LAST_DEAL + timedelta(days=1)
    return settings.model_copy(update={"holdout_days": (until - UNTIL).days})


@pytest.fixture
def store(settings: Settings) -> BundleStore:
    return BundleStore.of(settings)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Market, date]]:
    """Training as the session did it, whatever is asked for; notes the market and the day."""
    calls: list[tuple[Market, date]] = []

    def quick(market: Market, until: date, *_: object) -> Trained:
        calls.append((market, until))
        return Trained(contents(), until, {"ndcg_10": 0.5})

    monkeypatch.setattr(training, "train", quick)
    return calls


@pytest.fixture
def ndcg(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Version of a stand-in -> its figure in a comparison, by default as measured."""
    figures: dict[str, float] = {}
    measured = judging.judged

    def given(bundle: Any, *rest: Any) -> dict[str, float | None]:
        if bundle.manifest.version in figures:
            return {"ndcg@10": figures[bundle.manifest.version]}
        return measured(bundle, *rest)

    monkeypatch.setattr(training, "judged", given)
    return figures
