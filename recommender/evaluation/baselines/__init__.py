"""What a ranking is compared with; every baseline has a name and ranks all candidates of each query.

tasks             the interface, and the one-territory question that all baselines answer
popularity        who buys most
nearest           similar synopses by sentence vectors and FAISS
text_search       similar words or tags by TF-IDF
factorisation     plain LightFM
item_to_item      the implicit library's item-to-item models over tags and distributors
rectools_models   RecTools' wrappers, where RecTools is installed
lambdamart        LightGBM's LambdaMART on given signals; not a Baseline, for it needs the product's signals
neighbours        from similar films to their buyers
words             films as words and tags
"""

from __future__ import annotations

from importlib.util import find_spec

from recommender.evaluation.baselines.nearest import NearestSynopses
from recommender.evaluation.baselines.popularity import Popularity
from recommender.evaluation.baselines.tasks import Baseline
from recommender.evaluation.baselines.text_search import TextSearch

__all__ = ["Baseline", "NearestSynopses", "Popularity", "all_baselines", "missing_packages"]

OPTIONAL = ("implicit", "lightgbm", "rectools")


def missing_packages() -> tuple[str, ...]:
    """Which optional packages are not installed, so that their baselines are left out."""
    return tuple(name for name in OPTIONAL if find_spec(name) is None)


def all_baselines() -> tuple[Baseline, ...]:
    """Every baseline that can run here, simplest first."""
    from recommender.evaluation.baselines.factorisation import PlainLightFM

    missing = missing_packages()
    chosen: list[Baseline] = [
        Popularity(),
        NearestSynopses(half_life_years=None),
        NearestSynopses(),
        TextSearch(),
        TextSearch(synopsis=False, tags=True),
        PlainLightFM(),
    ]
    if "implicit" not in missing:
        from recommender.evaluation.baselines.item_to_item import ItemToItem

        chosen += [ItemToItem("cosine"), ItemToItem("bm25")]
        if "rectools" not in missing:
            from recommender.evaluation.baselines.rectools_models import RecToolsItemToItem, RecToolsLightFM

            chosen += [RecToolsLightFM(), RecToolsItemToItem()]
    return tuple(chosen)
