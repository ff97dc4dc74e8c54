"""Shapes of Open311 GeoReport v2: the same objects as JSON and as XML. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

#: (name of the list, name of one item) in XML.
SERVICES, SERVICE_REQUESTS, ERRORS = (
    ("services", "service"),
    ("service_requests", "request"),
    ("errors", "error"),
)
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}


def dump(shape: str, names: tuple[str, str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as the body of an answer in ``json`` or ``xml``."""
    if shape == "json":
        return json.dumps(rows, ensure_ascii=False).encode()
    root = ElementTree.Element(names[0])
    for row in rows:
        _fill(ElementTree.SubElement(root, names[1]), row)
    return _text(root)


def definition(shape: str, code: str, attributes: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a service definition: the code of the service and the further fields it asks for."""
    if shape == "json":
        return json.dumps({"service_code": code, "attributes": list(attributes)}, ensure_ascii=False).encode()
    root = ElementTree.Element("service_definition")
    ElementTree.SubElement(root, "service_code").text = code
    listed = ElementTree.SubElement(root, "attributes")
    for one in attributes:
        _fill(ElementTree.SubElement(listed, "attribute"), one)
    return _text(root)


def _fill(element: ElementTree.Element, row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        child = ElementTree.SubElement(element, name)
        if value not in (None, ""):
            # What XML can't hold at all would make the whole answer unreadable.
            said = str(value).lower() if isinstance(value, bool) else str(value)
            child.text = "".join(sign for sign in said if sign >= " " or sign in "\t\n\r")


def _text(root: ElementTree.Element) -> bytes:
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body
