import pytest

from recommender.evaluation.learning import learning_curve
from recommender.evaluation.ours import Window
from recommender.evaluation.protocol import yearly_fold
from recommender.evaluation.results import FoldResult, evaluate
from recommender.market import Market
from tests.hash_encoder import HashEncoder


@pytest.fixture
def whole(sample_market: Market, sample_window: Window) -> FoldResult:
    return evaluate(sample_market, yearly_fold(2022), "ours", sample_window.run, probabilities=True)


def test_without_a_large_territory_there_is_no_curve(sample_market: Market, whole: FoldResult) -> None:
    encoder = HashEncoder()
    assert whole.scores.macro is None
    assert learning_curve(sample_market, whole, encoder, 0, False, print) == ([], [])
    assert encoder.calls == []
