"""Lists as files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ActorDep, StateDep, UowDep
from service.api.downloads import CSV, XLSX, Download, download, file_responses
from service.api.idempotency import IdempotentRoute
from service.api.problems import responses
from service.settings import Settings
from service.tables_io.writing import Sheet, csv_chunks, workbook_bytes
from service.usecases.exports import ExportFilter, ExportList, Table, export_table

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["exports"])

IdQuery = Annotated[str, Query(max_length=200)]
Territory = Annotated[str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")]
RunId = Annotated[
    str, Query(max_length=200, description="The answer to export, for matches and suggestions.")
]


@router.get(
    "/exports/{list}.csv",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(CSV)},
)
def export_csv(
    list: ExportList,  # noqa: A002 - the name in the path
    actor: ActorDep,
    uow: UowDep,
    state: StateDep,
    company_id: IdQuery = "",
    film_id: IdQuery = "",
    distributor_id: IdQuery = "",
    territory: Territory = "",
    run_id: RunId = "",
) -> Download:
    """What you may see of a list as CSV (UTF-8); texts that a spreadsheet would run begin with an apostrophe."""
    table = _table(uow, actor, state.settings, list, company_id, film_id, distributor_id, territory, run_id)
    return download(f"{list}.csv", CSV, csv_chunks(table.header, table.rows))


@router.get(
    "/exports/{list}.xlsx",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(XLSX)},
)
def export_xlsx(
    list: ExportList,  # noqa: A002 - the name in the path
    actor: ActorDep,
    uow: UowDep,
    state: StateDep,
    company_id: IdQuery = "",
    film_id: IdQuery = "",
    distributor_id: IdQuery = "",
    territory: Territory = "",
    run_id: RunId = "",
) -> Download:
    """What you may see of a list as XLSX; texts are texts, never formulas or links."""
    table = _table(uow, actor, state.settings, list, company_id, film_id, distributor_id, territory, run_id)
    return download(f"{list}.xlsx", XLSX, [workbook_bytes([Sheet(table.sheet, table.header, table.rows)])])


def _table(uow: UowDep, actor: ActorDep, settings: Settings, what: ExportList, *conditions: str) -> Table:
    return export_table(uow, actor, settings, what, ExportFilter(*conditions))
