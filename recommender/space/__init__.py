"""The shared vector space: from the words about films and distributors to vectors and neighbours.

text     the only place that decides what text of a film or a distributor is embedded
encoder  text -> unit vectors, offline, the same vector for the same text in any batch
cache    vectors on disk, keyed by text and encoder
index    FAISS: the nearest vectors; the only import of faiss
"""

from recommender.space.cache import CachedEncoder, EmbeddingCache
from recommender.space.encoder import SentenceTransformerEncoder, TextEncoder
from recommender.space.index import VectorIndex
from recommender.space.text import brief_texts, film_texts

__all__ = [
    "CachedEncoder",
    "EmbeddingCache",
    "SentenceTransformerEncoder",
    "TextEncoder",
    "VectorIndex",
    "brief_texts",
    "film_texts",
]
