"""Lay a mechanism out: stages in layers from left to right, arrows in the gaps and in lanes above and below.

Stages are declared in their natural order, so an arrow to a later stage is forward and every other one goes
back; that makes the layers acyclic without guessing. An arrow to the next layer runs through the gap; a
longer one takes a lane above, one that goes back a lane below; loops stand on their stage.
"""

from dataclasses import dataclass, field

from bihuan.logic.pictures import svg
from bihuan.logic.pictures.mechanism import MechanismPicture, PictureMove, PictureStage

#: Stages are as wide as the longest of their titles asks for, within reason.
NODE_WIDTHS = (104.0, 190.0)
NODE_HEIGHT = 50.0
ROW_GAP = 64.0
LINE = 15.0
TITLE, SMALL = 12.5, 11.0
#: The widest a label in a gap may be before it is cut.
LABEL = 132.0
LANE_LABEL = 320.0


@dataclass(slots=True)
class Box:
    """A stage with its place."""

    stage: PictureStage
    layer: int
    row: int = 0
    x: float = 0.0
    y: float = 0.0
    width: float = NODE_WIDTHS[0]

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + NODE_HEIGHT

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + NODE_HEIGHT / 2

    @property
    def centre(self) -> float:
        """The x of its middle."""
        return self.x + self.width / 2


@dataclass(slots=True)
class Edge:
    """All moves from one stage to another: one arrow with their labels."""

    source: Box
    target: Box
    moves: list[PictureMove]
    lane_y: float = 0.0
    label_x: float = 0.0
    label_y: float = 0.0

    @property
    def kind(self) -> str:
        """Where it runs: gap, side (up or down to a neighbour), above, below or loop."""
        if self.source is self.target:
            return "loop"
        ahead = self.target.layer - self.source.layer
        if ahead == 0 and abs(self.target.row - self.source.row) == 1:
            return "side"
        if ahead == 1:
            return "gap"
        return "above" if ahead > 1 else "below"

    def lines(self) -> list[tuple[str, bool]]:
        """Return the label's lines, True for a title; in a lane and on a loop one line a move."""
        if self.kind in {"gap", "side"}:
            return [line for move in self.moves for line in _tall(move)]
        return [(_flat(move), True) for move in self.moves]

    @property
    def straight(self) -> bool:
        """Whether it runs level with room for a title above and the rest beneath."""
        return (
            self.kind == "gap" and len(self.moves) == 1 and abs(self.source.middle - self.target.middle) < 2
        )

    @property
    def height(self) -> float:
        """The height of its label."""
        return LINE * len(self.lines())

    def label_room(self) -> tuple[float, float, float, float]:
        """Return the room of its label: left, top, right, bottom."""
        half, more = self.width / 2 + 4, 7 if self.straight else 0
        return self.label_x - half, self.label_y, self.label_x + half, self.label_y + self.height + more

    @property
    def width(self) -> float:
        """The width of its label."""
        sizes = (svg.measure(words, TITLE if strong else SMALL) for words, strong in self.lines())
        return min(max(sizes, default=0.0), LABEL if self.kind in {"gap", "side"} else LANE_LABEL)


def _tall(move: PictureMove) -> list[tuple[str, bool]]:
    counted = move.title if move.count is None else f"{move.title} ({move.count:,})"
    return [(counted, True), *((words, False) for words in (move.who, move.limit) if words)]


def _flat(move: PictureMove) -> str:
    counted = move.title if move.count is None else f"{move.title} ({move.count:,})"
    return " · ".join(filter(None, (counted, move.who, move.limit)))


@dataclass(slots=True)
class Layout:
    """Everything with its place."""

    boxes: dict[str, Box]
    edges: list[Edge]
    width: float = 0.0
    height: float = 0.0
    layers: list[list[Box]] = field(default_factory=list)

    def top(self, box: Box) -> bool:
        """Return whether nothing stands above the box in its layer."""
        return box.row == 0

    def last(self, box: Box) -> bool:
        """Return whether nothing stands below the box in its layer."""
        return box is self.layers[box.layer][-1]


