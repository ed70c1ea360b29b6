"""Every page of an event, as its organiser, as another one and as a participant sees it."""

from __future__ import annotations

import io
import re

import openpyxl

from recommender.meetings.domain import Lock
from service.domain.accounts import Membership
from service.domain.events import Event, Participant
from service.domain.words import CompanyKind, Role
from service.usecases.events import schedules
from tests.service import make
from tests.service.organising import ORGANISER, import_csv
from tests.service.world import PASSWORD, PASSWORDS, World

PAGES = (
    *("", "/setup", "/facts", "/participants", "/participants/new", "/participant?id=s1", "/places"),
    *("/wishes", "/import", "/import?table=wishes", "/fill", "/schedule", "/agendas", "/agendas/s1"),
    *(
        "/agendas?order=gaps",
        "/agendas?order=few&side=buyer&q=lumen",
        "/schedule?q=Lumen",
        "/schedule?version=1",
    ),
    *("/schedule/meeting?seller=s1&buyer=b1", "/schedule/free?slot=a3&table=t1"),
    *("/schedule?seller=s1&buyer=b1", "/schedule/change?kind=cancel&seller=s1&buyer=b1"),
    *(
        "/history",
        "/attendance",
        "/import?table=history",
        "/why-not",
        "/why-not?who=s1",
        "/versions",
        "/versions/compare?before=1&after=1",
        "/incidents",
    ),
)
FILES = (
    "schedule.xlsx",
    "schedule.csv",
    "schedule.json",
    "agendas.pdf",
    "calendars.zip",
    "tables.pdf",
    "wishes.csv",
    "history.csv",
)


def test_before_anything_is_planned_an_agenda_leads_to_the_plan(world: World, event: Event) -> None:
    browser, place = world.sign_in("marche-owner"), f"/events/{event.event_id}"
    assert f"{place}/agendas/s1" in browser.get(f"{place}/participant?id=s1").text
    answer = browser.get(f"{place}/agendas/s1")
    assert answer.status_code == 200
    assert "Nothing is planned yet" in answer.text


def test_an_organiser_reads_every_page_of_its_event_and_others_find_none(
    world: World, drafted: Event
) -> None:
    own, other = world.sign_in("marche-owner"), world.sign_in("alba-owner")
    pages = [*PAGES, *(f"/files/{name}" for name in FILES)]
    answers = {page: own.get(f"/events/{drafted.event_id}{page}") for page in pages}
    assert {page: one.status_code for page, one in answers.items() if one.status_code != 200} == {}
    assert [page for page in PAGES if drafted.name not in answers[page].text] == []
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=")
    assert [
        page for page in PAGES if inline.search(re.sub(r"<svg.*?</svg>", "", answers[page].text, flags=re.S))
    ] == []
    assert "meetings: 2, gaps: 0, free: 1, away: 0" in answers["/agendas"].text
    book = openpyxl.load_workbook(io.BytesIO(answers["/files/schedule.xlsx"].content))
    assert book.sheetnames[:4] == ["All", "14 May 2026", "Tables", "Participants"]
    assert [cell.value for cell in book["All"][1]][:4] == ["Day", "Starts at", "Ends at", "Table"]
    assert "Unevenness among sellers (Gini)" in [row[0].value for row in book["Figures"]]
    hidden = {page: other.get(f"/events/{drafted.event_id}{page}").status_code for page in pages}
    assert set(hidden.values()) == {404}


def test_another_organiser_changes_nothing_of_an_event(world: World, drafted: Event) -> None:
    with world.uow() as tx:
        tx.companies.add(make.company("rival", CompanyKind.ORGANISER))
        tx.accounts.add_user(make.user("rik", password_hash=PASSWORDS.hash(PASSWORD)))
        tx.accounts.add_membership(Membership("rik", "rival", Role.OWNER))
        tx.commit()
    browser = world.sign_in("rik")
    place = f"/events/{drafted.event_id}"
    posts = {
        "/plan": {},
        "/versions/publish": {"number": "1"},
        "/schedule/change": {"kind": "cancel", "seller": "s1", "buyer": "b1"},
        "/participant/drop-out?id=s1": {},
        "/wishes": {"participant": "s1", "other": "b1", "kind": "must"},
        "/incidents": {"kind": "table", "table": "t1"},
        "/delete": {"name": drafted.name},
    }
    assert {browser.post(f"{place}{page}", data=form).status_code for page, form in posts.items()} == {404}
    found = schedules.get_schedule(world.uow, ORGANISER, drafted.event_id)
    assert (found.schedule.state, len(found.meetings)) == ("draft", 4)


