"""Addresses of papers; the public check stands at the root's /check/."""

from django.urls import path

from bihuan.site.papers import bundling, doing, paper, register, setup

urlpatterns = [
    path("", register.register, name="papers"),
    path("waiting/", register.waiting, name="papers_waiting"),
    path("setup/", setup.papers_setup, name="papers_setup"),
    path("setup/issuer/", setup.papers_issuer, name="papers_issuer"),
    path("setup/series/", setup.papers_series, name="papers_series"),
    path("setup/<str:paper_kind>/", setup.papers_template, name="papers_template"),
    path("bundle/", bundling.papers_bundle, name="papers_bundle"),
    path("bundle/<int:bundle>/", bundling.papers_bundle_one, name="papers_bundle_one"),
    path("bundle/<int:bundle>/file/", bundling.papers_bundle_file, name="papers_bundle_file"),
    path("<int:paper>/", paper.paper, name="paper"),
    path("<int:paper>/pdf/", paper.paper_pdf, name="paper_pdf"),
    path("<int:paper>/docx/", paper.paper_docx, name="paper_docx"),
    path("<int:paper>/sign/", doing.paper_sign, name="paper_sign"),
    path("<int:paper>/record/", doing.paper_record, name="paper_record"),
    path("<int:paper>/review/", doing.paper_review, name="paper_review"),
    path("<int:paper>/return/", doing.paper_return, name="paper_return"),
    path("<int:paper>/edit/", doing.paper_edit, name="paper_edit"),
    path("<int:paper>/correct/", doing.paper_correct, name="paper_correct"),
    path("<int:paper>/circulate/", doing.paper_circulate, name="paper_circulate"),
    path("<int:paper>/read/", doing.paper_read, name="paper_read"),
    path("<int:paper>/void/", doing.paper_void, name="paper_void"),
]
