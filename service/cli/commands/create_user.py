"""reelmatch create-user: let a person in."""

from __future__ import annotations

import sys
from argparse import Namespace

from recommender.cli.inputs import say
from service.cli.opening import Opened, opened
from service.domain.words import Role
from service.errors import Invalid
from service.links import invitation_link
from service.security.actor import Actor
from service.security.identity import Passwords
from service.security.invitations import Invitation
from service.usecases import companies, people

__all__ = ["run"]

_ACTOR = Actor.system("create-user")


def run(args: Namespace) -> int:
    """Print the id of an administrator with a password, or else the link with which a person sets one."""
    if args.password_stdin and not args.administrator:
        raise Invalid.field(
            "--password-stdin", "only administrators get a password here", "Hand over the invitation instead"
        )
    with opened() as store:
        if args.password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
            user = people.create_administrator(
                store.uow, Passwords(), _ACTOR, email=args.email, name=args.name, password=password
            )
            print(user.user_id)
            return 0
        _tell(store, args.email, _invitation(store, args))
    return 0


def _invitation(store: Opened, args: Namespace) -> Invitation | None:
    if args.administrator:
        return people.invite_user(
            store.uow, _ACTOR, email=args.email, name=args.name, is_administrator=True
        ).invitation
    return companies.add_member(
        store.uow, _ACTOR, args.company, email=args.email, name=args.name, role=Role(args.role)
    ).invitation


def _tell(store: Opened, email: str, invitation: Invitation | None) -> None:
    if invitation is None:
        say(f"{email} had an account already, and is now a member of the company")
        return
    say(f"{email} sets a password with this, once, until {invitation.expires_at:%Y-%m-%d %H:%M} UTC:")
    print(invitation_link(store.settings, invitation.text))
