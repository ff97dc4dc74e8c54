"""A local double of a telephone exchange: it signs and posts events as the adapter is documented."""

import hmac
import json
from datetime import timedelta

from django.test import Client
from tests.lines.hotline.district import MONDAY

from bihuan.lines.hotline.telephony.selectors import key_of


class Exchange:
    """An exchange of one place, with its own clock."""

    def __init__(self, place, clock=MONDAY):
        self.place, self.clock, self.browser = place, clock, Client(headers={"accept-language": "en"})

    def sign(self, body):
        """Return the header for a body."""
        return "sha256=" + hmac.new(key_of(self.place), body, "sha256").hexdigest()

    def post(self, body, signature=None):
        """Post a body as it is."""
        return self.browser.post(
            f"/hotline/telephony/{self.place}/events/", body, content_type="application/json",
            headers={"X-Bihuan-Signature": self.sign(body) if signature is None else signature},
        )  # fmt: skip

    def tell(self, call, event, after=0, **more):
        """Tell one event, so many seconds after the clock of the exchange."""
        at = (self.clock + timedelta(seconds=after)).isoformat()
        return self.post(json.dumps({"call": call, "event": event, "at": at, **more}).encode())
