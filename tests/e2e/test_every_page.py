"""Every page a person may open, in a real browser, at a desk and on a phone: it answers, fits and makes no noise."""

from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Error
from tests.e2e.conftest import SIZES

from bihuan.kernel.store.sql import run

pytestmark = pytest.mark.django_db(transaction=True)

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
#: What a page owes those who hear it or can't hold a mouse: WCAG 2.1 A and AA, as far as a program can tell.
BARRIERS = """async () => (await axe.run(window.fresh ? {include: window.fresh} : document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"],
})).violations.flatMap(one => one.nodes.slice(0, 3).map(node => `${one.id}: ${node.target.join(" ")}`))"""
#: Leaves the outermost elements of kinds not heard yet in window.fresh, and returns these kinds: an element in its
#: parent, as styles and readers tell them apart. Hearing the same again on every page would tell nothing new.
FRESH = """known => {
    const own = new Set(["id", "href", "value", "title", "name", "for", "style", "d", "points"]);
    const told = new Set(["class", "role", "type", "scope"]);
    const kind = one => one.tagName + [...one.attributes].filter(a => !own.has(a.name))
        .map(a => a.name + (told.has(a.name) ? "=" + a.value : "")).sort().join();
    const before = new Set(known), found = new Set(), fresh = new Set();
    for (const one of document.querySelectorAll("main, main *")) {
        const key = kind(one.parentElement) + ">" + kind(one);
        if (before.has(key)) continue;
        found.add(key);
        fresh.add(one);
    }
    window.fresh = [...fresh].filter(one => !fresh.has(one.parentElement));
    return [...found];
}"""
#: Who is walked with along every page; the others see the same panels.
HEARD = {"zhongxin", "qiye"}
ELSEWHERE = ("/accounts/", "/i18n/", "/api/", "/healthz", "/readyz", "/static/", "/post/")


def plain_routes(patterns=None, above="/"):
    """Yield the addresses that need nothing filled in."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from plain_routes(pattern.url_patterns, route)
        elif (
            isinstance(pattern, URLPattern)
            and not {"<", "^"} & set(route)
            and not route.startswith(ELSEWHERE)
        ):
            yield route


def filled_routes(every_stage):
    """Yield pages of one thing: a matter of each kind, at each stage when asked."""
    project = run("SELECT min(id) FROM projects_project")[0][0]
    by = "kind, stage" if every_stage else "kind"
    codes = [row[0] for row in run(f"SELECT min(code) FROM flow_matter GROUP BY {by} ORDER BY 1")]
    kinds = [row[0] for row in run("SELECT DISTINCT kind FROM flow_matter ORDER BY 1")]
    parts = ("", "edit/", "history/", "problem/", "promise/", "spot/", "timetable/", "timetable/print/")
    return [
        *(f"/projects/{project}/{part}" for part in parts),
        *(f"/matters/{code}/" for code in codes),
        f"/matters/{codes[0]}/receipt/",
        *(f"/mechanisms/{kind}/" for kind in kinds),
        "/search/?q=供水",
        "/matters/?view=duty&state=all",
        "/matters/?view=time",
    ]


def heard(page, axe, known):
    """Return what stands in the way of those who hear a page: all of it the first time, then what is new in it."""
    fresh = page.evaluate(FRESH, sorted(known))
    if not fresh:
        return []
    if not known:
        page.evaluate("window.fresh = null")
    known.update(fresh)
    page.evaluate(axe)
    return page.evaluate(BARRIERS)


def too_wide(page, sizes):
    """Return the sizes of screen at which a page must be pushed sideways."""
    wide = []
    for size in sizes:
        width, height = SIZES[size]
        if len(sizes) > 1:
            page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wide.append(size)
    return wide


@pytest.mark.parametrize(
    ("login", "sizes"),
    [
        ("zhongxin", ("phone", "desktop")),
        ("jianshe", ("phone",)),
        ("qiye", ("phone",)),
        ("admin", ("desktop",)),
    ],
)
def test_pages_answer_and_fit(park, person, login, sizes):
    page, axe = person(login, sizes[0]), AXE.read_text(encoding="utf-8")
    wide, barriers, opened = [], [], 0
    known: set[str] = set()
    for route in [*plain_routes(), *filled_routes(every_stage=login == "zhongxin")]:
        try:
            answer = page.goto(f"{park}{route}")
        except Error:  # a download, or a refusal without a page
            assert page.request.get(f"{park}{route}", max_redirects=0).status < 500, f"{login}: {route}"
            continue
        assert answer.status < 500, f"{login}: {route} answered {answer.status}"
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue  # refused, or for programs
        opened += 1
        wide += [f"{route} ({size})" for size in too_wide(page, sizes)]
        assert page.locator("h1").count() == 1, f"{login}: {route} has no heading of its own"
        if login in HEARD:
            barriers += [f"{route}: {fault}" for fault in heard(page, axe, known)]
    assert wide == []
    assert barriers == []
    assert opened > 5
