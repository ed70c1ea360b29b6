"""Putting it together: train a bundle, publish it, ask it for matches.

train      tables -> a trained model
packing    a trained model <-> the contents of a bundle
matcher    Matcher: match_film, match_films, probabilities, suggest_films, similar_films, with_changes
answers    what it answers with
changes    what happened to the market since a bundle was trained
known      a bundle and the changes since, ready to be asked
questions  films asked about in one territory, scored together
telling    a scored film in words, as if there were no private deal
bundle     everything a Matcher needs and a manifest that vouches for it
contents   its arrays, tables, documents and index <-> files; never pickle
registry   a folder of bundles: publish, promote, roll back, load
"""

from recommender.matching.bundle import Bundle, BundleContents, Manifest
from recommender.matching.registry import current, load, promote, publish, roll_back, versions

__all__ = [
    "Bundle",
    "BundleContents",
    "Manifest",
    "current",
    "load",
    "promote",
    "publish",
    "roll_back",
    "versions",
]
