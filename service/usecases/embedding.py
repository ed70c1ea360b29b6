"""Texts of films and briefs as vectors: encoded once by a worker, kept in PostgreSQL, read by every replica."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.space.encoder import SentenceTransformerEncoder, TextEncoder
from recommender.space.text import brief_texts, film_texts
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.matching import StoredVector
from service.domain.words import ChangeKind
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.market import distributors_frame, films_frame

__all__ = [
    "EMBED",
    "StoredTexts",
    "TimedEncoder",
    "brief_vectors",
    "embed_pending",
    "encoder_of",
    "film_vectors",
    "request_embedding",
    "stored_texts",
]

EMBED: Final = "embed"
"""Name of the task, and what keeps it from waiting twice."""

_PORTION: Final = 64
"""Texts between two commits, about a second of work: what is written is in the index soon."""

Report = Callable[[int, int], None]
Texts = dict[str, str]
"""id -> text."""


def encoder_of(settings: Settings) -> TextEncoder:
    """The encoder that the settings name; its model is loaded when first needed."""
    return SentenceTransformerEncoder(settings.encoder or None)


def request_embedding(tx: UnitOfWork) -> None:
    """Have a worker embed what is pending. Raises Conflict when that waits already."""
    tx.jobs.defer(EMBED, {}, queue="quick", queueing_lock=EMBED, priority=10)


def embed_pending(
    uow: UnitOfWorkFactory, encoder: TextEncoder, report: Report, since: int | None = None
) -> int:
    """Encode every text whose vector is missing or of an older text; returns how many.

    report: told after each portion how many are done, of how many. since: a revision up to which that was done before,
    so that only what changed after it is looked at. What is committed stays, whatever happens then, and the next call
    goes on from there.
    """
    with uow(statement_timeout_s=0) as tx:
        films, briefs = (
            _all_pending(tx, encoder.fingerprint)
            if since is None
            else _changed_pending(tx, encoder.fingerprint, since)
        )
    portions = [(texts, True) for texts in _portions(films)] + [(texts, False) for texts in _portions(briefs)]
    done = 0
    for texts, are_films in portions:
        vectors = encoder.encode(list(texts.values()))
        rows = [
            StoredVector(object_id, encoder.fingerprint, _digest(text), vector)
            for (object_id, text), vector in zip(texts.items(), vectors, strict=True)
        ]
        with uow() as tx:
            put = tx.vectors.put_films if are_films else tx.vectors.put_briefs
            put(rows)
            tx.commit()
        done += len(rows)
        report(done, len(films) + len(briefs))
    return done


def film_vectors(
    tx: UnitOfWork, films: Iterable[FilmRecord], encoder: str, dimension: int
) -> dict[str, NDArray[np.float32]]:
    """The vector of each film whose text is embedded or blank, by film id; encoder: a fingerprint."""
    texts = _film_texts(films)
    return _current(texts, tx.vectors.films(texts, encoder), dimension)


def brief_vectors(
    tx: UnitOfWork, profiles: Iterable[DistributorProfile], encoder: str, dimension: int
) -> dict[str, NDArray[np.float32]]:
    """The vector of each distributor whose brief is embedded or blank, by distributor id."""
    texts = _brief_texts(profiles)
    return _current(texts, tx.vectors.briefs(texts, encoder), dimension)


@dataclass(frozen=True, slots=True, eq=False)
class StoredTexts:
    """A TextEncoder that knows stored vectors by the sha256 of their text, and asks `encoder` for the rest."""

    encoder: TextEncoder
    known: Mapping[bytes, NDArray[np.float32]]

    @property
    def fingerprint(self) -> str:
        """See TextEncoder."""
        return self.encoder.fingerprint

    @property
    def dimension(self) -> int:
        """See TextEncoder; the model need not be loaded where a vector is known."""
        return len(next(iter(self.known.values()))) if self.known else self.encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See TextEncoder."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        found = [self.known.get(_digest(text)) for text in texts]
        for row, vector in enumerate(found):
            if vector is not None:
                vectors[row] = vector
        missing = [row for row, vector in enumerate(found) if vector is None and texts[row].strip()]
        if missing:
            vectors[missing] = self.encoder.encode([texts[row] for row in missing])
        return vectors


@dataclass(frozen=True, slots=True, eq=False)
class TimedEncoder:
    """A TextEncoder whose work is timed as the stage `encode`."""

    encoder: TextEncoder
    stage: Callable[[str], AbstractContextManager[None]]

    @property
    def fingerprint(self) -> str:
        """See TextEncoder."""
        return self.encoder.fingerprint

    @property
    def dimension(self) -> int:
        """See TextEncoder."""
        return self.encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See TextEncoder."""
        with self.stage("encode"):
            return self.encoder.encode(texts)


def stored_texts(tx: UnitOfWork, encoder: TextEncoder) -> StoredTexts:
    """All stored vectors of the encoder."""
    name = encoder.fingerprint
    films = tx.vectors.films(tx.vectors.film_hashes(name), name)
    briefs = tx.vectors.briefs(tx.vectors.brief_hashes(name), name)
    stored = (*films.values(), *briefs.values())
    return StoredTexts(encoder, {bytes(one.text_sha256): one.vector for one in stored})


def _film_texts(records: Iterable[FilmRecord]) -> Texts:
    frame = films_frame(record.film for record in records)
    return dict(zip(frame["film_id"], film_texts(frame), strict=True))


def _brief_texts(profiles: Iterable[DistributorProfile]) -> Texts:
    frame = distributors_frame(profile.distributor for profile in profiles)
    return dict(zip(frame["distributor_id"], brief_texts(frame), strict=True))


def _all_pending(tx: UnitOfWork, encoder: str) -> tuple[Texts, Texts]:
    films, briefs = _film_texts(tx.films.stream()), _brief_texts(tx.distributors.stream())
    return (
        _pending(films, tx.vectors.film_hashes(encoder)),
        _pending(briefs, tx.vectors.brief_hashes(encoder)),
    )


def _changed_pending(tx: UnitOfWork, encoder: str, since: int) -> tuple[Texts, Texts]:
    changed = tx.changes.since(since)
    film_ids = [change.object_id for change in changed if change.kind is ChangeKind.FILM]
    distributor_ids = [change.object_id for change in changed if change.kind is ChangeKind.DISTRIBUTOR]
    films = _film_texts(tx.films.find(film_ids).values())
    briefs = _brief_texts(tx.distributors.find(distributor_ids).values())
    return (
        _pending(films, _hashes(tx.vectors.films(films, encoder))),
        _pending(briefs, _hashes(tx.vectors.briefs(briefs, encoder))),
    )


def _hashes(stored: Mapping[str, StoredVector]) -> dict[str, bytes]:
    return {object_id: bytes(one.text_sha256) for object_id, one in stored.items()}


def _pending(texts: Texts, stored: Mapping[str, bytes]) -> Texts:
    return {key: text for key, text in texts.items() if text and stored.get(key) != _digest(text)}


def _portions(texts: Texts) -> list[Texts]:
    items = list(texts.items())
    return [dict(items[start : start + _PORTION]) for start in range(0, len(items), _PORTION)]


def _current(
    texts: Texts, stored: Mapping[str, StoredVector], dimension: int
) -> dict[str, NDArray[np.float32]]:
    blank = np.zeros(dimension, dtype=np.float32)
    vectors = {key: blank for key, text in texts.items() if not text}
    for key, one in stored.items():
        if texts[key] and bytes(one.text_sha256) == _digest(texts[key]):
            vectors[key] = one.vector
    return vectors


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
