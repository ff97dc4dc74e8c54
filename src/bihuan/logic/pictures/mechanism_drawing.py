"""Draw a mechanism that has been laid out."""

from bihuan.logic.pictures import svg
from bihuan.logic.pictures.mechanism import MechanismPicture
from bihuan.logic.pictures.mechanism_layout import (
    LABEL,
    LINE,
    NODE_HEIGHT,
    SMALL,
    TITLE,
    Box,
    Edge,
    Layout,
    lay_out,
)

STROKE = "#14507f"
BACK = "#7a3fb0"
FINAL = "#0b6b73"
SOFT_FILL = "#e3eef7"


def mechanism_svg(picture: MechanismPicture) -> str:
    """Return the mechanism as SVG."""
    layout = lay_out(picture)
    notes = _notes(picture)
    height = layout.height + (len(notes) * 20 + 10 if notes else 0)
    width = max(layout.width, 360.0)
    parts = [svg.el("rect", x=0, y=0, width=width, height=height, fill=svg.PAPER)]
    parts += _opening(picture, layout)
    parts += [part for edge in layout.edges for part in _arrow(edge, layout)]
    parts += [_box(box) for box in layout.boxes.values()]
    parts += [part for edge in layout.edges for part in _label(edge)]
    for n, note in enumerate(notes):
        parts.append(svg.label(note, 16, layout.height + 16 + n * 20, width - 32, size=12, fill=svg.SOFT))
    desc = "; ".join(f"{e.source.stage.title} → {e.target.stage.title}" for e in layout.edges)
    return svg.picture(width, height, picture.title, desc, *parts, kind="mechanism")


def _notes(picture: MechanismPicture) -> list[str]:
    titles = {stage.id: stage.title for stage in picture.stages}
    return [
        f"{picture.words.anywhere}{_to(titles.get(m.target, ''))}: "
        + " · ".join(filter(None, (m.title, m.who, m.limit)))
        for m in picture.anywhere
    ]


def _to(title: str) -> str:
    return f" → {title}" if title else ""


def _box(box: Box) -> str:
    final = box.stage.final
    parts = [
        svg.el(
            "rect", x=box.x, y=box.y, width=box.width, height=NODE_HEIGHT, stroke_width=2,
            rx=NODE_HEIGHT / 2 if final else 8, fill=svg.PAPER if final else SOFT_FILL,
            stroke=FINAL if final else STROKE,
        ),
        svg.label(
            box.stage.title, box.centre, box.middle + 5, box.width - 14, size=14, text_anchor="middle",
            font_weight=700,
        ),
    ]  # fmt: skip
    if box.stage.count is not None:
        said = f"{box.stage.count:,}"
        wide = max(24.0, svg.measure(said, 12) + 14)
        parts.append(
            svg.el(
                "rect", x=box.right - wide / 2 - 4, y=box.y - 11, width=wide, height=20, rx=10, fill=STROKE
            )
        )
        parts.append(
            svg.text(
                said,
                box.right - 4,
                box.y + 3.5,
                size=12,
                fill=svg.PAPER,
                text_anchor="middle",
                font_weight=700,
            )
        )
    return svg.el("g", *parts, class_="stage")


def _opening(picture: MechanismPicture, layout: Layout) -> list[str]:
    opening = picture.opening
    if not opening or opening.target not in layout.boxes:
        return []
    box = layout.boxes[opening.target]
    start, y = 14.0, box.middle
    middle = (start + box.x) / 2
    parts = [
        svg.el("circle", cx=start, cy=y, r=6, fill=STROKE),
        _stroke(f"M{start + 6:.1f} {y:.1f}H{box.x - 7:.1f}", STROKE),
        _head(box.x, y, "right", STROKE),
        svg.label(opening.title, middle, y - 7, LABEL, size=TITLE, font_weight=700, text_anchor="middle"),
    ]
    for n, said in enumerate(filter(None, (opening.who, opening.limit))):
        at = y + 18 + 15 * n
        parts.append(svg.label(said, middle, at, LABEL, size=SMALL, fill=svg.SOFT, text_anchor="middle"))
    return parts


def _arrow(edge: Edge, layout: Layout) -> list[str]:
    if edge.kind == "loop":
        return _loop(edge)
    if edge.kind == "side":
        return _to_neighbour(edge)
    if edge.kind == "gap":
        return _through_gap(edge, layout)
    return _through_lane(edge, layout)


def _loop(edge: Edge) -> list[str]:
    x, y = edge.source.centre, edge.source.y
    path = (
        f"M{x - 12:.1f} {y:.1f}C{x - 22:.1f} {y - 22:.1f} {x + 22:.1f} {y - 22:.1f} {x + 13:.1f} {y - 6:.1f}"
    )
    return [_stroke(path, svg.SOFT), _head(x + 12, y, "down", svg.SOFT)]


