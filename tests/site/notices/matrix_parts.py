"""What the permission matrix puts for the parts of these addresses."""

from datetime import time

from bihuan.kernel.notices.models import Account, Hook, Quiet
from bihuan.kernel.store.sql import run


def parts() -> dict[str, list[str]]:
    """Make one of each in the demonstration's world."""
    user = run("SELECT user_id FROM identity_post WHERE role_id = 'coordinator'")[0][0]
    hook = Hook.objects.create(name="staff", shape="wecom_app", ident="ww1", agent="1", active=False)
    account = Account.objects.create(hook=hook, user=user, account="zhangsan")
    quiet = Quiet.objects.create(user=user, start=time(12), until=time(14))
    return {"hook": [str(hook.id)], "account": [str(account.id)], "quiet": [str(quiet.id)]}
