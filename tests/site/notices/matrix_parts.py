"""What the permission matrix puts for the parts of these addresses."""

from datetime import time

from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.notices.models import Account, Hook, Quiet
from bihuan.kernel.notices.webhooks import subscribe
from bihuan.kernel.store.sql import run


def parts() -> dict[str, list[str]]:
    """Make one of each in the demonstration's world."""
    user = run("SELECT user_id FROM identity_post WHERE role_id = 'coordinator' ORDER BY id")[0][0]
    hook = Hook.objects.create(name="staff", shape="wecom_app", ident="ww1", agent="1", active=False)
    account = Account.objects.create(hook=hook, user=user, account="zhangsan")
    quiet = Quiet.objects.create(user=user, start=time(12), until=time(14))
    webhook, _secret = subscribe(SYSTEM, "oa", "https://127.0.0.1/hook", kinds=[], moves=[])
    return {
        "webhook": [str(webhook)],
        "feed": ["no-such-feed"],
        "hook": [str(hook.id)],
        "account": [str(account.id)],
        "quiet": [str(quiet.id)],
    }  # fmt: skip
