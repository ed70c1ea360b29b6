"""Before and after the meetings: who attends prepares, the organiser notes who came, what was before is kept."""

from __future__ import annotations

from datetime import UTC, datetime

from service.clock import frozen_at
from service.domain.events import Event
from service.settings import Settings
from service.usecases.events import outcomes, schedules, wishes
from tests.service import make
from tests.service.organising import ORGANISER, attendee, import_csv, planned
from tests.service.world import World


def test_who_attends_sets_wishes_and_line_up_and_text_stays_text(world: World, event: Event) -> None:
    key = event.event_id
    with world.uow() as tx:
        tx.films.add(make.film("ferry", "alba", title="<b>The Ferry</b>"))
        tx.rights.add(make.held("ferry", "alba"))
        tx.commit()
    alba = world.sign_in("alba-owner")
    assert "Nothing to prepare" in alba.get("/attending").text
    assert world.sign_in("marche-owner").post(f"/events/{key}/invites", data={"invites": "yes"}).is_success
    page = alba.get("/attending").text
    assert "&lt;b&gt;The Ferry&lt;/b&gt;" in page
    assert "<b>The Ferry" not in page
    mine = {"event": key, "who": "s1"}
    assert (
        "Your wish is noted"
        in alba.post("/attending/wish", data={**mine, "other": "Lumen", "kind": "must"}).text
    )
    wrong = alba.post("/attending/wish", data={**mine, "other": "Nobody", "kind": "want"})
    assert wrong.status_code == 422
    assert "Choose from the list of those who come" in wrong.text
    assert alba.post("/attending/films", data={**mine, "films": ["ferry"], "first": "ferry"}).is_success
    assert attendee(world.uow, event, "s1").film_ids == ("ferry",)
    assert [wish.kind for wish in wishes.list_wishes(world.uow, ORGANISER, key)] == ["must"]
    assert (
        alba.post("/attending/wish", data={**mine, "who": "s2", "other": "b1", "kind": "want"}).status_code
        == 404
    )
    assert alba.get(f"/attending?event={key}&who=b1").status_code == 404


def test_an_organiser_notes_who_came_slot_by_slot(world: World, drafted: Event) -> None:
    key, place = drafted.event_id, f"/events/{drafted.event_id}/attendance"
    browser = world.sign_in("marche-owner")
    assert "Nothing is published" in browser.get(place).text
    schedules.publish(world.uow, ORGANISER, key, 1, None)
    (one, *_) = schedules.get_schedule(world.uow, ORGANISER, key).meetings
    sent = {"slot": one.slot_id, "seller": [one.seller_id], "buyer": [one.buyer_id]}
    with frozen_at(datetime(2026, 5, 13, tzinfo=UTC)):
        early = browser.post(place, data={**sent, "attendance": ["held"]})
        assert (early.status_code, "has not begun" in early.text) == (422, True)
    with frozen_at(datetime(2026, 5, 14, 12, tzinfo=UTC)):
        assert (
            "1 meetings are noted" in browser.post(place, data={**sent, "attendance": ["buyer_missing"]}).text
        )
        assert browser.post(place, data={**sent, "attendance": ["perhaps"]}).status_code == 422
        assert "1 of 1 meetings noted" in browser.get(place).text
    (missed,) = outcomes.count_no_shows(world.uow, ORGANISER, key)
    assert missed.participant_id == one.buyer_id
    assert world.sign_in("alba-owner").get(place).status_code == 404


def test_each_word_is_noted_of_its_own_meeting_also_where_others_are_left_open(
    world: World, drafted: Event
) -> None:
    key, place = drafted.event_id, f"/events/{drafted.event_id}/attendance"
    browser = world.sign_in("marche-owner")
    schedules.publish(world.uow, ORGANISER, key, 1, None)
    meetings = schedules.get_schedule(world.uow, ORGANISER, key).meetings
    assert len(meetings) > 3
    words = ["", "buyer_missing", *["held"] * (len(meetings) - 2)]
    pairs = [(one.seller_id, one.buyer_id) for one in meetings]
    rows = {"slot": "", "seller": [s for s, _ in pairs], "buyer": [b for _, b in pairs]}
    with frozen_at(datetime(2026, 6, 14, 12, tzinfo=UTC)):
        assert browser.post(place, data={**rows, "attendance": words}).is_success
        cut = browser.post(place, data={**rows, "attendance": words[:-1]})
        assert (cut.status_code, "the form is incomplete" in cut.text) == (422, True)
    noted = outcomes.list_outcomes(world.uow, ORGANISER, key)
    assert {(one.seller_id, one.buyer_id): one.attendance for one in noted} == dict(
        zip(pairs[1:], words[1:], strict=True)
    )


