"""The demonstration's relations and habits: the page of rules shows rows, marked as invented; orders follow them."""

import pytest
from django.conf import settings
from django.test import Client
from tests.remembered import demonstration

from bihuan.kernel.identity.models import User
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.orders.practices import practice
from bihuan.kernel.orders.standing import relation_of
from bihuan.kernel.store.sql import run

pytestmark = pytest.mark.django_db


def test_relations_and_habits_have_something_true_to_show(settings):
    settings.MFA_REQUIRED = False
    demonstration()
    units = dict(run("SELECT short_name, id FROM identity_organisation"))
    centre = units["综合协调服务中心"]
    assert relation_of(centre, units["区发展和改革局"]) == "equal"
    assert relation_of(centre, units["供电服务站"]) == "outside"
    street = run("SELECT id FROM identity_division WHERE name LIKE '青溪街道%%'")[0][0]
    assert practice("unit_review", scope_of(street))
    page = _page("zhongxin")
    for words in ("示例：与区直部门平行行文", "示例：反馈前由街道分管领导审核", "演示数据"):
        assert words in page


def _page(login):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(username=login), backend=settings.AUTHENTICATION_BACKENDS[0])
    answer = client.get("/orders/rules/")
    assert answer.status_code == 200
    return answer.content.decode()
