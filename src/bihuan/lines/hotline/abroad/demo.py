"""A system of another place in the demonstration, not in use: nothing is called from a demonstration; 演示数据."""

from datetime import timedelta

from bihuan.kernel.now import today
from bihuan.lines.hotline.abroad.models import Endpoint

MARK = "（演示数据）"


def demo(place: int) -> None:
    """Write down one system of a district; its name is not even looked up."""
    Endpoint.objects.create(
        place=place, name=f"邻区热线{MARK}", url="https://open311.example.com/v2", jurisdiction="example.com",
        since=today() - timedelta(days=30), active=False,
    )  # fmt: skip
