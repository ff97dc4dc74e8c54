"""Places in free text: names that end as names of places do (小区、路、新城 …), without any gazetteer."""

import re

_ENDS = """
小区 社区 街道 新城 花园 家园 公寓 广场 公园 学校 小学 中学 大学 学院 幼儿园 医院 国际 公馆 工业园
安置区 别墅 大道 大桥 大厦 商城 市场 车站 地铁站 超市 楼盘 之城 名邸 豪庭 府邸 山庄 半岛
苑 路 街 村 镇 乡 城 府 湾 园 郡 墅 庭 居 里 桥 湖 港 厂 站
"""
_END = re.compile("|".join(sorted(_ENDS.split(), key=len, reverse=True)))
#: What stands before a name rather than in it.
_STOP = re.compile(
    r"[^\u3400-\u9fff]|市|区(?!间)|县|的|在|于|是|有|请|对|被|和|与|及|或|把|为|反映|投诉|举报|咨询|关于|建议|希望|要求|位于"
    r"|附近|旁边?|对面|周边|门口|问题|什么|这个|那个|我们?|你们?|他们?|大家|整个|各个|一个|没有|不能|该|本|住|到|从|去|离|靠近|楼下|无|期|号|等|了|已|性|以|之后|不"
)
#: Words that end like a place and are none.
_NONE = """
小区 社区 街道 公园 学校 小学 中学 大学 幼儿园 医院 大道 广场 公寓 车站 地铁站 道路 公路 马路
铁路 线路 出路 一路 高速公路 农村 乡镇 城镇 新农村 省会城 网站 这里 那里 哪里 家里 城里 夜里
心里 一条街 工厂 商场 超市 市场 楼盘 老小区 新小区 校园 安居 邻居 定居 房里 手里 路里 公里 政府
市政府 区政府 县政府 省政府 镇政府 乡政府 街道办 村里 园里 全村 本村 江湖 步行街 水泥路 断头路
支路 修路 走路 思路 套路 上路 家路 其余路 亦无道路 普惠性幼儿园 公办幼儿园 配套幼儿园 办法 网路
路路 一期 物业公司 家乡 下乡 入学 上学 工业园 家园 花园
"""
#: A name is at most this long, and compared by its last characters.
_LONGEST, _COMPARED = 8, 4


_NO_PLACES = frozenset(_NONE.split())


def places(text: str) -> list[str]:
    """Return the names of places in a text, in order, each once."""
    found: list[str] = []
    for part in _STOP.split(text):
        start = 0
        for end in _END.finditer(part):
            name = part[max(start, end.end() - _LONGEST) : end.end()]
            own = len(name) - len(end.group())
            if own >= (1 if len(end.group()) > 1 else 2) and name not in _NO_PLACES and name not in found:
                found.append(name)
                start = end.end()
    return found


def compared(name: str) -> str:
    """Return what two spellings of a place share: the last characters of its name."""
    return name[-_COMPARED:]
