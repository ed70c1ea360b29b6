"""reelmatch create-key: an API key for a program."""

from __future__ import annotations

from argparse import Namespace

from recommender.cli.inputs import say
from service.cli.opening import opened
from service.domain.words import Scope
from service.security.actor import Actor
from service.usecases import keys

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Print the key, alone on stdout, so that a script can keep it."""
    with opened() as store:
        new = keys.make_key(
            store.uow,
            Actor.system("create-key"),
            name=args.name,
            company_id=args.company,
            scopes=frozenset(Scope(scope) for scope in args.scopes),
            expires_at=args.expires,
        )
    say("This key cannot be shown again. Send it as `Authorization: Bearer ...`:")
    print(new.key.text)
    return 0
