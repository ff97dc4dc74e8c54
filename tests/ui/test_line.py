from dataclasses import replace

import pytest

from bihuan.kernel.identity.actors import NOBODY, Actor, Kind
from bihuan.ui import shell
from bihuan.ui.line import Line, LineError, MenuEntry, arrange, check

GOOD = Line(
    "projects",
    "Key projects",
    icon="project",
    menu=(MenuEntry("All", "gallery_list", "list", permit="anyone"),),
    mechanisms=("bihuan.lines.projects.mechanisms.PROBLEM",),
    limits=("limits.json",),
)


def test_a_good_manifest_passes():
    assert check(GOOD) is GOOD


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Key Projects"}, "lower-case"),
        ({"title": ""}, "no title"),
        ({"icon": "unicorn"}, "unicorn"),
        ({"depends_on": ("projects",)}, "itself"),
        ({"mechanisms": ("no spaces here",)}, "dotted path"),
        ({"mechanisms": ["a.b"]}, "tuple of strings"),
        ({"urls": "urls"}, "dotted path"),
        ({"limits": ("limits.yaml",)}, "json"),
        ({"menu": (MenuEntry("All", "a b"),)}, "URL name"),
        ({"menu": (MenuEntry("All", "a", "unicorn"),)}, "unicorn"),
        ({"menu": (MenuEntry("All", "a", count="counts"),)}, "dotted path"),
    ],
)
def test_a_bad_manifest_is_told_what_is_wrong(change, said):
    with pytest.raises(LineError, match=said) as raised:
        check(replace(GOOD, **change))
    assert change.get("name", "projects") in str(raised.value)


def test_something_else_is_no_manifest():
    with pytest.raises(LineError, match="dict"):
        check({})


def test_lines_stand_after_those_they_need():
    a, b, c = Line("a", "A", order=1, depends_on=("c",)), Line("b", "B", order=2), Line("c", "C", order=3)
    assert [line.name for line in arrange([c, b, a])] == ["c", "a", "b"]


def test_circles_and_strangers_and_doubles_are_refused():
    with pytest.raises(LineError, match="circle: a → b → a"):
        arrange([Line("a", "A", depends_on=("b",)), Line("b", "B", depends_on=("a",))])
    with pytest.raises(LineError, match="not installed"):
        arrange([Line("a", "A", depends_on=("x",))])
    with pytest.raises(LineError, match="two lines"):
        arrange([Line("a", "A"), Line("a", "Another")])


def test_the_rail_shows_only_open_doors(rf):
    menu = (
        MenuEntry("Public", "gallery", "home", permit="anyone", phone=True),
        MenuEntry("Inside", "gallery_list", "list", permit="post"),
        MenuEntry("Not built", "no_such_url", "list", permit="anyone"),
    )
    shell.install(shell.Source(menu=menu, counts=lambda actor: {"gallery": 3}))
    request = rf.get("/gallery/")
    request.actor = NOBODY
    seen = [entry for section in shell.build(request).sections for entry in section.entries]
    assert [(e.title, e.count, e.active) for e in seen] == [("Public", 3, True)]
    request.actor = Actor(Kind.POST, post=1)
    built = shell.build(request)
    assert [e.title for s in built.sections for e in s.entries] == ["Public", "Inside"]
    assert [e.title for e in built.bottom] == ["Public"]


def test_the_longest_address_is_the_active_one(rf):
    menu = tuple(
        MenuEntry(name, name, permit="anyone") for name in ("gallery", "gallery_list", "gallery_form")
    )
    shell.install(shell.Source(menu=menu))
    request = rf.get("/gallery/list/7/")
    request.actor = NOBODY
    assert [e.title for s in shell.build(request).sections for e in s.entries if e.active] == ["gallery_list"]


def test_demonstration_data_is_marked_on_every_kind_of_page(browser):
    shell.install(shell.Source(demo=True))
    for name in ("", "wall/", "paper/"):
        assert "Demonstration data" in browser.get(f"/gallery/{name}").content.decode()
    shell.install(shell.Source())
    assert "Demonstration data" not in browser.get("/gallery/").content.decode()
