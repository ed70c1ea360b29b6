"""A client for programs. Five lines get matches:

    from service.client import Client
    with Client("https://films.example.org", key="rm_...") as reelmatch:
        for found in reelmatch.match("film_0198...", ["FR", "US"]).territories:
            for match in found.matches:
                print(match.territory, match.rank, match.name, f"{match.probability:.0%}")

A test compares what is here with the API's description. Fields that a newer service adds are ignored.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx2

__all__ = [
    "Client",
    "ClientError",
    "Comparable",
    "Match",
    "MatchAnswer",
    "Outlook",
    "Reason",
    "Slate",
    "Territory",
]

PREFIX: Final = "/api/v1"
_LONGEST_WAIT_S: Final = 60.0

T = TypeVar("T")
JSON = dict[str, Any]


class ClientError(Exception):
    """The service refused or failed. status: of HTTP, 0 where it could not be reached; problem: as RFC 9457."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = dict(problem)
        said = [
            str(problem.get("detail") or problem.get("title") or "no answer"),
            str(problem.get("remedy") or ""),
        ]
        super().__init__(" ".join(part for part in said if part))


@dataclass(frozen=True, slots=True)
class Comparable:
    """A past release like the film. similarity: cosine; outcome_percentile: 0..1 in its territory and year."""

    film_id: str
    title: str
    year: int | None
    distributor_id: str
    territory: str
    release_date: str
    similarity: float
    outcome_percentile: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in words; log_odds: its part of the match's log-odds, below zero against.

    kind and facts: what text says, to word it otherwise.
    """

    group: str
    text: str
    log_odds: float
    comparables: tuple[Comparable, ...]
    kind: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How the comparables did."""

    releases: int
    median_percentile: float | None
    share_above_median: float | None


@dataclass(frozen=True, slots=True)
class Match:
    """A film and a distributor. probability: calibrated, 0..1. reasons, comparables: empty unless explained."""

    rank: int
    film_id: str | None
    title: str
    distributor_id: str
    name: str
    territory: str
    probability: float
    log_odds: float | None = None
    reasons: tuple[Reason, ...] = ()
    comparables: tuple[Comparable, ...] = ()
    outlook: Outlook | None = None


@dataclass(frozen=True, slots=True)
class Territory:
    """The matches of a territory. unavailable: why nobody there can be asked, else ""."""

    territory: str
    rights: str | None
    unavailable: str
    eligible: int
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class MatchAnswer:
    """Who should see a film. run_id: to have the same answer again."""

    run_id: str
    bundle_version: str
    territories: tuple[Territory, ...]


@dataclass(frozen=True, slots=True)
class Slate:
    """The films on offer for a distributor, the best first. on_offer: how many there are in all."""

    run_id: str
    bundle_version: str
    on_offer: int
    suggestions: tuple[Match, ...]


