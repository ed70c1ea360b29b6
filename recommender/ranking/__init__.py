"""From candidates to an honest probability.

fit          deals -> LightFM weights; the only import of lightfm
"""
