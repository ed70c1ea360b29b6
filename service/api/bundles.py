"""Trained bundles, and which one is in force."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ActorDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.matching_deps import EncoderDep, StoreDep
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.bundles import (
    BundleOut,
    ComparedOut,
    CurrentBundleOut,
    PromotionIn,
    PromotionOut,
)
from service.api.schemas.jobs import JobOut
from service.usecases import bundles, training

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["bundles"])


@router.get("/bundles", responses=responses())
def list_bundles(actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[BundleOut]:
    """All bundles, the latest first."""
    return paging.render(bundles.list_bundles(uow, actor, paging.request), BundleOut.of)


@router.get("/bundles/current", responses=responses())
def current_bundle(actor: ActorDep, uow: UowDep) -> CurrentBundleOut:
    """What is in force."""
    return CurrentBundleOut.of(bundles.current_bundle(uow, actor))


@router.get("/bundles/promotions", responses=responses())
def list_promotions(actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[PromotionOut]:
    """What was put in force when, and why; the latest first."""
    return paging.render(bundles.list_promotions(uow, actor, paging.request), PromotionOut.of)


@router.post("/bundles/train", status_code=202, responses=responses(409))
def train(actor: ActorDep, uow: UowDep) -> JobOut:
    """Train on the market as it is, and put the new bundle in force unless it is worse; for administrators.

    While a training waits or runs, this answers with it.
    """
    return JobOut.of(training.request_training(uow, actor))


@router.post("/bundles/rollback", responses=responses(409))
def roll_back(
    body: PromotionIn, actor: ActorDep, uow: UowDep, store: StoreDep, encoder: EncoderDep
) -> CurrentBundleOut:
    """Put in force again what was so before; for administrators."""
    current = bundles.roll_back(uow, actor, store, encoder, counter=body.counter, reason=body.reason)
    return CurrentBundleOut.of(current)


@router.get("/bundles/{version}", responses=responses(404))
def get_bundle(version: str, actor: ActorDep, uow: UowDep) -> BundleOut:
    """One bundle, with its figures and its comparison."""
    return BundleOut.of(bundles.get_bundle(uow, actor, version))


@router.get("/bundles/{version}/comparison", responses=responses(404))
def compare(
    version: str, actor: ActorDep, uow: UowDep, other: Annotated[str, Query(max_length=200)]
) -> ComparedOut:
    """Two bundles side by side."""
    return ComparedOut.of(bundles.compare(uow, actor, version, other))


@router.post("/bundles/{version}/promote", responses=responses(404, 409))
def promote(
    version: str, body: PromotionIn, actor: ActorDep, uow: UowDep, store: StoreDep, encoder: EncoderDep
) -> CurrentBundleOut:
    """Put a bundle in force, in every replica within seconds; for administrators."""
    current = bundles.promote(uow, actor, store, encoder, version, counter=body.counter, reason=body.reason)
    return CurrentBundleOut.of(current)
