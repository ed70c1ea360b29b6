"""Administration at a glance: what is in force, what works and what failed; first steps while nothing is there."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.domain.paging import PageRequest
from service.domain.words import JobState, MergeState
from service.store.repositories.companies import CompanyFilter
from service.store.repositories.films import FilmFilter
from service.usecases import bundles, companies, films, imports, jobs, merges, people
from service.web.page import AdministratorsPageDep
from service.web.pages.admin.jobs import KINDS

__all__ = ["router"]

router = APIRouter(prefix="/admin")

_FEW = PageRequest(5)
_ONE = PageRequest(1)


@router.get("")
def show(page: AdministratorsPageDep) -> Response:
    """The overview."""
    uow, actor = page.uow, page.actor
    current = bundles.current_bundle(uow, actor)
    bundle = bundles.get_bundle(uow, actor, current.version) if current.version else None
    matchers = page.state.matchers
    return page.show(
        "admin/overview.html",
        current=current,
        bundle=bundle,
        loaded=matchers.version if matchers else None,
        waiting=jobs.list_jobs(uow, actor, _FEW, state=JobState.QUEUED).items,
        running=jobs.list_jobs(uow, actor, _FEW, state=JobState.RUNNING).items,
        failed=jobs.list_jobs(uow, actor, _FEW, state=JobState.FAILED).items,
        kinds=KINDS,
        open_jobs=jobs.open_jobs(uow),
        imported=imports.list_imports(uow, actor, _FEW).items,
        alike=len(merges.list_merges(uow, actor, PageRequest(99), state=MergeState.PROPOSED).items),
        has_films=bool(films.list_films(uow, actor, _ONE, FilmFilter()).items),
        has_companies=bool(companies.list_companies(uow, actor, _ONE, CompanyFilter()).items),
        has_people=len(people.list_users(uow, actor, PageRequest(2)).items) > 1,
    )