def test_who_attends_sees_the_own_agenda_alone_and_only_once_it_is_published(
    world: World, drafted: Event
) -> None:
    alba, event_id = world.sign_in("alba-member"), drafted.event_id
    assert "No agenda yet" in alba.get("/agenda").text
    assert "/agenda" not in alba.get("/account").text
    schedules.publish(world.uow, ORGANISER, event_id, 1, None)
    own = alba.get("/agenda")
    assert "Lumen" in own.text
    assert "Harbor Pictures" in own.text
    assert 'Note it<span class="only-read"> Lumen</span></button>' in own.text
    assert 'href="/agenda"' in alba.get("/account").text
    assert alba.get(f"/agenda?event={event_id}&who=s2").status_code == 404
    assert alba.get(f"/events/{event_id}/agendas/s2").status_code == 404
    ics = alba.get(f"/agenda/files/agenda.ics?event={event_id}&who=s1")
    assert ics.status_code == 200, ics.text
    talk = f"/agenda/talk?event={event_id}&who=s1&other"
    page = alba.get(f"{talk}=b1").text
    assert "What to say to Lumen" in page
    assert "<h4>" not in page
    assert alba.get(f"{talk}=b9").status_code == 404
    assert alba.get(f"/agenda/talk?event={event_id}&who=s2&other=b1").status_code == 404
    assert alba.get(f"/agenda/files/agenda.ics?event={event_id}&who=s2").status_code == 404
    assert world.sign_in("grim-owner").get(f"/agenda?event={event_id}").text.count("No agenda yet") == 1


def test_texts_of_users_never_become_markup(world: World, event: Event) -> None:
    bad = "<script>alert(1)</script>"
    import_csv(world.uow, event, "participants", f"participant_id,side,name\ns1,seller,{bad}\n")
    browser = world.sign_in("marche-owner")
    pages = [
        browser.get(f"/events/{event.event_id}{page}").text
        for page in ("/participants", "/wishes", "/incidents")
    ]
    answer = browser.get(f"/events/{event.event_id}/why-not?seller={bad}&buyer={bad}").text
    assert not any("<script>alert" in page for page in (*pages, answer))
    assert "&lt;script&gt;alert" in pages[0]


def test_the_effect_of_the_knob_is_drawn_after_the_first_plan(world: World, drafted: Event) -> None:
    page = world.sign_in("marche-owner").get(f"/events/{drafted.event_id}").text
    assert "rings mark this version" in page
    rows = re.findall(r'<th scope="row" class="figure">(0|0\.2|0\.4|0\.6|0\.8|1)[< ]', page)
    assert rows == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert page.count("this version</span>") == 1


def test_fixed_meetings_and_what_is_known_come_in_pages(world: World, event: Event) -> None:
    key = event.event_id
    pairs = [
        (Participant(f"y{n}", "seller", f"Y {n}"), Participant(f"x{n}", "buyer", f"X {n}")) for n in range(60)
    ]
    with world.uow() as tx:
        tx.participants.put(key, [one for pair in pairs for one in pair])
        slot = tx.venues.slots(key)[0].slot_id
        tx.wishes.put_locks(
            key, [Lock(one.participant_id, other.participant_id, slot) for one, other in pairs]
        )
        tx.commit()
    browser = world.sign_in("marche-owner")
    rows = [browser.get(f"/events/{key}/wishes?fixed={page}").text.count(">Let go<span") for page in (1, 2)]
    assert rows == [50, 10]
