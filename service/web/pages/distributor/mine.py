"""Which of a person's profiles is looked at: the one in the address, the one last chosen, or the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Query
from starlette.responses import Response

from service.domain.catalogue import DistributorProfile
from service.domain.words import CompanyKind, FeedbackKind, MediaRight, PassReason, Role, Stage
from service.errors import Forbidden, Invalid, NotFound, Unavailable
from service.usecases import distributors
from service.web.forms import Form
from service.web.page import Page, PageDep

__all__ = ["Mine", "MineDep", "mine_of"]

_COOKIE: Final = "reelmatch_profile"
_NOTED: Final = (FeedbackKind.SEEN, FeedbackKind.MET, FeedbackKind.OFFER, FeedbackKind.SIGNED)
"""What can be noted beside decisions."""
_YEAR_S: Final = 365 * 24 * 3600


@dataclass(frozen=True)
class Mine:
    """The profile that is looked at, among all of one's own. may_write: whether the person may decide for it."""

    page: Page
    profile: DistributorProfile
    profiles: tuple[DistributorProfile, ...]
    may_write: bool

    @property
    def distributor_id(self) -> str:
        """Of the profile."""
        return self.profile.distributor_id

    def show(self, template: str, status: int = 200, **context: Any) -> Response:
        """A template about this profile, which is the one that is shown next time."""
        answer = self.page.show(
            template,
            status,
            mine=self,
            media_rights=tuple(MediaRight),
            stages=tuple(Stage),
            pass_reasons=tuple(PassReason),
            note_kinds=_NOTED,
            **context,
        )
        if self.page.request.method == "GET" and not self.page.is_part:
            # What is done in a tab about one profile chooses none for the others.
            self.page.keep(answer, _COOKIE, f"{self.page.actor.user_id} {self.distributor_id}", _YEAR_S)
        return answer

    def cannot(self, error: Invalid | Unavailable) -> Response:
        """Why there are no suggestions for this profile: never, or not yet; a page in place of a part."""
        if self.page.is_part:
            return self.page.go(f"{self.page.request.url.path}?{self.page.request.url.query}")
        if isinstance(error, Invalid):
            return self.show("distributor/not_asked.html", reason=error.problems[0].message)
        answer = self.show("distributor/waiting.html", 503, why=error.message)
        answer.headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
        return answer

    def sent_by(self, form: Form) -> Mine:
        """The profile that a form was filled in for: another tab may have chosen another one since."""
        wanted = form.text("distributor_id")
        return mine_of(self.page, wanted) if wanted else self


def mine_of(page: Page, wanted: str = "") -> Mine:
    """Raises NotFound for a profile of others, Forbidden for who has none."""
    own = {profile.distributor_id: profile for profile in distributors.own_profiles(page.uow, page.actor)}
    if wanted and wanted not in own:
        raise NotFound("distributor", wanted, "Choose one of your own profiles")
    if not own:
        raise Forbidden(
            "you look after no distributor's profile",
            "An owner of a distributor can add you to it; a profile is added under My brief",
        )
    person, _, last = page.kept(_COOKIE).partition(" ")
    remembered = last if person == page.actor.user_id and last in own else next(iter(own))
    profile = own[wanted or remembered]
    writing = page.actor.companies(CompanyKind.DISTRIBUTOR, Role.MEMBER)
    return Mine(page, profile, tuple(own.values()), profile.company_id in writing)


def _mine(page: PageDep, profile: Annotated[str, Query(max_length=200)] = "") -> Mine:
    return mine_of(page, profile)


MineDep = Annotated[Mine, Depends(_mine)]
