"""Every page of an event, as its organiser, as another one and as a participant sees it."""

from __future__ import annotations

from service.domain.events import Event
from tests.service.world import World

PAGES = (
    *("", "/setup", "/facts", "/participants", "/participants/new", "/participant?id=s1", "/places"),
    *("/wishes", "/import", "/import?table=wishes", "/fill", "/schedule", "/agendas", "/agendas/s1"),
    *("/schedule/meeting?seller=s1&buyer=b1", "/schedule/free?slot=a3&table=t1"),
    *("/schedule?seller=s1&buyer=b1", "/schedule/change?kind=cancel&seller=s1&buyer=b1"),
    *("/why-not", "/why-not?who=s1", "/versions", "/versions/compare?before=1&after=1", "/incidents"),
)


def test_an_organiser_reads_every_page_of_its_event(world: World, drafted: Event) -> None:
    browser = world.sign_in("marche-owner")
    answers = {page: browser.get(f"/events/{drafted.event_id}{page}") for page in PAGES}
    assert {page: one.status_code for page, one in answers.items() if one.status_code != 200} == {}
    assert [page for page, one in answers.items() if drafted.name not in one.text] == []
