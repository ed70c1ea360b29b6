"""How good a ranking is, measured as ../shared/benchmark/score.py measures it.

protocol     folds, queries, candidate pools, and what mode earlier may know
runs         a ranking as a table (a run): from scores, to a file, checked
metrics      a run against the deals that happened: NDCG@10, MRR, recall, coverage, calibration
baselines    what a ranking is compared with, behind one interface
results      one model on one fold, small enough to keep: figures, reliability bins, reach by popularity
plots        the charts of the benchmark page; the only import of matplotlib
report       the benchmark page
declined     who passed on a film beside who took one
ours         our own model on a past window
boosted      LambdaMART in the place of our last stage
learning     our model with less history
benchmark    all folds, our model and every baseline: what fills the page
"""
