"""The wall in a real browser: it goes on by itself, holds still when told to or looked at, and tells guests less."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)
TURN = 21_000


@pytest.fixture
def wall(park, person):
    """Return a page on the wall whose time is ours, and the list of turns it asked for."""
    from bihuan.lines.projects.standings.actions import refresh
    from bihuan.lines.wall import actions

    refresh()
    actions.refresh_loads()
    actions.refresh_ranks()
    page, asked = person("zhongxin"), []
    page.on("request", lambda sent: asked.append(sent.url) if "turn=" in sent.url else None)
    page.clock.install()
    page.goto(f"{park}/wall/")
    page.wait_for_selector("#wall-numbers")
    page.evaluate("window.same = true")
    return page, asked


def turns(page) -> None:
    """Let twenty seconds pass and wait until the turn they bring stands on the page."""
    with page.expect_response(lambda answer: "turn=" in answer.url):
        page.clock.run_for(TURN)
    # Were time let run on before the answer is in its place, the page would give the request up.
    assert any(settled(page) for _moment in range(1000)), "the turn never came to stand"
    assert page.evaluate("window.same"), "it is the same page, turned in place"


def settled(page) -> bool:
    """Let a moment pass; whether nothing is asked for any more and the numbers stand."""
    page.clock.run_for(5)
    return not page.locator(".htmx-request").count() and page.locator("#wall-numbers").count() == 1


def stands(page, asked, milliseconds: int) -> None:
    """Let time pass and see that nothing is asked for."""
    before = len(asked)
    page.clock.run_for(milliseconds)
    assert len(asked) == before


def test_it_goes_on_by_itself_and_holds_still_when_told_to(wall):
    page, asked = wall
    turns(page)
    page.click("[data-cycle-pause]")
    assert page.get_attribute("[data-cycle-pause]", "aria-pressed") == "true"
    stands(page, asked, 4 * TURN)
    page.click("[data-cycle-pause]")
    assert page.get_attribute("[data-cycle-pause]", "aria-pressed") == "false"
    turns(page)
    page.mouse.move(300, 300)
    page.mouse.move(320, 320)
    stands(page, asked, 2 * TURN)
    page.clock.run_for(TURN)  # a minute after the last touch it goes on
    turns(page)


def test_whoever_asked_for_less_motion_turns_the_pages_alone(wall):
    page, asked = wall
    page.emulate_media(reduced_motion="reduce")
    stands(page, asked, 2 * TURN)


def test_guests_see_projects_and_neither_problems_nor_names(wall, park):
    page, _asked = wall
    told = page.inner_text("body")
    page.goto(f"{park}/wall/visitors/")
    page.evaluate("window.same = true")
    shown = page.inner_text("body")
    for word in ("逾期", "红线外供水管网未接通", "开发建设局", "税"):
        assert word not in shown, word
    assert "逾期" in told, "the full wall says what is wrong"
    turns(page)
