"""Addresses of the gallery; include them under ``DEBUG`` only."""

from django.urls import include, path
from django.views.i18n import set_language

from bihuan.ui.gallery import views

urlpatterns = [
    path("gallery/", views.panels, name="gallery"),
    path("gallery/matter/", views.matter, name="gallery_matter"),
    path("gallery/matter/answer/", views.answer, name="gallery_answer"),
    path("gallery/list/", views.listing, name="gallery_list"),
    path("gallery/form/", views.form, name="gallery_form"),
    path("gallery/pictures/", views.pictures, name="gallery_pictures"),
    path("gallery/paper/", views.paper, name="gallery_paper"),
    path("gallery/wall/", views.wall, name="gallery_wall"),
    path("gallery/refused/", views.refused, name="gallery_refused"),
    path("gallery/conflict/", views.conflict, name="gallery_conflict"),
    path("gallery/bulk/", views.bulk, name="gallery_bulk"),
    path("language/", set_language, name="set_language"),
    path("accounts/", include("allauth.urls")),
]
handler400 = "bihuan.ui.errors.bad_request"
handler403 = "bihuan.ui.errors.forbidden"
handler404 = "bihuan.ui.errors.not_found"
handler500 = "bihuan.ui.errors.broken"
