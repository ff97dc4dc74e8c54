import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from bihuan.kernel.errors import Conflict, NotFound
from bihuan.kernel.identity.actors import NOBODY, Actor, Kind
from bihuan.kernel.store.reading import is_reading
from bihuan.ui import page as pages
from bihuan.ui.page import Page, done, page, unguarded
from bihuan.ui.panels import Facts, Group, Prose

CLERK = Actor(Kind.POST, user=1, post=1, role="clerk", title="Clerk")


def request(method="get", actor=CLERK, **headers):
    made = getattr(RequestFactory(), method)("/x/?a=1", headers=headers)
    made.actor, made.user = actor, AnonymousUser()
    return made


@page(permit="post")
def plain(request):
    return Page(
        title="Plain",
        panels=[
            Group(id="both", body=[Prose(id="one", paragraphs=["1"])]),
            Facts(id="two", items=[("b", 2)]),
        ],
    )


def test_without_the_permit_nothing_of_the_view_runs():
    ran = []

    @page(permit="post")
    def view(request):
        ran.append(1)
        return HttpResponse("secret")

    party = view(request(actor=Actor(Kind.PARTY, party=3)))
    nobody = view(request(actor=NOBODY))
    assert party.status_code == 403
    assert b"secret" not in party.content
    assert (nobody.status_code, nobody.url) == (302, "/accounts/login/?next=%2Fx%2F%3Fa%3D1")
    assert not ran
    assert view(request()).content == b"secret"


def test_htmx_is_sent_to_sign_in_as_a_whole_page():
    answer = plain(request(actor=NOBODY, hx_request="true", hx_target="div#two"))
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/accounts/login/")


def test_an_unknown_permit_passes_nobody():
    @page(permit="never_registered")
    def view(request):
        return HttpResponse("x")

    assert view(request()).status_code == 403


def test_a_permit_may_be_a_function_or_roles():
    assert pages.may(lambda actor: actor.role == "clerk", CLERK)
    assert pages.may(pages.roles_permit(()), CLERK)
    assert pages.may(pages.roles_permit(("clerk", "boss")), CLERK)
    assert not pages.may(pages.roles_permit(("boss",)), CLERK)
    assert not pages.may(pages.roles_permit(("clerk",)), Actor(Kind.TOKEN, role="clerk"))


def test_two_permits_can_t_share_a_name():
    with pytest.raises(ValueError, match="anyone"):
        pages.register_permit("anyone", lambda actor: True)


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_only_a_get_is_held_to_reading(method):
    seen = []

    @page(permit="post")
    def view(request):
        seen.append(is_reading())
        return HttpResponse("")

    view(request(method))
    assert seen == [method != "post"]
    assert not is_reading()


def test_views_without_permit_are_found():
    def bare(request):
        return HttpResponse("")

    class Urls:
        urlpatterns = [path("a/", plain), path("b/<int:n>/", bare), path("static/x", bare)]

    assert unguarded(Urls, allowed=("static/",)) == ["b/<int:n>/"]


def test_every_gallery_page_names_a_permit():
    assert unguarded("bihuan.ui.gallery.urls", allowed=("accounts/", "language/")) == []


def test_htmx_gets_the_panel_it_aims_at_and_nothing_else():
    whole = plain(request()).content.decode()
    part = plain(request(hx_request="true", hx_target="section#one")).content.decode()
    content = plain(request(hx_request="true", hx_target="main#content")).content.decode()
    assert "<html" in whole
    assert part.strip().startswith("<section")
    assert 'id="two"' not in part
    assert "<html" not in content
    assert 'id="one"' in content
    assert 'id="two"' in content


def test_a_swap_equals_a_reload():
    whole = plain(request()).content.decode()
    for target in ("one", "two", "both", "content"):
        part = plain(request(hx_request="true", hx_target=f"div#{target}")).content.decode()
        assert part.strip() in whole


def test_what_has_no_such_part_is_opened_as_a_page_of_its_own():
    answer = plain(request(hx_request="true", hx_target="div#moves-form"))
    assert answer["HX-Redirect"] == request().get_full_path()
    assert answer.content == b""


def test_what_htmx_lost_from_its_history_comes_whole():
    answer = plain(request(hx_request="true", hx_history_restore_request="true", hx_target="div#two"))
    assert b"<html" in answer.content


def test_answers_say_they_depend_on_htmx():
    assert "HX-Target" in plain(request())["Vary"]


@pytest.mark.parametrize(("error", "status"), [(Conflict("too late"), 409), (NotFound("gone"), 404)])
def test_failures_become_pages(error, status):
    @page(permit="post")
    def view(request):
        raise error

    answer = view(request())
    assert answer.status_code == status
    assert error.message in answer.content.decode()
    beside = view(request(hx_request="true", hx_target="div#form"))
    assert beside.status_code == status
    assert beside["HX-Retarget"] == "#flash", "the form and what was typed stay"
    assert "<html" not in beside.content.decode()


def test_after_a_write_the_page_is_fetched_anew():
    plainly = done(request("post"), "/y/")
    by_htmx = done(request("post", hx_request="true"), "/y/")
    assert (plainly.status_code, plainly.url) == (303, "/y/")
    assert by_htmx["HX-Redirect"] == "/y/"


def test_error_pages_say_what_to_do(browser):
    answer = browser.get("/gallery/nothing/")
    assert answer.status_code == 404
    assert "Search for its code" in answer.content.decode()


def test_the_page_for_the_worst_asks_nobody():
    from bihuan.ui.errors import broken

    answer = broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something failed here" in answer.content.decode()
