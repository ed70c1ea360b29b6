import pytest

from service.domain.words import CompanyKind, Role
from service.errors import Invalid, NotFound
from service.security.actor import Actor, Seat

AGENT = Seat("alba", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT}))
BUYER = Seat("lumen", Role.VIEWER, frozenset({CompanyKind.DISTRIBUTOR}), frozenset({"FR", "BE"}))
INES = Actor("user_ines", user_id="user_ines", seats=(AGENT, BUYER))


def test_companies_are_told_by_kind_and_role() -> None:
    assert INES.companies() == {"alba", "lumen"}
    assert INES.companies(CompanyKind.DISTRIBUTOR) == {"lumen"}
    assert INES.companies(CompanyKind.DISTRIBUTOR, Role.MEMBER) == frozenset()
    assert INES.companies(role=Role.MEMBER) == {"alba"}


def test_an_owner_is_also_a_member_and_a_viewer() -> None:
    assert all(Seat("alba", Role.OWNER).reaches(role) for role in Role)
    assert not Seat("alba", Role.VIEWER).reaches(Role.MEMBER)


def test_territories_are_those_of_the_companies() -> None:
    assert INES.territories() == {"FR", "BE"}


def test_who_has_one_company_need_not_name_it() -> None:
    assert INES.acting_for(None, CompanyKind.SALES_AGENT) == "alba"
    assert INES.acting_for("lumen") == "lumen"


def test_who_has_several_must_name_one() -> None:
    with pytest.raises(Invalid, match="alba, lumen"):
        INES.acting_for(None)


def test_nobody_acts_for_a_company_of_others() -> None:
    with pytest.raises(NotFound):
        INES.acting_for("titan")
    with pytest.raises(NotFound):
        INES.acting_for("lumen", CompanyKind.SALES_AGENT)


def test_who_has_no_company_is_told_whom_to_ask() -> None:
    with pytest.raises(Invalid, match=r"no company of the kind organiser.*administrator"):
        INES.acting_for(None, CompanyKind.ORGANISER)


def test_a_command_acts_for_any_company() -> None:
    assert Actor.system("import").acting_for("alba") == "alba"
