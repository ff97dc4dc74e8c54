import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ui.conftest import parse

from bihuan.logic.pictures import (
    GLYPHS,
    Light,
    MechanismPicture,
    PictureMove,
    PictureStage,
    PictureStep,
    Point,
    Timetable,
    TimetableRow,
    mechanism_picture,
    mechanism_svg,
    mechanism_table,
    stepper_svg,
    svg,
    timetable_svg,
    timetable_table,
    trend_svg,
)
from bihuan.logic.pictures.light import COLOURS
from bihuan.logic.pictures.mechanism_layout import NODE_HEIGHT, lay_out
from bihuan.logic.pictures.timetable_parts import hatch
from bihuan.ui.gallery import drawn

NS = "{http://www.w3.org/2000/svg}"
NASTY = '<script>alert("1")</script> & \x00\x1b'


def texts(root) -> list[str]:
    return ["".join(t for t in [e.text or ""]) for e in root.iter(f"{NS}text")]


def contrast(colour: str, ground: str = "#ffffff") -> float:
    def light(c: str) -> float:
        parts = [int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    a, b = sorted((light(colour), light(ground)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def test_lights_read_without_colour_and_with_it():
    assert len(set(GLYPHS.values())) == len(Light)
    assert all(contrast(COLOURS[one]) >= 4.5 for one in Light)
    assert contrast(svg.SOFT) >= 4.5
    assert contrast(svg.SOFT, svg.BAND) >= 4.5


@pytest.mark.parametrize("form", ["wide", "narrow"])
@pytest.mark.parametrize(
    "make", [drawn.timetable, drawn.what_if, drawn.long_timetable, drawn.short_timetable]
)
def test_every_node_stands_in_the_timetable_once_and_apart(make, form):
    table = make()
    root = parse(timetable_svg(table, form))
    shown = [e for e in root.iter(f"{NS}text") if e.get("font-size") == "13" and e.get("x") == "28"]
    assert len(shown) == len(table.rows)
    for element, row in zip(shown, table.rows, strict=True):
        full = element.find(f"{NS}title")
        assert (full.text if full is not None else element.text) == row.title
    heights = [float(e.get("y")) for e in shown]
    assert heights == sorted(heights)
    assert min(b - a for a, b in pairwise(heights)) >= 13 + 4, "lines of text don't touch"


@pytest.mark.parametrize("form", ["wide", "narrow"])
@pytest.mark.parametrize("days", [0, 45, 400, 2000])
def test_today_and_every_stroke_stay_inside(form, days):
    table = replace(drawn.timetable(), today=drawn.TODAY + timedelta(days=days))
    root = parse(timetable_svg(table, form))
    width, height = (float(n) for n in root.get("viewBox").split()[2:])
    today = next(e for e in root.iter(f"{NS}path") if e.get("class") == "today")
    places = {float(x) for x in re.findall(r"M([\d.]+) ", today.get("d"))}
    assert len(places) == 1
    assert 0 < places.pop() < width
    for element in root.iter(f"{NS}rect"):
        assert float(element.get("x")) >= 0
        assert float(element.get("x")) + float(element.get("width")) <= width + 0.01
        assert float(element.get("y")) + float(element.get("height")) <= height + 0.01


def test_words_don_t_run_out_of_their_column():
    row = TimetableRow(
        "a",
        "施工图设计与审查（含人防、消防技术审查）及其他",
        "审批",
        "要素保障部门联合体",
        latest_finish=date(2026, 1, 1),
    )
    root = parse(timetable_svg(Timetable("t", [row], drawn.TODAY)))
    for element in root.iter(f"{NS}text"):
        if element.get("x") in {"28", "196"} and element.get("font-size") != "11":
            room = 168 if element.get("x") == "28" else 72
            assert svg.measure(element.text, float(element.get("font-size"))) <= room


def test_the_binding_chain_runs_from_today_to_the_flag():
    table = drawn.timetable(date(2026, 7, 31))
    assert table.late
    root = parse(timetable_svg(table))
    red = [
        e
        for e in root.iter()
        if e.get("stroke") == "#c1272d" and e.tag == f"{NS}path" and e.get("stroke-width") == "2"
    ]
    open_nodes = [one for one in table.chain if not next(r for r in table.rows if r.id == one).actual_finish]
    assert len(red) == len(open_nodes), "a stroke between each two and one to the flag"
    assert table.sentence in texts(root)


def test_names_of_days_never_overlap():
    table = replace(
        drawn.timetable(),
        first_anchor=drawn.ANCHOR - timedelta(days=3),
        ghost_anchor=drawn.ANCHOR + timedelta(days=4),
    )
    root = parse(timetable_svg(table))
    spans = [
        (float(e.get("y")), float(e.get("x")), float(e.get("x")) + svg.measure(e.text, 12))
        for e in root.iter(f"{NS}text")
        if e.get("font-weight") == "600"
    ]
    assert len(spans) >= 3
    for one in spans:
        assert not [o for o in spans if o is not one and o[0] == one[0] and o[1] < one[2] and one[1] < o[2]]


def test_the_table_tells_the_same():
    table = drawn.timetable()
    head, rows = timetable_table(table)
    assert len(rows) == len(table.rows)
    assert all(len(row) == len(head) for row in rows)
    assert [row[0].split(" ", 1)[1] for row in rows] == [row.title for row in table.rows]


def test_a_picture_without_dates_is_still_a_picture():
    for rows in ([], [TimetableRow("a", "节点")]):
        root = parse(timetable_svg(Timetable("空", rows, drawn.TODAY)))
        assert root.find(f"{NS}title").text == "空"


@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_titles_can_t_become_markup(form):
    row = TimetableRow("a", NASTY, NASTY, NASTY, date(2025, 1, 1), date(2025, 2, 1))
    stage = PictureStage("s", NASTY, count=3)
    move = PictureMove("m", NASTY, "s", "s", NASTY, NASTY)
    for drawing in (
        timetable_svg(Timetable(NASTY, [row], drawn.TODAY, sentence=NASTY, chance=NASTY), form),
        mechanism_svg(MechanismPicture(NASTY, [stage], [move], replace(move, source=""), [move])),
        stepper_svg(NASTY, [PictureStep(NASTY, "now", NASTY)]),
        trend_svg(NASTY, [Point(NASTY, 3.0)]),
    ):
        root = parse(drawing)
        assert not list(root.iter(f"{NS}script"))
        assert "<script" not in drawing
        assert "style=" not in drawing


def test_hatching_ends_at_the_edges():
    numbers = [float(n) for n in re.findall(r"[\d.]+", hatch(10, 20, 33, 12))]
    assert all(10 <= x <= 43 for x in numbers[::2])
    assert all(20 <= y <= 32 for y in numbers[1::2])
    assert hatch(0, 0, 0, 12) == ""


def boxes_and_labels(layout):
    nodes = [(b.x, b.y, b.x + b.width, b.y + NODE_HEIGHT) for b in layout.boxes.values()]
    labels = [
        (e.label_x - e.width / 2, e.label_y, e.label_x + e.width / 2, e.label_y + e.height)
        for e in layout.edges
    ]
    return nodes, labels


def overlapping(rectangles):
    return [
        (a, b)
        for n, a in enumerate(rectangles)
        for b in rectangles[n + 1 :]
        if a[0] < b[2] - 0.5 and b[0] < a[2] - 0.5 and a[1] < b[3] - 0.5 and b[1] < a[3] - 0.5
    ]


def test_the_mechanism_shows_every_stage_and_move_apart():
    mechanism = drawn.mechanism()
    picture = mechanism_picture(mechanism, at_stage={"handling": 86})
    root = parse(mechanism_svg(picture))
    said = " ".join(texts(root))
    assert all(stage.title in said for stage in mechanism.stages)
    assert all(move.title in said for move in mechanism.moves)
    assert "86" in texts(root)
    nodes, labels = boxes_and_labels(lay_out(picture))
    assert not overlapping(nodes)
    assert not overlapping(labels)
    assert not [pair for pair in overlapping(nodes + labels) if pair[0] in nodes and pair[1] in labels]
    rows = mechanism_table(picture)
    assert {row[1] for row in rows} == {move.title for move in mechanism.moves}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_mechanism_can_be_drawn(data):
    count = data.draw(st.integers(1, 9))
    ids = [f"s{n}" for n in range(count)]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=16))
    moves = [
        PictureMove(f"m{n}", f"第{n}动作", a, b, "主办单位", "5 个工作日") for n, (a, b) in enumerate(pairs)
    ]
    picture = MechanismPicture("任意", [PictureStage(one, f"环节{one}") for one in ids], moves)
    layout = lay_out(picture)
    nodes, labels = boxes_and_labels(layout)
    assert not overlapping(nodes)
    assert not overlapping(labels), "labels stay apart"
    assert not [pair for pair in overlapping(nodes + labels) if pair[0] in nodes and pair[1] in labels]
    for left, top, right, bottom in nodes + labels:
        assert left >= -0.5
        assert top >= -0.5
        assert right <= layout.width + 0.5
        assert bottom <= layout.height + 0.5
    root = parse(mechanism_svg(picture))
    assert len([g for g in root.iter(f"{NS}g") if g.get("class") == "stage"]) == count


def test_stepper_and_trend():
    root = parse(
        stepper_svg("环节", [PictureStep("登记", "done"), PictureStep("办理", "now"), PictureStep("销号")])
    )
    assert [t for t in texts(root) if t in {"登记", "办理", "销号"}] == ["登记", "办理", "销号"]
    assert root.find(f"{NS}desc").text == "办理"
    line = parse(
        trend_svg("t", [Point("a", 1.0), Point("b", None), Point("c", 3.5), Point("d", 4, forecast=True)])
    )
    dashed = [p for p in line.iter(f"{NS}path") if p.get("stroke-dasharray")]
    assert len(dashed) == 1, "what is expected is never drawn like what is"
    assert "3.5" in texts(line)
    assert parse(trend_svg("leer", [])).find(f"{NS}title").text == "leer"
    assert len(list(parse(trend_svg("b", [Point("a", 2), Point("b", 5)], kind="bar")).iter(f"{NS}rect"))) == 2


@given(st.text(max_size=40), st.floats(20, 400))
def test_cut_text_fits(content, room):
    assert svg.measure(svg.fit(content, room), 13) <= max(room, svg.measure("…", 13))
