import re
from dataclasses import replace
from datetime import date

import pytest

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic import days
from bihuan.ui import cells
from bihuan.ui.gallery import samples
from bihuan.ui.gallery.samples_matter import DUE
from bihuan.ui.panels import (
    Action,
    Alert,
    Change,
    Clock,
    ClockPanel,
    Column,
    Diff,
    DiffRow,
    Empty,
    Event,
    Evidence,
    Facts,
    Figure,
    Figures,
    Filter,
    FilterBar,
    FormPanel,
    Links,
    MatterCard,
    Matters,
    MovesPanel,
    Pager,
    Picture,
    Progress,
    Prose,
    Step,
    Stepper,
    Tab,
    Table,
    Tabs,
    Timeline,
    Why,
)

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
PAGES = ["", "matter/", "matter/answer/", "list/", "form/", "pictures/", "paper/", "wall/"]


def table(**changes):
    made = Table(
        id="rows",
        columns=[
            Column("Name", "name", head=True, link=lambda r: f"/p/{r['id']}"),
            Column("Sum", "sum", number=True),
        ],
        rows=[{"id": 7, "name": "Alpha", "sum": 1200}],
        row_key=lambda r: r["id"],
        row_href=lambda r: f"/p/{r['id']}",
    )
    return replace(made, **changes)


def test_a_row_is_a_table_row_and_a_card_at_once():
    html = table().render()
    assert '<td class="head short" role="cell" data-label="Name"><a href="/p/7">Alpha</a></td>' in html
    assert '<td class="num short" role="cell" data-label="Sum"><span class="number">1,200</span></td>' in html
    assert 'data-href="/p/7"' in html
    for role in ("table", "rowgroup", "row", "columnheader", "cell"):
        assert f'role="{role}"' in html, "cards keep the meaning of a table"


def test_an_empty_table_says_the_first_step():
    html = table(
        rows=[], empty=Empty(text="Nothing yet", action=Action(title="Begin", href="/new/"))
    ).render()
    assert "<table" not in html
    assert "Nothing yet" in html
    assert 'href="/new/"' in html


def test_pages_are_only_next_and_previous():
    html = table(pager=Pager(next="?after=9", shown="1–9")).render()
    assert 'hx-get="?after=9"' in html
    assert 'hx-target="#rows"' in html
    assert "Previous" not in html


def evil_panels():
    form = Form("f", EVIL, (Field("t", EVIL, help=EVIL), Field("c", "c", "choice", choices=((EVIL, EVIL),))))
    act = Action(title=EVIL, href=EVIL, confirm=EVIL, post=True)
    return [
        Facts(
            id="a",
            title=EVIL,
            items=[(EVIL, EVIL), (EVIL, cells.To(EVIL, EVIL)), ("t", cells.Tag(EVIL))],
            action=act,
        ),
        table(rows=[{"id": EVIL, "name": EVIL, "sum": EVIL}], caption=EVIL, actions=[act]),
        FilterBar(
            id="b",
            url=EVIL,
            filters=[Filter(EVIL, EVIL, [(EVIL, EVIL)], EVIL)],
            search=EVIL,
            saved=[(EVIL, EVIL)],
        ),
        Diff(id="c", rows=[DiffRow(EVIL, "updated", [Change(EVIL, EVIL, EVIL, EVIL, "error")], EVIL, EVIL)]),
        Matters(
            id="d",
            cards=[
                MatterCard(code=EVIL, title=EVIL, href=EVIL, left=EVIL, holder=EVIL, place=EVIL, move=act)
            ],
        ),
        Stepper(id="e", steps=[Step(EVIL, "now", note=EVIL)]),
        ClockPanel(
            id="f", clocks=[Clock(title=EVIL, light="late", left=EVIL, why=[Why(EVIL, EVIL)], stopped=EVIL)]
        ),
        MovesPanel(id="g", moves=[act, act]),
        Timeline(
            id="h",
            events=[
                Event(
                    at=DUE,
                    who=EVIL,
                    title=EVIL,
                    text=EVIL,
                    facts=[(EVIL, EVIL)],
                    files=[Evidence(EVIL, EVIL, EVIL)],
                )
            ],
        ),
        FormPanel(
            id="i", form=form, url=EVIL, values={"t": EVIL}, errors={"t": EVIL, "": EVIL}, hidden={EVIL: EVIL}
        ),
        Figures(
            id="j", figures=[Figure(title=EVIL, value=1, unit=EVIL, href=EVIL, definition=EVIL, compare=EVIL)]
        ),
        Progress(id="k", url=EVIL, text=EVIL, failed=EVIL),
        Picture(id="l", title=EVIL, svg="", head=[EVIL], rows=[[EVIL]], note=EVIL),
        Tabs(id="m", tabs=[Tab(EVIL, EVIL)], body=[Prose(id="n", paragraphs=[EVIL])]),
        Links(id="o", items=[(EVIL, EVIL, EVIL)]),
        Alert(id="p", title=EVIL, text=EVIL, details=[EVIL], action=act),
        Empty(id="q", title=EVIL, text=EVIL, action=act),
    ]


@pytest.mark.parametrize("panel", evil_panels(), ids=lambda panel: type(panel).__name__)
def test_nothing_anybody_typed_becomes_markup(panel):
    html = panel.render()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;" in html


def test_only_pictures_of_the_house_are_drawn():
    with pytest.raises(ValueError, match="logic"):
        Picture(svg="<img src=x>").render()


