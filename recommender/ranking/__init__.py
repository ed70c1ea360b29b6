"""From candidates to an honest probability.

catalogue    what a territory's distributors had released by a day, as arrays
features     films and distributors -> LightFM features
fit          deals -> LightFM weights; the only import of lightfm
rerank       scores from LightFM representations in plain numpy
world        what other territories tell
taste        habits of a territory's distributors
houses       companies that bear the same name
sizes        how large a release to expect of a film's names
signals      past-success signals of (film, distributor) pairs
state        everything the signals of a day are made from
rolling      past years asked as if they were today
declines     who passed on what, as the last stage learns from it
choice       conditional logit over the signals
likelihood   of purchases and passes; the weights under which it is highest
probability  utilities -> calibrated probabilities, and their exact additive parts
gain         what the places of a ranking are worth
model        the trained ranking as a whole
facts        what can be counted of a distributor's releases
records      names and dates by row
explain      parts, facts and comparables -> reasons
wording      facts in the words of the trade
"""
