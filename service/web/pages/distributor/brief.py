"""My brief and limits: edit them, see at once what would change, save, and see when it is in force."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from recommender.market.territories import TERRITORIES
from service.api.schemas.distributors import DistributorChange, DistributorIn
from service.api.schemas.trade import changes
from service.domain.catalogue import DistributorProfile
from service.domain.words import CompanyKind, MediaRight, Role
from service.errors import Conflict, Forbidden, Invalid, PreconditionFailed, Unavailable
from service.usecases import companies, distributors
from service.usecases.brief_preview import Preview, is_taken_up, preview_brief
from service.web.forms import Form, FormDep, empty_form
from service.web.page import Page, PageDep
from service.web.pages.distributor.mine import Mine, MineDep, mine_of

__all__ = ["router"]

router = APIRouter(prefix="/brief")

_LISTS: Final = ("media_rights", "genres_never", "attending")
_FIELDS: Final = ("brief", *_LISTS, "budget_min_usd", "budget_max_usd")


@router.get("")
def show(page: PageDep, profile: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The form; who has no profile yet makes the first."""
    try:
        mine = mine_of(page, profile)
    except Forbidden:
        if not page.actor.companies(CompanyKind.DISTRIBUTOR, Role.MEMBER):
            raise
        return page.go("/brief/new")
    return _shown(mine, _form_of(mine.profile))


@router.post("")
def save(mine: MineDep, form: FormDep) -> Response:
    """Store what was typed."""
    mine = mine.sent_by(form)
    page, version = mine.page, form.text("version")
    try:
        wanted = _read(mine, form)
        expected = int(version) if version.isdecimal() else None
        distributors.update_distributor(page.uow, page.actor, mine.distributor_id, wanted, expected)
    except (Invalid, Conflict) as error:
        return _shown(mine, form.refused(error), 422)
    except PreconditionFailed:
        return _shown(mine_of(page, mine.distributor_id), form, 409, is_overtaken=True)
    return page.go(f"/brief?profile={mine.distributor_id}", page.say("Your brief is saved."))


@router.post("/preview")
def preview(mine: MineDep, form: FormDep) -> Response:
    """What the suggestions would be with what is typed; nothing is stored."""
    mine = mine.sent_by(form)
    try:
        wanted = _read(mine, form)
    except Invalid as error:
        return _previewed(mine, form.refused(error), None, "", 422)
    rights = wanted["media_rights"]
    right = MediaRight.THEATRICAL if not rights or MediaRight.THEATRICAL in rights else rights[0]
    try:
        found = preview_brief(mine.page.desk, mine.page.actor, mine.distributor_id, wanted, right)
    except Invalid as error:
        return _previewed(mine, form, None, error.problems[0].message)
    except Unavailable as error:
        return _previewed(mine, form, None, error.message)
    return _previewed(mine, form, found, "")


@router.get("/taken-up")
def taken_up(mine: MineDep) -> Response:
    """Whether the stored brief is in force, as a part of the page that asks again while it is not."""
    if not mine.page.is_part:
        return mine.page.go(f"/brief?profile={mine.distributor_id}")
    return mine.show("distributor/taken_up_part.html", is_in_force=_is_in_force(mine))


@router.get("/new")
def ask_new(page: PageDep) -> Response:
    """The form for another territory."""
    return _new(page, empty_form())


@router.post("/new")
def add(page: PageDep, form: FormDep) -> Response:
    """Add a profile in another territory."""
    try:
        body = form.read(DistributorIn, lists=("media_rights",))
        seen = distributors.create_distributor(page.uow, page.actor, body.as_profile())
    except (Invalid, Conflict) as error:
        return _new(page, form.refused(error), 422)
    profile = seen.profile
    name = page.reader.territory(profile.territory)
    notice = page.say("Your profile for %(territory)s is added.", territory=name)
    return page.go(f"/brief?profile={profile.distributor_id}", notice)


def _form_of(profile: DistributorProfile) -> Form:
    values = {name: getattr(profile, name) for name in _FIELDS if name != "brief"}
    return empty_form({"brief": profile.distributor.brief, "version": profile.version, **values})


def _read(mine: Mine, form: Form) -> dict[str, Any]:
    body = form.read(DistributorChange, lists=_LISTS, blank=True)
    least, most = body.budget_min_usd, body.budget_max_usd
    if least is not None and most is not None and least > most:
        say = mine.page.say
        raise Invalid.field(
            "budget_max_usd", say("the most is less than the least"), say("Change one of them")
        )
    return changes(body)


def _shown(
    mine: Mine,
    form: Form,
    status: int = 200,
    *,
    is_overtaken: bool = False,
    found: Preview | None = None,
    why_none: str = "",
) -> Response:
    # Whoever saves over another's change has seen it first.
    sent = "" if is_overtaken else form.text("version")
    return mine.show(
        "distributor/brief.html",
        status,
        form=form,
        version=sent if sent.isdecimal() else mine.profile.version,
        stored=_form_of(mine.profile),
        is_overtaken=is_overtaken,
        is_in_force=_is_in_force(mine),
        preview=found,
        why_none=why_none,
    )


def _previewed(mine: Mine, form: Form, found: Preview | None, why_none: str, status: int = 200) -> Response:
    if not mine.page.is_part:
        return _shown(mine, form, status, found=found, why_none=why_none)
    # A part that says what cannot be used has arrived as it should.
    return mine.show("distributor/preview_part.html", form=form, preview=found, why_none=why_none)


def _is_in_force(mine: Mine) -> bool | None:
    """None before there is a bundle."""
    try:
        return is_taken_up(mine.page.desk, mine.page.actor, mine.distributor_id)
    except Unavailable:
        return None


def _new(page: Page, form: Form, status: int = 200) -> Response:
    own = sorted(page.actor.companies(CompanyKind.DISTRIBUTOR, Role.MEMBER))
    if not own:
        raise Forbidden("you may add no profile", "Ask an owner of your company to make you a member")
    names = [
        (company.company_id, company.name)
        for company in (companies.get_company(page.uow, page.actor, company_id) for company_id in own)
    ]
    reader = page.reader
    places = sorted(((code, reader.territory(code)) for code in TERRITORIES), key=lambda place: place[1])
    return page.show(
        "distributor/new_profile.html",
        status,
        form=form,
        companies=names,
        territories=places,
        media_rights=tuple(MediaRight),
    )
