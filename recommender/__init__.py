"""Reelmatch: which distributor should see this film, how likely, and why.

market      what the market is: films, distributors, deals, their tables, checks and hard rules
space       the shared vector space: text, encoder, film and distributor vectors, FAISS
ranking     from candidates to an honest probability: LightFM, past-success signals, reasons
matching    putting it together: train a bundle, publish it, ask it for matches
evaluation  how good it is: the protocol's folds, metrics, baselines, the benchmark page
cli         the `reelmatch` command
errors      every error a caller may want to catch, as one tree

Arrays, frames and frozen dataclasses in, the same out. No web, no database, no global state.
"""
