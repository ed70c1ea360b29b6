"""What a sales agent of the browser tests has."""

from __future__ import annotations

from service.clock import now
from tests.service import make
from tests.service.browser.site import Site
from tests.tastes import WORDS

__all__ = ["stock_up"]


def stock_up(site: Site) -> None:
    """alba holds rights of its western `offer` in France and the United States, and has a comedy without any."""
    western = make.film(
        "offer",
        "alba",
        title="The Draw",
        synopsis=WORDS["Western"],
        genres=("Western",),
        directors=("Western Hand 0",),
        countries=("FR",),
        year=2019,
    )
    comedy = make.film(
        "comic", "alba", title="Odd Socks", synopsis=WORDS["Comedy"], genres=("Comedy",), year=2019
    )
    with site.uow() as tx:
        tx.films.add(western)
        tx.films.add(comedy)
        for territory in ("FR", "US"):
            tx.rights.add(make.held("offer", "alba", territory=territory, confirmed_on=now().date()))
        tx.commit()
    site.bundled.catch_up()