def _to_neighbour(edge: Edge) -> list[str]:
    """Go straight down (right of the middle) or up (left of it) to the next stage of the layer."""
    down = edge.target.row > edge.source.row
    x = edge.source.centre + (12 if down else -12)
    start, end = (edge.source.bottom, edge.target.y) if down else (edge.source.y, edge.target.bottom)
    colour = STROKE if down else BACK
    path = f"M{x:.1f} {start:.1f}V{end - 7 if down else end + 7:.1f}"
    return [_stroke(path, colour), _head(x, end, "down" if down else "up", colour)]


def _through_gap(edge: Edge, layout: Layout) -> list[str]:
    out = [e for e in layout.edges if e.kind == "gap" and e.source is edge.source]
    into = [e for e in layout.edges if e.kind == "gap" and e.target is edge.target]
    x1, y1 = edge.source.right, _port(edge, sorted(out, key=lambda e: e.target.middle), edge.source)
    x2, y2 = edge.target.x, _port(edge, sorted(into, key=lambda e: e.source.middle), edge.target)
    bend = (x2 - x1) / 2
    path = f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2 - 7:.1f} {y2:.1f}"
    return [_stroke(path, STROKE), _head(x2, y2, "right", STROKE)]


def _port(edge: Edge, fellows: list[Edge], box: Box) -> float:
    """Return the height at which an arrow leaves or meets a box, so that several don't share a point."""
    if edge.straight:
        return box.middle
    return box.y + NODE_HEIGHT * (fellows.index(edge) + 1) / (len(fellows) + 1)


def _through_lane(edge: Edge, layout: Layout) -> list[str]:
    """Go up (or down) to the lane, along it, and back; round other stages of the layer through the gap."""
    above = edge.kind == "above"
    colour = STROKE if above else BACK
    free = layout.top if above else layout.last
    shift = 7.0 * (_fellows(edge, layout).index(edge) % 4)
    if free(edge.source):
        x1 = edge.source.centre + (edge.source.width / 4 - shift if above else -edge.source.width / 4 + shift)
        start = f"M{x1:.1f} {edge.source.y if above else edge.source.bottom:.1f}"
    else:
        x1 = edge.source.right + 10 + shift
        start = f"M{edge.source.right:.1f} {edge.source.middle + 12:.1f}H{x1:.1f}"
    if free(edge.target):
        x2 = edge.target.centre + (-edge.source.width / 4 + shift if above else edge.source.width / 4 - shift)
        y2 = edge.target.y if above else edge.target.bottom
        finish, head = f"V{y2 - 7 if above else y2 + 7:.1f}", _head(x2, y2, "down" if above else "up", colour)
    else:
        x2, y2 = edge.target.x - 14 - shift, edge.target.middle + 12
        finish, head = f"V{y2:.1f}H{edge.target.x - 7:.1f}", _head(edge.target.x, y2, "right", colour)
    path = f"{start}V{edge.lane_y:.1f}H{x2:.1f}{finish}"
    return [_stroke(path, colour), head]


def _fellows(edge: Edge, layout: Layout) -> list[Edge]:
    """Return the arrows of the same kind that share a stage with this one."""
    ends = {edge.source.stage.id, edge.target.stage.id}
    return [e for e in layout.edges if e.kind == edge.kind and ends & {e.source.stage.id, e.target.stage.id}]


def _stroke(path: str, colour: str) -> str:
    return svg.el("path", d=path, fill="none", stroke=colour, stroke_width=1.6, stroke_linejoin="round")


def _head(x: float, y: float, way: str, colour: str) -> str:
    """Draw an arrow head whose point is at x, y."""
    ends = {
        "right": f"{x - 8:.1f},{y - 4.5:.1f} {x - 8:.1f},{y + 4.5:.1f}",
        "down": f"{x - 4.5:.1f},{y - 8:.1f} {x + 4.5:.1f},{y - 8:.1f}",
        "up": f"{x - 4.5:.1f},{y + 8:.1f} {x + 4.5:.1f},{y + 8:.1f}",
    }[way]
    return svg.el("polygon", points=f"{x:.1f},{y:.1f} {ends}", fill=colour)


def _label(edge: Edge) -> list[str]:
    lines = edge.lines()
    if not lines:
        return []
    room = edge.width + 1
    below = 7 if edge.straight else 0  # the arrow runs between the title and the rest
    parts = [] if edge.straight else [
        svg.el(
            "rect", x=edge.label_x - room / 2 - 3, y=edge.label_y, width=room + 6, height=edge.height, rx=3,
            fill=svg.PAPER, fill_opacity=0.92,
        )
    ]  # fmt: skip
    for n, (said, strong) in enumerate(lines):
        y = edge.label_y + LINE * (n + 1) - 4 + (below if n else 0)
        look: dict[str, svg.Value] = {"fill": svg.INK, "font_weight": 600} if strong else {"fill": svg.SOFT}
        size = TITLE if strong else SMALL
        parts.append(svg.label(said, edge.label_x, y, room, size=size, text_anchor="middle", **look))
    return parts
