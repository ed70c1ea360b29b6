"""Taking the file of an import; apart, because its form may be as large as an upload."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.errors import Invalid, TooLarge
from service.usecases import imports
from service.web.forms import FormDep
from service.web.page import PageDep
from service.web.pages.agent.imports import list_page
from service.web.pages.agent.own import agent_of

__all__ = ["router"]

router = APIRouter(prefix="/imports")


@router.post("")
def upload(page: PageDep, form: FormDep) -> Response:
    """Keep the file, and on to its columns."""
    agent = agent_of(page)
    file = form.file("file")
    try:
        if file is None:
            raise Invalid.field(
                "file", page.say("no file was chosen"), page.say("Choose a CSV or an Excel file")
            )
        described = imports.upload_file(
            page.uow,
            page.actor,
            name=file.filename or "",
            content=file.file.read(),
            company_id=agent.company_id,
        )
    except Invalid as error:
        for problem in error.problems:
            form.problems.setdefault("file", problem)
        return list_page(page, agent, form, 422)
    except TooLarge as error:
        return list_page(page, agent, form.refused(Invalid.field("file", error.message, error.remedy)), 413)
    return page.go(f"/imports/files/{described.file.file_id}")
