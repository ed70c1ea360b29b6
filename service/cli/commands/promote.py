"""reelmatch promote: put a bundle in force, in every replica."""

from __future__ import annotations

from argparse import Namespace

from service.bundle_store import BundleStore
from service.cli.opening import opened
from service.security.actor import Actor
from service.usecases.bundles import promote
from service.usecases.embedding import encoder_of

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Promote, and say what is in force now."""
    with opened() as (settings, uow):
        actor = Actor.system("promote")
        now = promote(
            uow, actor, BundleStore.of(settings), encoder_of(settings), args.version, reason=args.reason
        )
    print(f"bundle {now.version} is in force")
    return 0
