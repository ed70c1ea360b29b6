"""Bundles: their figures, two side by side, and which one is in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service.api.schemas.bundles import PromotionIn
from service.domain.bundles import BundleRecord
from service.errors import Conflict, Invalid
from service.usecases import bundles, training
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import After, Words, further, request_of
from service.web.page import AdministratorsPageDep, Page
from service.web.quality import compared, territory_rows

__all__ = ["router"]

router = APIRouter(prefix="/admin/bundles")


@router.get("")
def listed(page: AdministratorsPageDep, after: After = None) -> Response:
    """The latest first, and what was in force when."""
    return _listed(page, after=after)


@router.post("/train")
def train(page: AdministratorsPageDep) -> Response:
    """Ask for a training; where one waits or runs, it is the same."""
    training.request_training(page.uow, page.actor)
    return page.go("/admin/jobs", page.say("The training is asked for. This page shows how far it is."))


@router.post("/rollback")
def roll_back(page: AdministratorsPageDep, form: FormDep) -> Response:
    """Put in force again what was so before."""
    try:
        wanted = form.read(PromotionIn)
        current = bundles.roll_back(
            page.uow,
            page.actor,
            page.bundles,
            page.state.encoder,
            counter=wanted.counter,
            reason=wanted.reason,
        )
    except (Conflict, Invalid) as error:
        return _listed(page, 409 if isinstance(error, Conflict) else 422, form.refused(error))
    notice = page.say("The bundle %(version)s is in force again.", version=current.version)
    return page.go("/admin/bundles", notice)


@router.get("/compare")
def compare(page: AdministratorsPageDep, one: Words = "", other: Words = "") -> Response:
    """Two bundles side by side; by default the latest and the one in force."""
    known = bundles.list_bundles(page.uow, page.actor, request_of(None)).items
    current = bundles.current_bundle(page.uow, page.actor).version or ""
    one = one or next((bundle.version for bundle in known if bundle.version != current), "")
    other = other or current
    both = bundles.compare(page.uow, page.actor, one, other) if one and other else None
    return page.show(
        "admin/compare.html",
        compared=both,
        untils=(_until(both.one), _until(both.other)) if both else (),
        window=compared(page.reader, _judged(both.one), _judged(both.other)) if both else (),
        training=compared(page.reader, both.one.figures, both.other.figures) if both else (),
        one=one,
        other=other,
        current=current,
        bundles=known,
    )


@router.get("/{version}")
def show(page: AdministratorsPageDep, version: str) -> Response:
    """One bundle with its figures, and what it takes to put it in force."""
    return _shown(page, version)


@router.post("/{version}/promote")
def promote(page: AdministratorsPageDep, version: str, form: FormDep) -> Response:
    """Put it in force, unless somebody else decided since this page was read."""
    try:
        wanted = form.read(PromotionIn)
        bundles.promote(
            page.uow,
            page.actor,
            page.bundles,
            page.state.encoder,
            version,
            counter=wanted.counter,
            reason=wanted.reason,
        )
    except (Conflict, Invalid) as error:
        return _shown(page, version, 409 if isinstance(error, Conflict) else 422, form.refused(error))
    notice = page.say("The bundle %(version)s is in force. Every replica takes it up.", version=version)
    return page.go("/admin/bundles", notice)


def _listed(page: Page, status: int = 200, form: Form | None = None, after: int | None = None) -> Response:
    found = bundles.list_bundles(page.uow, page.actor, request_of(after))
    return page.show(
        "admin/bundles.html",
        status,
        bundles=[(bundle, _until(bundle)) for bundle in found.items],
        further=further(page.request, found),
        current=bundles.current_bundle(page.uow, page.actor),
        promotions=bundles.list_promotions(page.uow, page.actor, request_of(None, 10)).items,
        form=form or empty_form(),
    )


def _shown(page: Page, version: str, status: int = 200, form: Form | None = None) -> Response:
    bundle = bundles.get_bundle(page.uow, page.actor, version)
    latest = bundles.list_promotions(page.uow, page.actor, request_of(None, 1)).items
    return page.show(
        "admin/bundle.html",
        status,
        bundle=bundle,
        until=_until(bundle),
        rows=territory_rows(bundle.comparison),
        window=compared(page.reader, _judged(bundle), _judged(bundle, "in_force")),
        training=compared(page.reader, bundle.figures, {}),
        current=bundles.current_bundle(page.uow, page.actor),
        latest=latest[0] if latest else None,
        form=form or empty_form(),
    )


def _judged(bundle: BundleRecord, side: str = "new") -> dict[str, Any]:
    """How it, or the one in force then, did on the deals held back; {} where it was not asked."""
    return (bundle.comparison or {}).get(side) or {}


def _until(bundle: BundleRecord) -> date | None:
    """The day before which its deals were released."""
    text = bundle.manifest.get("until")
    return date.fromisoformat(text) if text else None
