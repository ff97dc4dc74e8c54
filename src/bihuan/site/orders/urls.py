"""Addresses of orders, under ``orders/``."""

from django.urls import URLPattern, path

from bihuan.site.orders import desk, drafting, instructions, links, listing, readers, rule_pages, signing

urlpatterns: list[URLPattern] = [
    path("", listing.orders, name="orders"),
    path("desk/", desk.desk, name="orders_desk"),
    path("new/", drafting.order_new, name="order_new"),
    path("register/", listing.register, name="orders_register"),
    path("signing/", signing.bulk, name="orders_bulk_sign"),
    path("instructions/", instructions.instructions, name="instructions"),
    path("instructions/new/", instructions.new, name="instruction_new"),
    path("instructions/<int:instruction>/", instructions.instruction, name="instruction"),
    path("instructions/<int:instruction>/scan/", instructions.scan, name="instruction_scan"),
    path("instructions/<int:instruction>/order/", instructions.order, name="instruction_order"),
    path("instructions/<int:instruction>/readers/", readers.readers, name="instruction_readers"),
    path("rules/", rule_pages.tables, name="orders_rules"),
    path("rules/relation/", rule_pages.relation, name="orders_relation"),
    path("rules/relation/<int:relation>/end/", rule_pages.relation_end, name="orders_relation_end"),
    path("rules/practice/", rule_pages.practice, name="orders_practice"),
    path("<str:code>/sign/", signing.sign, name="order_sign"),
    path("<str:code>/link/", links.order_link, name="order_link"),
]
