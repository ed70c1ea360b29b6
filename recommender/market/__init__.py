"""What the market is.

domain       one film, distributor, deal, match, reason
columns      the columns of the tables, and what their cells hold
tables       Market: the frames; read and write a folder
files        CSV and Parquet <-> frames of text
checks       what is wrong with a folder, and what to do about it (cells: one column; problems: the words)
film_file    one film from a JSON file
ids          external id <-> row number
territories  ISO 3166-1 alpha-2
eligibility  who may be asked about a film, and why the others may not
"""

from recommender.market.domain import Comparable, Deal, Distributor, Film, Match, Outlook, Reason
from recommender.market.film_file import film_from_json
from recommender.market.tables import Market, market_from_frames, read_market, write_market

__all__ = [
    "Comparable",
    "Deal",
    "Distributor",
    "Film",
    "Market",
    "Match",
    "Outlook",
    "Reason",
    "film_from_json",
    "market_from_frames",
    "read_market",
    "write_market",
]
