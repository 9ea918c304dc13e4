"""Help: guides in the words of the screens, in both languages, one's own jobs first, and none for outsiders."""

from __future__ import annotations

import re

import pytest

from gateway.guides import GUIDES, Guide
from gateway.languages import ENGLISH, LOCALES, read_file, translations
from tests.gateway.identity.browser import Browser
from tests.pages.conftest import House

pytestmark = pytest.mark.anyio
QUOTED = re.compile("“(.+?)”")
SCREENS = {
    message.id for path in (LOCALES / ENGLISH).glob("*.po") if path.stem != "help" for message in read_file(path)
}
SAYS = translations(ENGLISH).gettext


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.key)
def test_a_guide_speaks_in_the_words_of_the_screens(guide: Guide) -> None:
    for step in guide.steps:
        named = QUOTED.findall(step)
        assert set(named) <= SCREENS, "a word in quotation marks stands on no page"
        assert sorted(QUOTED.findall(SAYS(step))) == sorted(SAYS(word) for word in named), SAYS(step)


async def test_everybody_finds_their_own_jobs_first_and_each_guide_leads_to_its_page(house: House) -> None:
    for name, own in (("guard", "arrive"), ("manager", "designate"), ("agent", "stranger"), ("admin", "set-up")):
        desk = await house.desk(name)
        shown = (await desk.open("/help")).text
        assert all(f'href="/help/{guide.key}"' in shown for guide in GUIDES)
        assert shown.index(f'"/help/{own}"') < shown.index("其他岗位的") or "其他岗位的" not in shown
        guide = next(guide for guide in GUIDES if guide.key == own)
        assert f'href="{guide.page}"' in (await desk.open(f"/help/{own}")).text
        assert (await desk.open(guide.page)).status == 200
    assert (await desk.open("/help/nothing")).status == 404


async def test_outsiders_read_no_guide(house: House) -> None:
    for path in ("/help", "/help/stranger"):
        said = await Browser(house.app).get(path)
        assert (said.status, "/login" in said.headers["location"]) == (303, True)
