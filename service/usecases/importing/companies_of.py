"""Which company a distributor profile belongs to when a table only names it.

A profile keeps its company. A new one joins the only distributor of exactly its name that has no profile in the
territory yet; where there is none, or there are several, it gets a company of its own. Companies that are merely
alike, or of the name and no distributors, are proposed for merging, never joined here: a name is for its owner to
choose, and who chooses that of a distributor must not become one.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

from service.domain.accounts import Company
from service.domain.words import CompanyKind
from service.store.unit_of_work import UnitOfWork

__all__ = ["CompaniesOf"]


class CompaniesOf:
    """Finds companies by name within one unit of work.

    unsaved: those that were made up, by id; they have to be stored before the profiles.
    """

    def __init__(self, tx: UnitOfWork) -> None:
        self._named: dict[str, list[str]] = defaultdict(list)
        for company in tx.companies.stream():
            if CompanyKind.DISTRIBUTOR in company.kinds:
                self._named[company.name.casefold()].append(company.company_id)
        self._of_profile: dict[str, str] = {}
        self._taken: set[tuple[str, str]] = set()
        for profile in tx.distributors.stream():
            self._of_profile[profile.distributor_id] = profile.company_id
            self._taken.add((profile.company_id, profile.territory))
        self.unsaved: dict[str, Company] = {}

    def company_id(self, distributor_id: str, name: str, territory: str) -> str:
        """The company of a profile, which may be an unsaved one."""
        known = self._of_profile.get(distributor_id)
        if known is not None:
            return known
        free = [one for one in self._named[name.casefold()] if (one, territory) not in self._taken]
        company_id = free[0] if len(free) == 1 else self._fresh(distributor_id, name)
        self._of_profile[distributor_id] = company_id
        self._taken.add((company_id, territory))
        return company_id

    def _fresh(self, distributor_id: str, name: str) -> str:
        # Made from the profile's id, so that two imports of one file at once make the same company.
        digest = hashlib.sha256(distributor_id.encode()).hexdigest()[:32]
        company = Company(f"company_{digest}", name, frozenset({CompanyKind.DISTRIBUTOR}))
        self.unsaved[company.company_id] = company
        self._named[name.casefold()].append(company.company_id)
        return company.company_id
