"""Who may only look is shown nothing that would be refused: every page is walked, every form that can be sent is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.app import create_app
from service.bundle_store import BundleStore
from service.clock import now, today
from service.domain.accounts import Membership
from service.domain.words import Role
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.embedding import embed_pending
from service.usecases.events import schedules
from service.web.read_only import read_only
from tests.service import make
from tests.service.bundled import publish_tastes, put_in_force
from tests.service.organising import ORGANISER, planned, small_event
from tests.service.world import PASSWORDS, World
from tests.tastes import WORDS, WordEncoder

MOST = 300
ALIKE = 3
"""Of pages that differ in the values of their queries alone."""
LEAVES = "/remove"
"""The end of the address at which one leaves one's company, and with it all that is to be walked."""
LEFT_ALONE = ("/sign-out", "/static/", "/api/", "/account")


@dataclass
class Form:
    """What a browser would send of a form that can be sent."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: int = 0


class Page(HTMLParser):
    """The links of a page, and its forms that would change something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._disabled = 0
        self._select = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("href", "hx-get") if name in given and tag != "link"]
        if tag == "form" and given.get("method") == "post":
            self._form = Form(given["action"])
        if tag == "fieldset" and ("disabled" in given or self._disabled):
            self._disabled += 1
        if self._form is None or "disabled" in given or self._disabled:
            return
        name, kind = given.get("name", ""), given.get("type", "")
        if tag == "button" and kind != "button":
            self._form.buttons += 1
        if tag == "select":
            self._select = name
        if tag == "option" and ("selected" in given or self._select not in self._form.fields):
            self._form.fields[self._select] = given.get("value", "")
        if tag == "textarea" or (
            tag == "input" and (kind not in ("checkbox", "radio") or "checked" in given)
        ):
            self._form.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "fieldset" and self._disabled:
            self._disabled -= 1
        if tag == "form" and self._form is not None:
            if self._form.buttons:
                self.forms.append(self._form)
            self._form = None


@dataclass
class Walk:
    """Every page that can be reached from the first one, one of each kind of address and query."""

    seen: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    kinds: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def through(self, client: TestClient, *starts: str) -> Walk:
        """From these pages on; nothing on the way may fail."""
        waiting = list(starts)
        while waiting and len(self.seen) < MOST:
            place = waiting.pop(0)
            if place in self.seen or place.startswith(LEFT_ALONE):
                continue
            answer = client.get(place)
            self.seen[place] = answer.status_code
            assert answer.status_code < 500, place
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            page = Page(answer.text)
            here = str(answer.url)
            for link in page.links:
                parts = urlsplit(urljoin(here, link))
                if parts.netloc == urlsplit(here).netloc and not parts.path.endswith(
                    (".xlsx", ".csv", ".pdf", ".ics")
                ):
                    kind = (parts.path, *sorted(name for name, _ in parse_qsl(parts.query)))
                    self.kinds[kind] += 1
                    if self.kinds[kind] > ALIKE:
                        continue
                    waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
            for form in page.forms:
                target = urlsplit(urljoin(here, form.action)).path
                if (
                    not target.startswith(LEFT_ALONE)
                    and not target.endswith(LEAVES)
                    and target not in self.sent
                ):
                    self.sent[target] = client.post(
                        target, data=form.fields, follow_redirects=False
                    ).status_code
        return self


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def app(api_settings: Settings, uow: UnitOfWorkFactory) -> FastAPI:
    put_in_force(uow, publish_tastes(BundleStore.of(api_settings)))
    return create_app(api_settings, passwords=PASSWORDS, encoder=WordEncoder())


@pytest.fixture
def busy(app: FastAPI, world: World, api_settings: Settings) -> World:
    """A film with rights, deals and requests, a distributor, and a published event; `nobody` only looks, everywhere."""
    with world.uow() as tx:
        company_id = tx.distributors.get("fr-western").company_id
        for one in (company_id, "marche"):
            tx.accounts.add_membership(Membership("nobody", one, Role.VIEWER))
        tx.accounts.add_membership(Membership("lumen-owner", company_id, Role.OWNER))
        text = WORDS["Western"]
        tx.films.add(
            make.film("ferry", "alba", title="Ferry", synopsis=text, genres=("Western",), sales_agent="Alba")
        )
        tx.rights.add(make.held("ferry", "alba", confirmed_on=now().date()))
        tx.deals.add(make.deal("ferry", "harbor-us", "known", is_public=True))
        tx.commit()
    embed_pending(world.uow, WordEncoder(), lambda _done, _total: None)
    app.state.reelmatch.matchers.refresh()
    event = small_event(world.uow, today())
    planned(world.uow, api_settings, event)
    schedules.publish(world.uow, ORGANISER, event.event_id, 1, None)
    for who, place in (("alba-member", "/films/ferry/follow-up"), ("lumen-owner", "/decisions")):
        form = {"film_id": "ferry", "distributor_id": "fr-western", "kind": "shortlisted"}
        assert world.sign_in(who).post(place, data=form).status_code == 200
    form = {"film_id": "ferry", "distributor_id": "fr-western", "kind": "meeting_asked"}
    world.sign_in("lumen-owner").post("/decisions", data=form)
    return world


@pytest.mark.parametrize(
    ("who", "starts", "through"),
    [
        (
            "alba-viewer",
            ("/films", "/board", "/meeting-requests", "/imports", "/agenda", "/company/alba"),
            ("/films/ferry", "/films/ferry/matches", "/films/ferry/what-if"),
        ),
        (
            "nobody",
            ("/suggestions", "/taste", "/brief", "/believes", "/events", "/meeting-requests"),
            ("/shortlist", "/passed", "/suggestions/ferry", "/events/"),
        ),
    ],
)
def test_a_viewer_meets_nothing_that_is_refused(
    busy: World, who: str, starts: tuple[str, ...], through: tuple[str, ...]
) -> None:
    walk = Walk().through(busy.sign_in(who), *starts)
    for place in through:
        assert any(seen.startswith(place) and status == 200 for seen, status in walk.seen.items()), place
    assert [place for place, status in walk.seen.items() if status == 403] == []
    assert [place for place, status in walk.sent.items() if status == 403] == []


def test_a_member_walks_the_same_pages_and_can_send_their_forms(busy: World) -> None:
    """So that the walk above finds nothing because there is nothing, not because it does not look."""
    walk = Walk().through(busy.sign_in("marche-owner"), "/events")
    assert any("/places" in place for place in walk.sent)
    assert 403 not in walk.sent.values()


def test_what_a_form_holds_is_read_and_cannot_be_sent() -> None:
    page = (
        '<form method="post" action="/sign-out"><button>Sign out</button></form>'
        '<form method="get"><input name="q"></form>'
        '<form method="post" action="/x"><input name="a" value="&lt;input"><select name="b"></select>'
        "<button>Go</button></form>"
    )
    assert read_only(page) == page.replace('<input name="a"', '<input disabled name="a"').replace(
        "<select", "<select disabled"
    ).replace("<button>Go", "<button disabled>Go")
