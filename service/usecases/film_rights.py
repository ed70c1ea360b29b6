"""The rights of a film as people recorded them: grants that say the same of several territories and uses, as one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from service.domain.paging import PageRequest
from service.domain.rights import RightsGrant
from service.domain.words import MediaRight
from service.errors import NotFound
from service.security.actor import Actor
from service.store.repositories.rights import GrantFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.rights import list_grants

__all__ = ["AlikeGrants", "film_rights", "found_alike"]

_AT_A_TIME: Final = 2_000
_OWN_TO_EACH: Final = {"grant_id": "", "territory": "", "media_right": MediaRight.THEATRICAL, "version": 0}


@dataclass(frozen=True, slots=True)
class AlikeGrants:
    """Each of media_rights in each of territories, under the same conditions.

    key: follows from what it holds. one: a grant of it, for what all have in common. versions: by grant id.
    """

    key: str
    territories: tuple[str, ...]
    media_rights: tuple[MediaRight, ...]
    one: RightsGrant
    versions: Mapping[str, int]

    @property
    def grant_ids(self) -> tuple[str, ...]:
        """All of it."""
        return tuple(self.versions)

    @property
    def version(self) -> str:
        """Changes with any of its grants."""
        said = " ".join(f"{grant_id}:{version}" for grant_id, version in sorted(self.versions.items()))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def film_rights(uow: UnitOfWorkFactory, actor: Actor, film_id: str) -> tuple[AlikeGrants, ...]:
    """What the actor may see of the rights of a film, held before sold."""
    grants: list[RightsGrant] = []
    page: PageRequest | None = PageRequest(_AT_A_TIME)
    while page is not None:
        found = list_grants(uow, actor, page, GrantFilter(film_id=film_id))
        grants += found.items
        page = None if found.next_after is None else PageRequest(_AT_A_TIME, found.next_after)
    return tuple(sorted(_alike(grants), key=lambda alike: (alike.one.direction.value, alike.territories)))


def found_alike(uow: UnitOfWorkFactory, actor: Actor, film_id: str, key: str) -> AlikeGrants:
    """The ones with this key. Raises NotFound where they were changed since."""
    for alike in film_rights(uow, actor, film_id):
        if alike.key == key:
            return alike
    raise NotFound("grant", key, "Somebody changed these rights meanwhile: look at the page again")


def _alike(grants: Iterable[RightsGrant]) -> Iterator[AlikeGrants]:
    conditions: dict[RightsGrant, dict[str, list[RightsGrant]]] = defaultdict(lambda: defaultdict(list))
    for grant in grants:
        common = replace(grant, **_OWN_TO_EACH, created_at=None, updated_at=None)  # type: ignore[arg-type]
        conditions[common][grant.territory].append(grant)
    for places in conditions.values():
        by_rights: dict[frozenset[MediaRight], list[RightsGrant]] = defaultdict(list)
        for some in places.values():
            by_rights[frozenset(grant.media_right for grant in some)] += some
        for rights, some in by_rights.items():
            yield AlikeGrants(
                key=hashlib.sha256("".join(sorted(grant.grant_id for grant in some)).encode()).hexdigest()[
                    :16
                ],
                territories=tuple(sorted({grant.territory for grant in some})),
                media_rights=tuple(right for right in MediaRight if right in rights),
                one=some[0],
                versions={grant.grant_id: grant.version for grant in some},
            )
