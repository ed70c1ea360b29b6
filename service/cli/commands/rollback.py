"""reelmatch rollback: the bundle that was in force before, in every replica."""

from __future__ import annotations

from argparse import Namespace

from service.bundle_store import BundleStore
from service.cli.opening import opened
from service.security.actor import Actor
from service.usecases.bundles import roll_back
from service.usecases.embedding import encoder_of

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Roll back, and say what is in force now."""
    with opened() as (settings, uow):
        actor, store = Actor.system("rollback"), BundleStore.of(settings)
        now = roll_back(uow, actor, store, encoder_of(settings), reason=args.reason)
    print(f"bundle {now.version} is in force again")
    return 0
