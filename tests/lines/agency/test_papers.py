"""The five papers of agency: whom a mandate names, and who signs it."""

from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.papers import kinds
from bihuan.kernel.store.sql import run
from bihuan.lines.agency import actions, papers


def test_the_mandate_names_the_client_and_leaves_room_for_both_signatures(office):
    """Whoever gives the mandate signs it; without an account it is named after who builds the project."""
    case = office.preparing()
    assert papers.content(office.row(case), {}, "")["client"] == run(
        "SELECT name FROM identity_organisation WHERE id = %s", (office.firm,)
    )[0][0]  # fmt: skip
    lone = office.project(name="无账号项目", company="云溪建材有限公司")
    matter = actions.apply(office.agent, {"title": "代办", "items": [office.permit]}, project=lone).matter
    assert papers.content(by_ids([matter])[matter], {}, "")["client"] == "云溪建材有限公司"
    for kind in (papers.MANDATE, papers.RENEWAL):
        labels = [label for block in kinds.get(kind).template.body for label, _words in block.rows]
        assert labels[1] == "委托人"
        assert labels[-2:] == ["委托人签章", "代办员签名"]
