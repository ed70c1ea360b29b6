"""Who may do what: one table of rules, and the questions asked of it.

A rule names standings, that is, how the actor stands to the object. What no rule allows is denied. Why the
rules are as they are: docs/decisions/0008-who-may-see-what.md.

everyone       anyone signed in, and any key with the scope
open           the same, where the object is open: reference data, a public deal, rights held
seller         in the sales agent company that owns or sells it
buyer          in a distributor company that it is of or for, or that has a deal for it
offered        in a distributor company with a profile in a territory where it is offered
company        in the company that it belongs to
organiser      in a company that organises the event, or the event it attends
attendee       in a company that attends the event
self           the person it is about
administrator  an administrator
curator        an administrator, where the object is open

A standing in a company is enough as viewer, unless `member` or `owner` is added.

scope: what an API key needs beside the standing of its company. any: `read` for reading, `write` for the rest;
people: no key may, only a person who is signed in (or an administrator's key).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from service.domain.words import CompanyKind, Role, Scope
from service.errors import Forbidden, NotFound
from service.phrases import phrase
from service.security.actor import Actor

__all__ = ["RULES", "About", "Action", "Sight", "may", "require", "require_allowed", "require_scope", "sight"]


class Action(StrEnum):
    """What is done to an object; creating and changing it are both writing."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


_TABLE: Final = """
what        | scope  | read                                        | write                                | delete
company     | any    | everyone                                    | company owner, administrator         | administrator
company_kinds | any  | everyone                                    | administrator                        |
member      | people | company, administrator                      | company owner, administrator         | company owner, administrator, self
invitation  | people | company owner, administrator                | company owner, administrator         |
user        | people | self, administrator                         | self, administrator                  | self, administrator
api_key     | people | company owner, administrator                | company owner                        | company owner, administrator
admin_key   | people | administrator                               | administrator                        | administrator
audit       | people | company owner, administrator                |                                      |
film        | any    | open, seller, buyer, offered, administrator | seller member, curator               | seller owner, curator
rights      | any    | seller, buyer, curator                      | seller member                        | seller member
avails      | any    | seller, buyer, offered, administrator       |                                      |
deal        | any    | open, seller, buyer                         | seller member, buyer member, curator | seller owner, buyer owner, curator
deal_terms  | any    | seller, buyer                               | seller member, buyer member          | seller owner, buyer owner
outcome     | any    | open, seller, buyer                         | seller member, buyer member, curator |
feedback    | any    | company                                     | company member                       |
approach    | any    | company, seller                             |                                      |
meeting_request | any | seller, buyer                           | seller member, buyer member          |
distributor | any    | everyone                                    | buyer member, administrator          | administrator
brief       | any    | buyer, administrator                        | buyer member, administrator          |
suggestion  | match  | buyer                                       |                                      |
match       | match  | open, seller                                |                                      |
match_run   | match  | company, self                               |                                      |
event       | any    | organiser, attendee, administrator          | organiser member                     | organiser owner
event_plan  | any    | organiser, administrator                    | organiser member                     | organiser member
agenda      | any    | company, organiser, administrator           | company member                       |
import      | import | company, curator                            | company member, curator              | company member, curator
job         | any    | company, administrator                      | company member, administrator        |
bundle      | any    | everyone                                    | administrator                        |
merge       | any    | company member, curator                     | company member, curator              |
"""  # noqa: E501

_KIND: Final = {
    "seller": CompanyKind.SALES_AGENT,
    "buyer": CompanyKind.DISTRIBUTOR,
    "organiser": CompanyKind.ORGANISER,
    "company": None,
    "attendee": None,
}
_OF_THE_PERSON: Final = {"everyone", "open", "self", "administrator", "curator"}


_NOUNS: Final = {
    "admin_key": "key",
    "agenda": "participant",
    "api_key": "key",
    "approach": "event",
    "avails": "film",
    "brief": "distributor",
    "company_kinds": "company",
    "deal_terms": "deal",
    "event_plan": "event",
    "feedback": "event",
    "match": "film",
    "match_run": "run",
    "meeting_request": "request",
    "merge": "proposal",
    "outcome": "deal",
    "rights": "grant",
    "suggestion": "distributor",
}
"""Whose id names the object, as the store says it: what is hidden and what is missing must read the same."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One way to be allowed: how the actor stands to the object, and from which role on."""

    name: str
    role: Role = Role.VIEWER

    def __str__(self) -> str:
        return self.name if self.role is Role.VIEWER else f"{self.name} {self.role}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one thing to one kind of object, and which scope a key needs for it."""

    scope: Scope
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class About:
    """Whom an object concerns, as far as the rules ask; what is left out concerns nobody.

    seller, company: company ids; buyers, organisers, attendees: of several. person: user id. offered_in:
    territories where it is offered. is_open: reference data, published, or held.
    """

    seller: str | None = None
    buyers: frozenset[str] = frozenset()
    company: str | None = None
    organisers: frozenset[str] = frozenset()
    attendees: frozenset[str] = frozenset()
    person: str | None = None
    offered_in: frozenset[str] = frozenset()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """The objects of one kind that an actor may see (or change): any that one field covers.

    A list filters by it, a single object asks `covers`; both come from the same rule.
    """

    everything: bool = False
    open: bool = False
    sellers: frozenset[str] = frozenset()
    buyers: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    organisers: frozenset[str] = frozenset()
    attendees: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    person: str | None = None

    @property
    def nothing(self) -> bool:
        """Whether no object at all is covered."""
        return self == Sight()

    def covers(self, about: About) -> bool:
        """Whether an object that concerns these is seen."""
        return (
            self.everything
            or (self.open and about.is_open)
            or about.seller in self.sellers
            or about.company in self.companies
            or not self.buyers.isdisjoint(about.buyers)
            or not self.organisers.isdisjoint(about.organisers)
            or not self.attendees.isdisjoint(about.attendees)
            or not self.territories.isdisjoint(about.offered_in)
            or (self.person is not None and self.person == about.person)
        )


