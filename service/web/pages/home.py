"""The first page: where each kind of person begins."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.web.navigation import home_of
from service.web.page import PageDep

__all__ = ["router"]

router = APIRouter()


@router.get("/")
def home(page: PageDep) -> Response:
    """On to where this person begins the day."""
    return page.go(home_of(page.actor))
