"""A park with its people, each signed in, for the tests of pages and API."""

import io
from datetime import date

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from tests.kernel import factories as make

from bihuan.kernel.flow import registry
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers.actions import amend
from bihuan.lines.projects.registers import PROJECTS

TODAY = date(2026, 3, 2)
HEAD = ["项目代码", "项目名称", "建设单位", "所在园区", "总投资", "计划投产时间", "存在问题"]
PARK = "云溪高新区"


class Park:
    """A park, its posts, and a stranger of another park."""

    def __init__(self):
        self.place = make.make_division(PARK, "park")
        self.elsewhere = make.make_division("别的园区", "park")
        self.office = make.make_org("协调中心", division=self.place)
        self.bureau = make.make_org("开发建设局", division=self.place)
        self.firm = make.make_org("云溪液冷科技", "enterprise", division=self.place)
        self.clients = {}
        self.coordinator = self.person("coordinator")
        self.leader = self.person("leader")
        self.officer = self.person("officer")
        self.supervisor = self.person("supervisor")
        self.department = self.person("department", self.bureau)
        self.enterprise = self.person("enterprise", self.firm)
        self.stranger = self.person("coordinator", make.make_org("别的中心"), self.elsewhere)

    def person(self, role, unit=0, place=0):
        """Return the actor of a new post; :meth:`client` gives its browser."""
        user = make.make_user()
        post = make.make_post(role, unit or self.office, place or self.place, user)
        actor = identity.as_actor(identity.post(post))
        self.clients[actor.post] = _client(user, post)
        return actor

    def client(self, actor):
        """Return a browser signed in as the actor."""
        return self.clients[actor.post]

    def project(self, name="智能液冷项目", *, columns=None, place=0, **fields):
        """Enter a project as it stands in the register."""
        scope = identity.scope_of(place or self.place)
        return amend(SYSTEM, PROJECTS, None, {"name": name, **fields}, scope=scope, columns=columns or {})


def _client(user, post):
    from bihuan.kernel.identity.models import User

    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(id=user), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["post"] = post
    session.save()
    return client


def book(*rows, head=None, name="台账.xlsx"):
    """Return a workbook as a file to hand in."""
    made = openpyxl.Workbook()
    for row in (head or HEAD, *rows):
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    file.name = name
    return file


@pytest.fixture
def park(db, settings, travel):
    """A fresh park on 2 March 2026, in English."""
    settings.MFA_REQUIRED = False
    registry.forget()
    with travel(TODAY), translation.override("en"):
        yield Park()
    registry.forget()