def lay_out(picture: MechanismPicture) -> Layout:
    """Return the places of all stages and arrows."""
    boxes = _layered(picture)
    edges = _edges(picture, boxes)
    count = max(box.layer for box in boxes.values()) + 1 if boxes else 0
    layers = [[b for b in boxes.values() if b.layer == n] for n in range(count)]
    layout = Layout(boxes, edges, layers=layers)
    _order(layout)
    _columns(layout, picture)
    _rows(layout)
    return layout


def _layered(picture: MechanismPicture) -> dict[str, Box]:
    order = {stage.id: n for n, stage in enumerate(picture.stages)}
    layer = dict.fromkeys(order, 0)
    ahead = [m for m in picture.moves if order[m.target] > order[m.source]]
    for stage in picture.stages:
        for move in ahead:
            if move.source == stage.id:
                layer[move.target] = max(layer[move.target], layer[move.source] + 1)
    reached = {move.target for move in ahead} | {picture.stages[0].id} if picture.stages else set()
    deepest = max(layer.values(), default=0)
    for stage in picture.stages:
        if stage.id not in reached:  # only reached from anywhere or by going back: stands at the end
            layer[stage.id] = deepest
    widest = max((svg.measure(stage.title, 14) + 26 for stage in picture.stages), default=0.0)
    width = min(max(widest, NODE_WIDTHS[0]), NODE_WIDTHS[1])
    return {stage.id: Box(stage, layer[stage.id], width=width) for stage in picture.stages}


def _edges(picture: MechanismPicture, boxes: dict[str, Box]) -> list[Edge]:
    grouped: dict[tuple[str, str], Edge] = {}
    for move in picture.moves:
        key = (move.source, move.target)
        edge = grouped.setdefault(key, Edge(boxes[move.source], boxes[move.target], []))
        edge.moves.append(move)
    return list(grouped.values())


def _order(layout: Layout) -> None:
    """Put every stage near the stages that lead to it; the declared order decides between equals."""
    for layer in layout.layers:
        came: dict[str, list[int]] = {box.stage.id: [] for box in layer}
        for edge in layout.edges:
            if edge.target.stage.id in came and edge.source.layer < edge.target.layer:
                came[edge.target.stage.id].append(edge.source.row)
        layer.sort(key=lambda box: _mean(came[box.stage.id]))
        for row, box in enumerate(layer):
            box.row = row


def _mean(rows: list[int]) -> float:
    return sum(rows) / len(rows) if rows else float("inf")


def _columns(layout: Layout, picture: MechanismPicture) -> None:
    """Give each layer a column as wide as its stages and loops, and each gap room for its labels."""
    opening = picture.opening
    words = max(svg.measure(opening.title, TITLE), svg.measure(opening.who, SMALL)) if opening else 0.0
    left = 16.0 + (min(words, LABEL) + 50 if opening else 0.0)
    width = max((box.width for box in layout.boxes.values()), default=0.0)
    for n, layer in enumerate(layout.layers):
        loops = [e.width + 12 for e in layout.edges if e.kind == "loop" and e.source.layer == n]
        sides = [2 * e.width + 60 for e in layout.edges if e.kind == "side" and e.source.layer == n]
        column = max(width, *loops, *sides, 0.0)
        for box in layer:
            box.x = left + (column - width) / 2
        inside = [e for e in layout.edges if e.kind == "gap" and e.source.layer == n]
        ends = [
            e
            for e in layout.edges
            if e.kind in {"above", "below"} and n in {e.source.layer, e.target.layer - 1}
        ]
        gap = max([48.0, *(e.width + 40 for e in inside)]) + (8.0 * len(ends) if len(layer) > 1 else 0)
        for edge in inside:
            edge.label_x = left + column + gap / 2
        left += column + gap


