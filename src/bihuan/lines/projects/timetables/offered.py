"""What this line answers to others through the ports of its contract."""

from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects import contracts, selectors
from bihuan.lines.projects.contracts import OpenNode
from bihuan.lines.projects.timetables import rows

contracts.CARDS.bind(selectors.cards)
contracts.SEEN.bind(selectors.seen)
contracts.ALIVE.bind(selectors.alive)


@contracts.OPEN_NODES.bind
def open_nodes(actor: Actor, project_id: int) -> list[OpenNode]:
    """Return the nodes of the present timetable that aren't done, in its order; none without a timetable."""
    selectors.project(actor, project_id)
    current = rows.currents([project_id]).get(project_id)
    if current is None or current.shown is None:
        return []
    nodes = rows.nodes([current.shown.id])[current.shown.id]
    return [
        OpenNode(node.key, node.title, node.planned_finish, node.actual_start is not None)
        for node in nodes
        if node.actual_finish is None or node.inferred
    ]
