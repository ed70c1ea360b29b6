"""Matches and the follow-up as files, worded for who reads them; programs take them from the API."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.api.downloads import CSV, XLSX, download
from service.tables_io.writing import csv_chunks, xlsx_bytes
from service.usecases.exports import ExportFilter, ExportList, export_table
from service.web.page import PageDep
from service.web.wording import wording_of

__all__ = ["router"]

router = APIRouter(prefix="/files")

Id = Annotated[str, Query(max_length=200)]


@router.get("/{what}.{kind}")
def show(
    page: PageDep,
    what: Literal["matches", "suggestions", "follow_up"],
    kind: Literal["csv", "xlsx"],
    company_id: Id = "",
    film_id: Id = "",
    run_id: Id = "",
) -> Response:
    """A list that people read, as CSV or for a spreadsheet."""
    where = ExportFilter(company_id=company_id, film_id=film_id, run_id=run_id)
    table = export_table(
        page.uow, page.actor, page.state.settings, ExportList(what), where, wording_of(page.reader)
    )
    if kind == "csv":
        return download(f"{what}.csv", CSV, csv_chunks(table.header, table.rows))
    return download(f"{what}.xlsx", XLSX, [xlsx_bytes(table.header, table.rows)])