def test_films_that_are_not_among_the_latest_are_found_by_their_title(world: World, event: Event) -> None:
    with world.uow() as tx:
        tx.films.upsert_many(
            [make.film(f"f{number}", "alba", title=f"Film {number}") for number in range(70)]
        )
        tx.commit()
    world.sign_in("marche-owner").post(f"/events/{event.event_id}/invites", data={"invites": "yes"})
    alba, mine = world.sign_in("alba-owner"), {"event": event.event_id, "who": "s1"}
    assert alba.post("/attending/films", data={**mine, "films": ["f2", "f69"], "first": "f2"}).is_success
    page = alba.get("/attending").text
    assert "Film 2<" in page
    assert "Film 3<" not in page
    assert "Film 3<" in alba.get("/attending?title=film+3").text
    assert attendee(world.uow, event, "s1").film_ids == ("f2", "f69")


def test_a_seller_corrects_an_outcome_and_goes_on_to_the_deal(
    world: World, event: Event, api_settings: Settings
) -> None:
    key = event.event_id
    with world.uow() as tx:
        for name in ("ferry", "pier"):
            tx.films.add(make.film(name, "alba"))
            tx.rights.add(make.held(name, "alba"))
        tx.commit()
    import_csv(world.uow, event, "lineups", "seller_id,film_id\ns1,ferry\ns1,pier\n")
    planned(world.uow, api_settings, event)
    schedules.publish(world.uow, ORGANISER, key, 1, None)
    alba, said = world.sign_in("alba-owner"), {"event": key, "who": "s1", "other": "b1", "attendance": "held"}
    with frozen_at(datetime(2026, 5, 14, 12, tzinfo=UTC)):
        page = alba.post("/agenda/outcome", data={**said, "interest": "signed", "films": ["ferry"]}).text
        assert 'value="ferry" checked' in page
        assert 'value="pier" checked' not in page
        deal = "/films/ferry/deals/new?distributor_id=lumen-fr"
        assert deal in page
        assert "Lumen" in alba.get(deal).text
        assert deal in alba.get("/board").text
    with frozen_at(datetime(2026, 5, 14, 13, tzinfo=UTC)):
        corrected = alba.post("/agenda/outcome", data={**said, "interest": "none"}).text
        assert deal not in corrected
        assert deal not in alba.get("/board").text


def test_what_was_before_is_added_and_taken_out(world: World, event: Event) -> None:
    browser, place = world.sign_in("marche-owner"), f"/events/{event.event_id}/history"
    assert "Nothing entered" in browser.get(place).text
    row = {"participant": "Alba Films", "other": "Lumen", "kind": "competitor"}
    assert "competitors" in browser.post(place, data=row).text
    assert browser.post(place, data={**row, "other": "Nobody"}).status_code == 422
    taken = {"participant": "s1", "other": "b1", "kind": "competitor"}
    assert "It is taken out" in browser.post(f"{place}/remove", data=taken).text
    assert "It was taken out already" in browser.post(f"{place}/remove", data=taken).text


def test_two_meetings_change_places_by_a_plain_form(world: World, drafted: Event) -> None:
    browser, place = world.sign_in("marche-owner"), f"/events/{drafted.event_id}/schedule"
    before = {
        (one.seller_id, one.buyer_id): (one.slot_id, one.table_id)
        for one in schedules.get_schedule(world.uow, ORGANISER, drafted.event_id).meetings
    }
    assert "Swap with another meeting" in browser.get(f"{place}/meeting?seller=s1&buyer=b1").text
    other = next(
        pair for pair, at in before.items() if pair != ("s1", "b1") and at[0] == before["s1", "b1"][0]
    )
    names = {"s1": "Alba Films", "s2": "Grim Sales", "b1": "Lumen", "b2": "Harbor Pictures"}
    swap = {"kind": "swap", "seller": "s1", "buyer": "b1"}
    swap |= {"other_seller": names[other[0]], "other_buyer": names[other[1]]}
    shown = browser.get(f"{place}/change", params=swap)
    assert f'value="{other[0]}"' in shown.text
    assert "changed places" in browser.post(f"{place}/change", data=swap).text
    after = schedules.get_schedule(world.uow, ORGANISER, drafted.event_id).meetings
    now_at = {(one.seller_id, one.buyer_id): (one.slot_id, one.table_id) for one in after}
    assert (now_at["s1", "b1"], now_at[other]) == (before[other], before["s1", "b1"])
