"""A file of another system with orders of a year gone by; 演示数据."""

import csv
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bihuan.kernel.now import local, now
from bihuan.lines.hotline.imports import actions

MARK = "（演示数据）"
_CLASSES = ("房屋渗漏", "供水故障", "占道经营", "噪声扰民", "物业服务")
_UNITS = ("白沙区住建局", "白沙水务公司", "白沙区城管局", "白沙区城管局", "白沙区住建局")
_HEAD = ("工单编号", "诉求类别", "承办单位", "事发地点", "受理时间", "办理时限", "办结时间", "工单状态")
#: So many orders over the year before last month.
_ORDERS = 240


def demo(county: int) -> None:
    """Bring in what the city's platform exported; some late, some open past their limit, some repeated."""
    begin = local(now()) - timedelta(days=395)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "市级平台导出.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(
                (
                    "工单编号",
                    "诉求类别",
                    "承办单位",
                    "事发地点",
                    "受理时间",
                    "办理时限",
                    "办结时间",
                    "工单状态",
                )
            )
            for n in range(_ORDERS):
                came = begin + timedelta(hours=36 * n)
                closed = came + timedelta(days=2 + n * 7 % 9)
                state = "处置中" if n % 23 == 5 else "重复" if n % 41 == 7 else "已办结"
                told = (came, came + timedelta(days=7), closed if state == "已办结" else None)
                days = [f"{moment:%Y-%m-%d %H:%M:%S}" if moment else "" for moment in told]
                kind, place = n * 3 % len(_CLASSES), f"湘江路{11 + n % 9}号{MARK}"
                out.writerow((f"LN{n:05d}", _CLASSES[kind], _UNITS[kind] + MARK, place, *days, state))
        actions.bring_in(path, "city", county)
