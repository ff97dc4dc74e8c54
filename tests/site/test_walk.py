"""The ten-minute walk is true: who it names may open each page, and what it shows in bold stands there."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from tests.remembered import demonstration
from tools.docs import gathering, walking

pytestmark = pytest.mark.django_db


def test_every_step_is_as_it_is_told(settings):
    settings.MFA_REQUIRED = False
    demonstration()
    walks = {
        name: walking.steps((gathering.ROOT / "docs" / name).read_text("utf-8")) for name in walking.PAGES
    }
    told = [[(step.login, step.path, step.is_phone) for step in walk] for walk in walks.values()]
    assert told[0] == told[1], "both languages walk the same way"
    for name, walk in walks.items():
        for step in walk:
            client = Client(headers={"Accept-Language": walking.PAGES[name]})
            client.force_login(
                get_user_model().objects.get(username=step.login), settings.AUTHENTICATION_BACKENDS[0]
            )

            def get(path: str, client: Client = client) -> str:
                answer = client.get(path, follow=True)
                assert answer.status_code == 200, (path, answer.status_code)
                return answer.content.decode()

            page = get(walking.find(step.path, get))
            assert [words for words in step.shown if words not in page] == [], (name, step.login, step.path)