class Client:
    """Asks one service with one key; use it inside `with`, from one thread.

    Waits and tries again, up to `retries` times, where the service is away or asks to slow down; writes carry an
    idempotency key, so that nothing happens twice. Raises ClientError.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout_s: float = 30.0,
        retries: int = 4,
        http: httpx2.Client | None = None,
    ) -> None:
        self._http = http or httpx2.Client(base_url=url, timeout=timeout_s)
        self._headers = {"Authorization": f"Bearer {key}"}
        self._retries = retries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def match(
        self,
        film: str | Mapping[str, Any],
        territories: Sequence[str],
        *,
        media_right: str = "theatrical",
        k: int = 10,
        explain: bool = True,
        **more: Any,
    ) -> MatchAnswer:
        """Rank distributors for a film: the id of a stored one, or the fields of one that is described here.

        more: other fields of the request, such as window, exclude or min_probability.
        """
        asked: JSON = {"film_id": film} if isinstance(film, str) else {"film": dict(film)}
        asked |= {"territories": list(territories), "media_right": media_right, "k": k, "explain": explain}
        asked |= more
        answer = self.post("/matches", asked)
        found = tuple(
            _made(Territory, part, matches=tuple(_match(one) for one in part["matches"]))
            for part in answer["territories"]
        )
        return _made(MatchAnswer, answer, territories=found)

    def suggestions(self, distributor_id: str, *, k: int = 20, explain: bool = True, **more: Any) -> Slate:
        """Rank the films on offer for a distributor of yours; more: other filters of the API, such as since."""
        answer = self.get(f"/distributors/{distributor_id}/suggestions", k=k, explain=explain, **more)
        return _made(Slate, answer, suggestions=tuple(_match(one) for one in answer["suggestions"]))

    def films(self, **filters: Any) -> Iterator[JSON]:
        """Every film you may see, page after page; filters: as of the API, such as year_from or query."""
        return self.pages("/films", **filters)

    def create_film(self, title: str, synopsis: str = "", **more: Any) -> JSON:
        """Add a film of your company; it can be matched at once."""
        added: JSON = self.post("/films", {"title": title, "synopsis": synopsis, **more})
        return added

    def give_feedback(self, kind: str, film_id: str, distributor_id: str, **more: Any) -> JSON:
        """Record what happened: seen, shortlisted, passed, meeting_asked, met, offer or signed."""
        given = {"kind": kind, "film_id": film_id, "distributor_id": distributor_id, **more}
        added: JSON = self.post("/feedback", given)
        return added

    def avails(self, film_id: str, territories: Sequence[str] = (), media_rights: Sequence[str] = ()) -> JSON:
        """What is held minus what is sold, by territory and media right."""
        asked = {"territory": list(territories), "media_right": list(media_rights)}
        table: JSON = self.get(f"/films/{film_id}/avails", **asked)
        return table

    def pages(self, path: str, **parameters: Any) -> Iterator[JSON]:
        """Everything in a list of the API."""
        cursor: str | None = None
        while True:
            page = self.get(path, **parameters, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return

    def get(self, path: str, **parameters: Any) -> Any:
        """Read anything; path: after /api/v1."""
        return self._answer("GET", path, params=parameters)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Write anything."""
        return self._answer("POST", path, json=dict(body), key=uuid.uuid4().hex)

    def patch(self, path: str, body: Mapping[str, Any], *, version: int) -> Any:
        """Change some of anything, unless somebody did since it was read; version: as it was read."""
        return self._answer("PATCH", path, json=dict(body), key=uuid.uuid4().hex, version=version)

    def _answer(
        self, method: str, path: str, *, key: str = "", version: int | None = None, **content: Any
    ) -> Any:
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        headers |= {} if version is None else {"If-Match": f'"{version}"'}
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                answer = self._http.request(method, f"{PREFIX}{path}", headers=headers, **content)
            except httpx2.TransportError as error:
                if last:
                    raise ClientError(0, {"detail": f"the service cannot be reached: {error}"}) from error
                time.sleep(min(0.5 * 2**attempt, _LONGEST_WAIT_S))
                continue
            if answer.is_success:
                return answer.json() if answer.content else None
            if last or answer.status_code not in (429, 503):
                raise ClientError(answer.status_code, _problem(answer))
            time.sleep(min(float(answer.headers.get("Retry-After", 1)), _LONGEST_WAIT_S))
        raise AssertionError("the last attempt returns or raises")


def _match(answer: Mapping[str, Any]) -> Match:
    outlook = answer.get("outlook")
    reasons = (
        _made(Reason, one, comparables=_comparables(one["comparables"]))
        for one in answer.get("reasons") or ()
    )
    return _made(
        Match,
        answer,
        reasons=tuple(reasons),
        comparables=_comparables(answer.get("comparables") or ()),
        outlook=_made(Outlook, outlook) if outlook else None,
    )


def _comparables(answers: Sequence[Mapping[str, Any]]) -> tuple[Comparable, ...]:
    return tuple(_made(Comparable, one) for one in answers)


def _made(kind: type[T], answer: Mapping[str, Any], **parts: Any) -> T:
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in answer.items() if name in known} | parts)


def _problem(answer: httpx2.Response) -> JSON:
    try:
        problem = answer.json()
    except ValueError:
        return {"title": answer.reason_phrase}
    return problem if isinstance(problem, dict) else {"title": answer.reason_phrase}
