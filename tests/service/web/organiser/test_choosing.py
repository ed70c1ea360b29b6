"""Companies, their profiles and their films are chosen by name; no id has to be known."""

from __future__ import annotations

from service.domain.events import Event
from tests.service import make
from tests.service.organising import attendee
from tests.service.world import World


def test_a_company_its_profiles_and_its_films_are_chosen_by_name(world: World, event: Event) -> None:
    key, browser = event.event_id, world.sign_in("marche-owner")
    with world.uow() as tx:
        tx.films.add(make.film("ferry", "alba", title="<i>Ferry</i>"))
        tx.films.add(make.film("draft", "alba", title="Not Offered"))
        tx.films.add(make.film("quay", title="The Quay"))
        tx.rights.add(make.held("ferry", "alba"))
        tx.commit()
    assert 'value="Lumen (lumen)"' in browser.get(f"/events/{key}/companies?company=lum").text
    new = {"side": "buyer", "name": "Second", "participant_id": "b9", "min_meetings": "0"}
    alike = browser.post(f"/events/{key}/participants/new", data={**new, "company": "Lum"})
    assert alike.status_code == 422
    assert "Lumen (lumen)" in alike.text
    assert (
        "Lumen-Fr, France"
        in browser.post(f"/events/{key}/participants/new", data={**new, "company": "Lumen"}).text
    )
    place = f"/events/{key}/participant?id="
    chosen = {
        "name": "Second",
        "company": "Lumen (lumen)",
        "min_meetings": "0",
        "distributor_ids": ["lumen-fr"],
    }
    assert 'value="lumen-fr" checked' in browser.post(f"{place}b9", data=chosen).text
    one = attendee(world.uow, event, "b9")
    assert (one.company_id, one.distributor_ids) == ("lumen", ("lumen-fr",))
    browser.post(f"{place}b9", data={**chosen, "company": "Harbor"})
    one = attendee(world.uow, event, "b9")
    assert (one.company_id, one.distributor_ids) == ("harbor", ()), (
        "profiles of another company do not come along"
    )

    page = browser.get(f"{place}s1").text
    assert "&lt;i&gt;Ferry" in page
    assert "Not Offered" not in page
    seller = {"name": "Alba Films", "company": "alba", "min_meetings": "0", "film_ids": ["ferry"]}
    assert browser.post(f"{place}s1", data={**seller, "more_films": "No Such"}).status_code == 422
    browser.post(f"{place}s1", data={**seller, "more_films": "The Quay"})
    assert attendee(world.uow, event, "s1").film_ids == ("ferry", "quay")
    browser.post(f"{place}s1", data={**seller, "film_ids": ["ferry", "quay"], "first_film": "quay"})
    assert attendee(world.uow, event, "s1").film_ids == ("quay", "ferry")


def test_single_distributors_are_taken_from_the_service_by_name(world: World, event: Event) -> None:
    place = f"/events/{event.event_id}/fill"
    browser = world.sign_in("marche-owner")
    assert "Harbor-Us" not in browser.get(place).text
    assert 'value="harbor-us"' in browser.get(f"{place}?q=harbor").text
    sent = {"distributor_ids": ["harbor-us"], "min_meetings": "0", "q": "harbor"}
    assert "It would add 1 participants" in browser.post(place, data={**sent, "todo": "try"}).text
    browser.post(place, data={**sent, "todo": "add"})
    assert attendee(world.uow, event, "harbor-us").distributor_ids == ("harbor-us",)