def _rows(layout: Layout) -> None:
    """Stack the stages of each layer, then hang the lanes as close to them as labels allow."""
    loops = max((e.height + 22 for e in layout.edges if e.kind == "loop"), default=0.0)
    sides = max((e.height + 28 for e in layout.edges if e.kind == "side"), default=0.0)
    gap = max(ROW_GAP, loops + 16 + sides, _needed(layout))
    for layer in layout.layers:
        for box in layer:
            box.y = box.row * (NODE_HEIGHT + gap)
    _near_labels(layout)
    for kind in ("above", "below"):
        _hang([e for e in layout.edges if e.kind == kind], layout, kind == "above")
    rooms = [_around(box) for box in layout.boxes.values()] + [e.label_room() for e in layout.edges]
    lanes = [e.lane_y for e in layout.edges if e.kind in {"above", "below"}]
    _move_down(layout, 12 - min([room[1] for room in rooms] + lanes, default=0.0))
    rooms = [_around(box) for box in layout.boxes.values()] + [e.label_room() for e in layout.edges]
    layout.height = max([room[3] for room in rooms] + [e.lane_y for e in layout.edges], default=0.0) + 14
    layout.width = max((room[2] for room in rooms), default=0.0) + 20


Room = tuple[float, float, float, float]  # left, top, right, bottom


def _around(box: Box) -> Room:
    """Return the room of a stage with the number on its corner."""
    return box.x, box.y - 12, box.right + 8, box.bottom


def _move_down(layout: Layout, by: float) -> None:
    for box in layout.boxes.values():
        box.y += by
    for edge in layout.edges:
        edge.lane_y += by
        edge.label_y += by


def _hang(edges: list[Edge], layout: Layout, above: bool) -> None:
    """Give each arrow a lane clear of all it passes; short ones lie nearest."""
    taken = [_around(box) for box in layout.boxes.values()]
    taken += [e.label_room() for e in layout.edges if e.kind in {"gap", "side", "loop"}]
    for edge in sorted(edges, key=lambda e: (abs(e.source.layer - e.target.layer), e.source.x)):
        low, high = sorted((edge.source.centre, edge.target.centre))
        half = edge.width / 2
        edge.label_x = max((low + high) / 2, half + 8)
        reach = edge.source.width / 2 + 24
        low, high = min(low - reach, edge.label_x - half), max(high + reach, edge.label_x + half)
        passed = [room for room in taken if room[0] < high + 6 and low - 6 < room[2]]
        if above:
            edge.lane_y = min(room[1] for room in passed) - 10
        else:
            edge.lane_y = max(room[3] for room in passed) + edge.height + 10
        edge.label_y = edge.lane_y - 4 - edge.height
        taken.append((low, edge.label_y, high, edge.lane_y))


def _needed(layout: Layout) -> float:
    """Return the row gap that lets the labels of one gap stand one under the other."""
    worst = 0.0
    for n in range(len(layout.layers)):
        heights = [e.height + 8 for e in layout.edges if e.kind == "gap" and e.source.layer == n]
        rows = max(len(layer) for layer in layout.layers[n : n + 2])
        if rows > 1 and heights:
            worst = max(worst, (sum(heights) - NODE_HEIGHT) / (rows - 1) - NODE_HEIGHT / 2)
    return worst


def _near_labels(layout: Layout) -> None:
    """Place the labels of loops over their stage, those of a gap near their arrows, one under the other."""
    for edge in layout.edges:
        if edge.kind == "loop":
            edge.label_x, edge.label_y = edge.source.centre, edge.source.y - 20 - edge.height
        elif edge.kind == "side":
            upper = min(edge.source, edge.target, key=lambda box: box.y)
            aside = edge.width / 2 + 18
            edge.label_x = upper.centre + (aside if edge.target.row > edge.source.row else -aside)
            edge.label_y = upper.bottom + 12
    for n in range(len(layout.layers)):
        floor = float("-inf")
        inside = [e for e in layout.edges if e.kind == "gap" and e.source.layer == n]
        for edge in sorted(inside, key=lambda e: (e.source.middle + e.target.middle, e.target.middle)):
            above = LINE + 3 if edge.straight else edge.height / 2
            edge.label_y = max((edge.source.middle + edge.target.middle) / 2 - above, floor)
            floor = edge.label_y + edge.height + 13
