"""A trained model <-> the contents of a bundle.

What follows from the tables in seconds (metadata vectors, catalogues, counts) is not stored but made again on
loading, by the code that training used. Synopses are not stored either, only their vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.market.tables import Market
from recommender.matching.contents import JSON, BundleContents
from recommender.ranking.choice import ChoiceModel
from recommender.ranking.model import LastStage, RankingModel
from recommender.ranking.probability import Calibration, Probability
from recommender.ranking.rerank import FirstStage, Scorer
from recommender.ranking.state import Asked, DayState, FilmSpace
from recommender.space.index import VectorIndex
from recommender.space.metadata import MetadataSpace
from recommender.space.vectors import FilmVectors

__all__ = ["Unpacked", "pack", "unpack"]

Arrays = dict[str, NDArray[Any]]
Unpacked = tuple[Market, RankingModel, Asked, VectorIndex]


def pack(market: Market, model: RankingModel, films: Asked) -> BundleContents:
    """market: all films and distributors, and the deals that were learnt from. films: all of them, by row."""
    state = model.state
    space = state.space.metadata
    joint = films.vectors.joint(space)
    return BundleContents(
        tables={
            "films": market.films.assign(synopsis=""),
            "distributors": market.distributors,
            "deals": market.deals,
        },
        arrays={
            "vectors": {
                "synopses": films.vectors.synopsis,
                "briefs": state.briefs,
                "topics": state.space.topics,
            },
            "vocabulary": dict(space.frequency),
            "first_stage": _pack_first_stage(state.first_stage),
            "last_stage": _pack_last_stage(model.last_stage),
        },
        documents={
            "vocabulary": {"terms": {k: list(v) for k, v in space.terms.items()}, "films": space.films},
            "ranking": {
                "moment": state.moment.isoformat(),
                "cold": _calibration(model.last_stage.cold),
                "earlier": _calibration(model.last_stage.earlier) if model.last_stage.earlier else None,
            },
        },
        index=VectorIndex.build(joint),
    )


def unpack(contents: BundleContents) -> Unpacked:
    """The market, the model, all films by row, and the index of their joint vectors."""
    tables, arrays, documents = contents.tables, contents.arrays, contents.documents
    market = Market(tables["films"], tables["distributors"], tables["deals"])
    terms = {field: tuple(values) for field, values in documents["vocabulary"]["terms"].items()}
    metadata = MetadataSpace(terms, arrays["vocabulary"], int(documents["vocabulary"]["films"]))
    vectors = arrays["vectors"]
    space = FilmSpace(metadata, vectors["topics"])
    films = space.asked(
        FilmVectors.of(market.films, vectors["synopses"], metadata), np.arange(len(market.films))
    )
    moment = date.fromisoformat(documents["ranking"]["moment"])
    first_stage = _unpack_first_stage(arrays["first_stage"])
    state = DayState.of(market.told(), moment, space, films, vectors["briefs"], first_stage)
    last_stage = LastStage(
        _probability("cold", arrays["last_stage"], documents["ranking"]["cold"]),
        _probability("earlier", arrays["last_stage"], documents["ranking"]["earlier"])
        if documents["ranking"]["earlier"]
        else None,
    )
    return market, RankingModel(state, last_stage), films, contents.index


def _pack_first_stage(stage: FirstStage) -> Arrays:
    return {
        f"{name}.{number}.{part.name}": getattr(scorer, part.name)
        for name, scorers in stage.scorers.items()
        for number, scorer in enumerate(scorers)
        for part in fields(Scorer)
    }


def _unpack_first_stage(arrays: Mapping[str, NDArray[Any]]) -> FirstStage:
    found: dict[str, dict[int, Arrays]] = {}
    for key, array in arrays.items():
        name, number, part = key.split(".")
        found.setdefault(name, {}).setdefault(int(number), {})[part] = array
    return FirstStage({name: tuple(Scorer(**each[i]) for i in sorted(each)) for name, each in found.items()})


def _pack_last_stage(stage: LastStage) -> Arrays:
    stages = {"cold": stage.cold} | ({"earlier": stage.earlier} if stage.earlier else {})
    return {
        f"{name}.{part.name}": getattr(probability.model, part.name)
        for name, probability in stages.items()
        for part in fields(ChoiceModel)
    }


def _probability(name: str, arrays: Mapping[str, NDArray[Any]], calibration: JSON) -> Probability:
    model = ChoiceModel(**{part.name: arrays[f"{name}.{part.name}"] for part in fields(ChoiceModel)})
    return Probability(model, Calibration(float(calibration["sharpness"]), dict(calibration["buyers"])))


def _calibration(probability: Probability) -> JSON:
    calibration = probability.calibration
    return {"sharpness": calibration.sharpness, "buyers": dict(calibration.buyers)}