def test_cells_say_what_they_are():
    assert "No" in str(cells.show(False)).title()
    assert "—" in cells.show(None)
    assert cells.show("<b>") == "&lt;b&gt;"
    assert 'class="number forecast"' in cells.show(cells.Num(5, "t", forecast=True))
    assert "Oct 2025" in cells.show(days.Day(date(2025, 10, 1), days.Precision.MONTH))
    assert 'title="¥12,000.00"' in cells.show(cells.Money("1.2", "wan"))
    assert "90.11% = 1,822 / 2,022" in cells.show(cells.Rate(1822, 2022))
    assert cells.show(cells.To(None, "/x")).count("—") == 1


def test_a_light_is_glyph_word_and_colour():
    html = cells.show(cells.Lamp("late", "6 days late"))
    assert "light-late" in html
    assert "■" in html
    assert "6 days late" in html
    assert "overdue" in cells.show(cells.Lamp("late", glyph_only=True))


FORM = samples.FORM


def form_panel(**changes):
    made = FormPanel(
        id="f", form=FORM, url="/do/", hidden={"ver": 3}, options=lambda field: [("1", "One"), ("2", "Two")]
    )
    return replace(made, **changes)


def test_what_was_typed_and_what_is_wrong_stay_in_place():
    html = form_panel(
        values={
            "result": "half a page",
            "invested": "about 300",
            "unit": "2",
            "kind": "partly",
            "told": "on",
            "channels": ["call"],
        },
        errors={"invested": "Please enter a number."},
        kept={"evidence": [("81", "photo.jpg")]},
    ).render()
    assert ">half a page</textarea>" in html
    assert 'value="about 300"' in html
    assert re.search(r'aria-describedby="f-field-invested-error"\s+aria-invalid="true"', html)
    assert 'id="f-field-invested-error"' in html
    assert '<a href="#f-field-invested">' in html
    assert '<option value="2" selected>' in html
    assert re.search(r'value="partly"\s+checked', html)
    assert re.search(r'value="call"\s+checked', html)
    assert re.search(r'value="81"\s+checked', html), "a file already stored is not lost"
    assert 'name="ver" value="3"' in html


def test_every_kind_of_field_has_its_input():
    html = form_panel().render()
    for piece in (
        'type="date"',
        'type="datetime-local"',
        'type="tel"',
        'inputmode="decimal"',
        "<textarea",
        "multiple",
        "<select",
    ):
        assert piece in html
    assert 'enctype="multipart/form-data"' in html
    assert "Never upload state secrets" in html
    for field in FORM.fields:
        assert f'name="{field.name}"' in html
        assert f'id="f-field-{field.name}"' in html


def test_a_long_list_can_be_searched_and_keeps_what_was_chosen():
    many = [(str(n), f"Unit {n}") for n in range(40)]
    form = Form(
        "f", "F", (Field("lead", "Lead", "unit"), Field("supports", "Support", "units", required=True))
    )
    html = FormPanel(
        id="f", form=form, url="/", options=lambda field: many, values={"lead": "7", "supports": ["3", "9"]}
    ).render()
    assert html.count("data-picker") == 2
    chosen = re.findall(r'name="(\w+)"\s+value="(\d+)"\s+checked', html)
    assert chosen == [("lead", "7"), ("supports", "3"), ("supports", "9")]
    assert len(re.findall(r'name="lead"\s+value=""', html)) == 1, "nothing can be chosen again"
    assert not re.findall(r'name="supports"\s+value=""', html)


def test_moves_open_in_place_and_without_script():
    html = MovesPanel(
        id="moves", moves=[Action(title="A", href="/a/"), Action(title="B", href="/b/", primary=True)]
    ).render()
    assert html.index("/b/") < html.index("/a/"), "the primary one first"
    assert 'href="/b/"' in html
    assert 'hx-target="#moves-form"' in html
    assert 'id="moves-form"' in html


def test_a_finished_work_asks_no_more():
    assert "every 2s" in Progress(id="p", url="/p/", text="t", part=1, whole=3).render()
    assert "every 2s" not in Progress(id="p", url="/p/", text="t", done=True).render()
    assert "every 2s" not in Progress(id="p", url="/p/", text="t", failed="no").render()


@pytest.mark.parametrize("name", PAGES)
def test_pages_keep_the_content_policy(browser, name):
    html = browser.get(f"/gallery/{name}").content.decode()
    assert "<script>" not in html.replace("&lt;script&gt;", "")
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son\w+=", html)
    assert "hx-on" not in html
    assert "{{" not in html
    assert "{%" not in html


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique_and_labels_lead_somewhere(browser, name):
    html = browser.get(f"/gallery/{name}").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    for kind in ("for", "aria-labelledby", "aria-controls"):
        for wanted in re.findall(rf'\s{kind}="([^"]+)"', html):
            assert wanted in ids, (kind, wanted)


def test_every_target_of_htmx_is_on_the_page(browser):
    for name in PAGES:
        html = browser.get(f"/gallery/{name}").content.decode()
        for target in re.findall(r'hx-target="#([^"]+)"', html):
            assert f'id="{target}"' in html, (name, target)


def test_a_form_with_faults_answers_in_its_place(ask):
    answer = ask("/gallery/matter/answer/", "moves-form", "post", invested="x")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.strip().startswith("<section")
    assert 'value="x"' in html
    assert "Nothing was sent yet" in html
    well = ask(
        "/gallery/matter/answer/", "moves-form", "post", result="done", kind="solved", unit="1", evidence="4"
    )
    assert well["HX-Redirect"] == "/gallery/matter/"


def test_filters_are_a_sentence(browser):
    html = browser.get("/gallery/list/?light=late&q=液冷").content.decode()
    assert "逾期 · “液冷”" in html
    assert html.count("data-href") == 1
