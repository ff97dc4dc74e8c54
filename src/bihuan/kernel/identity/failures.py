"""What a door answers to somebody it cannot let in."""

from bihuan.kernel.errors import Refused


class BadToken(Refused):
    """The token is unknown, expired or revoked."""

    code = "bad_token"
    status = 401


class TooManyTries(Refused):
    """Too many wrong tokens came from one address; wait."""

    code = "too_many_tries"
    status = 429


class ExpiredPost(Refused):
    """The post is not valid at this moment: ended, or not begun."""

    code = "expired_post"


class BadLink(Refused):
    """The code of a link is unknown, expired or revoked."""

    code = "bad_link"
    status = 404
