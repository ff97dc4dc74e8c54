import pytest
from tests.kernel import factories as make

pytestmark = pytest.mark.django_db


def test_factories_stand():
    actor = make.make_actor()
    assert actor.level == "county"
    assert make.admin_entries() == ["division.add", "organisation.create", "user.create", "post.appoint"]
