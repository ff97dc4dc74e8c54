"""Addresses of orders, under ``orders/``."""

from django.urls import URLPattern, path

from bihuan.site.orders import desk, drafting, instructions, links, listing, signing

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
    path("<str:code>/sign/", signing.sign, name="order_sign"),
    path("<str:code>/link/", links.order_link, name="order_link"),
]