def may(actor: Actor, action: Action, what: str, about: About) -> bool:
    """Whether `actor` may do this to an object of the kind `what` that concerns `about`."""
    rule = RULES[what, action]
    return _has_scope(actor, rule.scope) and _sight(actor, rule).covers(about)


def require(actor: Actor, action: Action, what: str, about: About, object_id: str) -> None:
    """Let pass or raise: NotFound where the actor may not even read it, Forbidden otherwise."""
    if not _sight(actor, RULES[what, Action.READ]).covers(about):
        raise NotFound(_NOUNS.get(what, what), object_id)
    require_allowed(actor, action, what, about)


def require_allowed(actor: Actor, action: Action, what: str, about: About) -> None:
    """Let pass or raise Forbidden: for what does not exist yet, or is known to exist anyway."""
    rule = RULES[what, action]
    require_scope(actor, rule.scope)
    if not _sight(actor, rule).covers(about):
        raise _forbidden(action, what, rule)


def sight(actor: Actor, action: Action, what: str) -> Sight:
    """What a list of `what` may show to `actor`. Raises Forbidden where that can never be anything."""
    rule = RULES[what, action]
    require_scope(actor, rule.scope)
    seen = _sight(actor, rule)
    if seen.nothing:
        raise _forbidden(action, what, rule)
    return seen


def require_scope(actor: Actor, scope: Scope) -> None:
    """Raises Forbidden when the actor is a program whose key lacks `scope`."""
    if _has_scope(actor, scope):
        return
    if scope is Scope.ADMIN:
        raise Forbidden("this API key may not do this", "Sign in as a person")
    raise Forbidden(
        phrase("this API key lacks the scope {scope}", scope=scope), "Use a key that has it, or make one"
    )


def _has_scope(actor: Actor, scope: Scope) -> bool:
    return actor.scopes is None or scope in actor.scopes or Scope.ADMIN in actor.scopes


def _sight(actor: Actor, rule: Rule) -> Sight:
    if actor.is_system:
        return Sight(everything=True)
    names = {standing.name for standing in rule.standings}
    admin = actor.is_administrator
    return Sight(
        everything="everyone" in names or (admin and "administrator" in names),
        open="open" in names or (admin and "curator" in names),
        sellers=_companies(actor, rule, "seller"),
        buyers=_companies(actor, rule, "buyer"),
        companies=_companies(actor, rule, "company"),
        organisers=_companies(actor, rule, "organiser"),
        attendees=_companies(actor, rule, "attendee"),
        territories=actor.territories() if "offered" in names else frozenset(),
        person=actor.user_id if "self" in names else None,
    )


def _companies(actor: Actor, rule: Rule, name: str) -> frozenset[str]:
    roles = [standing.role for standing in rule.standings if standing.name == name]
    return actor.companies(_KIND[name], roles[0]) if roles else frozenset()


def _forbidden(action: Action, what: str, rule: Rule) -> Forbidden:
    allowed = ", ".join(str(standing) for standing in rule.standings) or "nobody"
    return Forbidden(
        phrase("you may not {action} this {what}", action=action, what=what.replace("_", " ")),
        phrase(
            "It takes one of these: {allowed}. Ask an owner of your company or an administrator",
            allowed=allowed,
        ),
    )


def _standings(cell: str) -> tuple[Standing, ...]:
    standings = []
    for words in filter(None, (part.strip() for part in cell.split(","))):
        name, _, role = words.partition(" ")
        if name not in {*_KIND, *_OF_THE_PERSON, "offered"}:
            raise ValueError(f"unknown standing {name!r}")
        standings.append(Standing(name, Role(role) if role else Role.VIEWER))
    return tuple(standings)


def _scope(word: str, action: Action) -> Scope:
    if word == "any":
        return Scope.READ if action is Action.READ else Scope.WRITE
    return Scope.ADMIN if word == "people" else Scope(word)


def _rules(table: str) -> dict[tuple[str, Action], Rule]:
    rules = {}
    for line in table.strip().splitlines()[1:]:
        what, scope, *cells = (cell.strip() for cell in line.split("|"))
        for action, cell in zip(Action, cells, strict=True):
            rules[what, action] = Rule(_scope(scope, action), _standings(cell))
    return rules


RULES: Final = _rules(_TABLE)
"""(kind of object, action) -> rule."""
