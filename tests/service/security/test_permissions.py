"""The rules, told once more as sentences: who reads and who writes what."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.words import CompanyKind, Role, Scope
from service.errors import Forbidden, NotFound
from service.security.actor import Actor, Seat
from service.security.permissions import RULES, About, Action, Sight, may, require, require_scope, sight

AGENT, DISTRIBUTOR, ORGANISER = CompanyKind.SALES_AGENT, CompanyKind.DISTRIBUTOR, CompanyKind.ORGANISER


def person(*seats: Seat, administrator: bool = False) -> Actor:
    return Actor("user_1", user_id="user_1", seats=seats, is_administrator=administrator)


def seat(company: str, kind: CompanyKind, role: Role = Role.MEMBER, *territories: str) -> Seat:
    return Seat(company, role, frozenset({kind}), frozenset(territories))


ALBA = person(seat("alba", AGENT))
ALBA_VIEWER = person(seat("alba", AGENT, Role.VIEWER))
ALBA_OWNER = person(seat("alba", AGENT, Role.OWNER))
GRIM = person(seat("grim", AGENT, Role.OWNER))
LUMEN = person(seat("lumen", DISTRIBUTOR, Role.MEMBER, "FR"))
HARBOR = person(seat("harbor", DISTRIBUTOR, Role.OWNER, "US"))
MARKET = person(seat("marche", ORGANISER))
ADMIN = person(administrator=True)
NOBODY = person()
EVERYBODY = {
    "alba": ALBA,
    "alba viewer": ALBA_VIEWER,
    "alba owner": ALBA_OWNER,
    "grim": GRIM,
    "lumen": LUMEN,
    "harbor": HARBOR,
    "market": MARKET,
    "admin": ADMIN,
    "nobody": NOBODY,
}

FILM = About(seller="alba", offered_in=frozenset({"FR"}))
REFERENCE = About(is_open=True)
DEAL = About(seller="alba", buyers=frozenset({"lumen"}))
PUBLIC_DEAL = About(seller="alba", buyers=frozenset({"lumen"}), is_open=True)
OF_LUMEN = About(company="lumen")
PROFILE = About(buyers=frozenset({"lumen"}), organisers=frozenset({"marche"}))
AGENTS = {"alba", "alba viewer", "alba owner"}
ALL = set(EVERYBODY)


@pytest.mark.parametrize(
    ("what", "about", "readers", "writers"),
    [
        ("film", FILM, AGENTS | {"lumen", "admin"}, {"alba", "alba owner"}),
        ("film", REFERENCE, ALL, {"admin"}),
        (
            "film",
            About(seller="alba", buyers=frozenset({"harbor"})),
            AGENTS | {"harbor", "admin"},
            {"alba", "alba owner"},
        ),
        ("rights", About(seller="alba", is_open=True), AGENTS | {"admin"}, {"alba", "alba owner"}),
        ("rights", DEAL, AGENTS | {"lumen"}, {"alba", "alba owner"}),
        ("avails", FILM, AGENTS | {"lumen", "admin"}, set()),
        ("deal", DEAL, AGENTS | {"lumen"}, {"alba", "alba owner", "lumen"}),
        ("deal", PUBLIC_DEAL, ALL, {"alba", "alba owner", "lumen", "admin"}),
        ("deal_terms", DEAL, AGENTS | {"lumen"}, {"alba", "alba owner", "lumen"}),
        ("deal_terms", PUBLIC_DEAL, AGENTS | {"lumen"}, {"alba", "alba owner", "lumen"}),
        ("outcome", DEAL, AGENTS | {"lumen"}, {"alba", "alba owner", "lumen"}),
        ("feedback", OF_LUMEN, {"lumen"}, {"lumen"}),
        ("meeting_request", DEAL, AGENTS | {"lumen"}, {"alba", "alba owner", "lumen"}),
        ("approach", About(company="lumen", seller="alba"), AGENTS | {"lumen"}, set()),
        ("distributor", PROFILE, ALL, {"lumen", "admin"}),
        ("brief", PROFILE, {"lumen", "admin"}, {"lumen", "admin"}),
        ("suggestion", PROFILE, {"lumen"}, set()),
        ("match", FILM, AGENTS, set()),
        ("match_run", OF_LUMEN, {"lumen"}, set()),
        ("event", About(organisers=frozenset({"marche"})), {"market", "admin"}, {"market"}),
        (
            "event",
            About(organisers=frozenset({"marche"}), attendees=frozenset({"alba"})),
            AGENTS | {"market", "admin"},
            {"market"},
        ),
        (
            "event_plan",
            About(organisers=frozenset({"marche"}), attendees=frozenset({"alba"})),
            {"market", "admin"},
            {"market"},
        ),
        (
            "agenda",
            About(organisers=frozenset({"marche"}), company="lumen"),
            {"lumen", "market", "admin"},
            {"lumen"},
        ),
        ("company", About(company="alba"), ALL, {"alba owner", "admin"}),
        ("company_kinds", About(company="alba"), ALL, {"admin"}),
        ("member", About(company="alba"), AGENTS | {"admin"}, {"alba owner", "admin"}),
        ("api_key", About(company="alba"), {"alba owner", "admin"}, {"alba owner"}),
        ("audit", About(company="alba"), {"alba owner", "admin"}, set()),
        ("import", About(company="alba"), AGENTS, {"alba", "alba owner"}),
        ("import", REFERENCE, {"admin"}, {"admin"}),
        ("job", About(company="alba"), AGENTS | {"admin"}, {"alba", "alba owner", "admin"}),
        ("bundle", About(), ALL, {"admin"}),
    ],
)
def test_these_read_and_these_write_and_nobody_else(
    what: str, about: About, readers: set[str], writers: set[str]
) -> None:
    assert {name for name, actor in EVERYBODY.items() if may(actor, Action.READ, what, about)} == readers
    assert {name for name, actor in EVERYBODY.items() if may(actor, Action.WRITE, what, about)} == writers


def test_a_company_that_only_buys_gains_nothing_as_a_seller() -> None:
    """Selling counts only for a company that is a sales agent."""
    assert not may(person(seat("alba", DISTRIBUTOR)), Action.READ, "film", FILM)


def test_administrators_see_no_terms_no_feedback_and_no_runs_of_companies() -> None:
    for what in ("deal_terms", "feedback", "match_run", "approach", "suggestion"):
        about = About(seller="alba", buyers=frozenset({"lumen"}), company="lumen")
        assert not any(may(ADMIN, action, what, about) for action in Action)


def test_people_see_and_change_themselves() -> None:
    own, other = About(person="user_1"), About(person="user_2")
    assert may(NOBODY, Action.WRITE, "user", own)
    assert not may(NOBODY, Action.READ, "user", other)
    assert may(ADMIN, Action.DELETE, "user", other)


def test_what_concerns_nobody_is_seen_by_nobody_but_administrators() -> None:
    for what, action in RULES:
        if what not in ("company", "company_kinds", "distributor", "bundle"):
            assert not any(
                may(actor, action, what, About()) for name, actor in EVERYBODY.items() if name != "admin"
            )


def test_a_command_on_the_server_may_do_everything() -> None:
    assert all(may(Actor.system("restore"), action, what, About()) for what, action in RULES)


def test_what_one_may_not_read_is_not_found() -> None:
    with pytest.raises(NotFound, match="no deal has the id 'deal_7'"):
        require(GRIM, Action.WRITE, "deal_terms", DEAL, "deal_7")


def test_what_one_may_read_but_not_change_is_forbidden_and_says_who_may() -> None:
    with pytest.raises(Forbidden, match="seller member"):
        require(ALBA_VIEWER, Action.WRITE, "film", FILM, "film_1")
    require(ALBA, Action.WRITE, "film", FILM, "film_1")


def key(*scopes: Scope, administrator: bool = False) -> Actor:
    return Actor(
        "key_1",
        seats=() if administrator else (seat("alba", AGENT),),
        scopes=frozenset(scopes),
        is_administrator=administrator,
    )


def test_a_key_needs_the_scope_besides_the_standing_of_its_company() -> None:
    require(key(Scope.READ), Action.READ, "film", FILM, "film_1")
    with pytest.raises(Forbidden, match="lacks the scope write"):
        require(key(Scope.READ), Action.WRITE, "film", FILM, "film_1")
    with pytest.raises(Forbidden, match="lacks the scope read"):
        require(key(Scope.MATCH), Action.READ, "film", FILM, "film_1")


def test_a_missing_scope_does_not_tell_what_exists() -> None:
    with pytest.raises(NotFound):
        require(key(Scope.MATCH), Action.WRITE, "film", About(seller="grim"), "film_1")


def test_no_key_of_a_company_manages_people_and_keys() -> None:
    every = key(*(scope for scope in Scope if scope is not Scope.ADMIN))
    for what in ("member", "user", "api_key", "admin_key", "audit"):
        assert not any(may(every, action, what, About(company="alba", person="user_1")) for action in Action)


def test_the_key_of_an_administrator_has_every_scope_but_no_company() -> None:
    admin = key(Scope.ADMIN, administrator=True)
    assert may(admin, Action.WRITE, "user", About(person="user_2"))
    assert not may(admin, Action.READ, "deal_terms", DEAL)


def test_a_list_is_refused_where_it_could_never_show_anything() -> None:
    with pytest.raises(Forbidden, match="company"):
        sight(NOBODY, Action.READ, "feedback")
    with pytest.raises(Forbidden, match="Sign in as a person"):
        sight(key(Scope.READ), Action.READ, "audit")


def test_a_list_is_told_what_to_filter_by() -> None:
    seen = sight(LUMEN, Action.READ, "film")
    assert seen == Sight(open=True, buyers=frozenset({"lumen"}), territories=frozenset({"FR"}))
    assert sight(ADMIN, Action.READ, "film").everything


def test_a_scope_can_be_asked_for_alone() -> None:
    require_scope(key(Scope.EXPORT), Scope.EXPORT)
    require_scope(ALBA, Scope.EXPORT)
    with pytest.raises(Forbidden, match="export"):
        require_scope(key(Scope.READ), Scope.EXPORT)


COMPANIES = st.sampled_from(["alba", "grim", "lumen", "harbor"])
ACTORS = st.builds(
    lambda seats, administrator: person(*seats, administrator=administrator),
    st.lists(
        st.builds(
            Seat,
            COMPANIES,
            st.sampled_from(Role),
            st.frozensets(st.sampled_from(CompanyKind)),
            st.frozensets(st.sampled_from(["FR", "US"])),
        ),
        max_size=3,
        unique_by=lambda one: one.company_id,
    ),
    st.booleans(),
)
ABOUTS = st.builds(
    About,
    seller=st.none() | COMPANIES,
    buyers=st.frozensets(COMPANIES, max_size=2),
    company=st.none() | COMPANIES,
    organisers=st.frozensets(COMPANIES, max_size=2),
    attendees=st.frozensets(COMPANIES, max_size=2),
    person=st.sampled_from([None, "user_1", "user_2"]),
    offered_in=st.frozensets(st.sampled_from(["FR", "US"])),
    is_open=st.booleans(),
)


@given(ACTORS, ABOUTS, st.sampled_from(sorted(RULES)))
def test_more_role_never_means_less_sight(actor: Actor, about: About, rule: tuple[str, Action]) -> None:
    what, action = rule
    promoted = person(
        *(Seat(one.company_id, Role.OWNER, one.kinds, one.territories) for one in actor.seats),
        administrator=True,
    )
    assert may(promoted, action, what, about) or not may(actor, action, what, about)


@given(ACTORS, ABOUTS, st.sampled_from(sorted({what for what, _ in RULES})))
def test_whoever_may_change_something_may_read_it(actor: Actor, about: About, what: str) -> None:
    readable = may(actor, Action.READ, what, about)
    assert readable or not may(actor, Action.WRITE, what, about)


@given(ACTORS, ABOUTS)
def test_terms_are_seen_only_from_inside_a_party(actor: Actor, about: About) -> None:
    if may(actor, Action.READ, "deal_terms", about):
        assert actor.companies() & {about.seller, *about.buyers}


def test_every_scope_is_documented() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "api.md"
    told = re.findall(r"^\| `(\w+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert told == [scope.value for scope in Scope]
