"""What the permission matrix puts into addresses of papers: a draft and a signed paper of the centre."""

from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.papers import actions, bundles, kinds, selectors
from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.templates import Template, Text
from bihuan.kernel.store.sql import run

SECRETS = ("秘密文书标题", "秘密文书正文")
KIND = Kind(
    "test.matrix", "Matrix", "密", Template("{title_text}", (Text("{words}"),)),
    (PaperField("title_text", "Title", required=True), PaperField("words", "Words", "text")),
    signers=("coordinator",),
)  # fmt: skip


def parts():
    kinds.register(KIND)
    user, post = run("SELECT user_id, id FROM identity_post WHERE role_id = 'coordinator'")[0]
    centre = identity.actor_of(user, post)
    made = [
        actions.draft(centre, KIND.name, {"title_text": f"秘密文书标题{n}", "words": "秘密文书正文"})
        for n in range(2)
    ]
    actions.sign(centre, made[0])
    return {
        "paper": [str(paper) for paper in made],
        "paper_kind": [KIND.name],
        "check_code": [selectors.paper(made[0]).code],
        "bundle": [str(bundles.ask(centre, [made[0]]))],
    }
