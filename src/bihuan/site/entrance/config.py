"""Which other systems people may come in by, as this installation's settings say."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Oidc:
    """An OpenID Connect provider. ``mfa`` are the values of ``acr`` or ``amr`` that say: a second factor was asked."""

    issuer: str
    client: str
    secret: str
    claim: str
    mfa: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cas:
    """A CAS 3.0 server. ``mfa`` is (attribute, value) that says: a second factor was asked."""

    url: str
    mfa: tuple[str, str]


def oidc() -> Oidc | None:
    """Return the OpenID Connect provider, None when there is none."""
    given = settings.BIHUAN_OIDC
    if not (given["issuer"] and given["client"]):
        return None
    mfa = frozenset(given["mfa"])
    return Oidc(given["issuer"].rstrip("/"), given["client"], given["secret"], given["claim"], mfa)


def cas() -> Cas | None:
    """Return the CAS server, None when there is none."""
    given = settings.BIHUAN_CAS
    if not given["url"]:
        return None
    name, _equals, value = given["mfa"].partition("=")
    return Cas(given["url"].rstrip("/"), (name, value))


def ticket_secret() -> bytes:
    """Return the secret portals sign tickets with, b"" when none may."""
    return str(settings.BIHUAN_TICKET_SECRET).encode()


def any_door() -> bool:
    """Whether people may come in by another system with a button of ours."""
    return oidc() is not None or cas() is not None


def origins() -> list[str]:
    """Return the origins of those systems: logging out leads there."""
    found = [one for one in (settings.BIHUAN_OIDC["issuer"], settings.BIHUAN_CAS["url"]) if one]
    return [f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in found]
