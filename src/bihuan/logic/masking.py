"""Names and numbers of people in what was said, hidden from those who need not read them.

What is longer or shorter by a slip still is somebody's number: an identity number with a wrong check digit is hidden,
too. A name is one that follows a word such as 我叫 or 联系人 and begins with a surname; it is never guessed elsewhere.
"""

import re

#: An identity number, a mobile phone, a landline with its area code; separators as people write them.
_NUMBERS = re.compile(
    r"(?<!\d)(?:\d{6}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx]"
    r"|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]\d{7,8})(?!\d)"
)
#: Any long number said to be one of an identity card, whatever its form.
_SAID_NUMBER = re.compile(r"(身份证(?:号码|号)?[\s:：是为]{0,3})(\d[\d ]{12,19}[\dXx])(?!\d)")
#: Full-width digits and letters, as some keyboards write them.
_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ＋－", "0123456789Xx+-")

_BEFORE = (
    "我叫", "我的名字叫", "我的名字是", "本人叫", "他叫", "她叫", "姓名", "联系人", "户主", "业主", "诉求人", "来电人",
    "反映人", "投诉人", "举报人", "求助人", "当事人", "落款", "患者", "老人叫", "孩子叫",
)  # fmt: skip
#: Surnames that stand before nearly all names (公安部户籍统计常见姓氏), then those of two characters.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"
    "陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤温康施文牛樊葛邢安齐易乔"
    "伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍"
    "华喻祁房蒲滕饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇"
    "栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝劉陳楊黃趙吳孫馬鄭許鄧馮蕭葉魏蘇呂盧鍾譚陸賈鄒閻龍賀顧龔"
)
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|东方|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|轩辕|端木|歐陽|諸葛"
#: What often follows a name of two characters and is no part of it.
_AFTER = "住在是的家电手身男女因想要说有来反今昨于为和与及先请希您你我他她们現现已被年也就都岁丈妻父母儿"
_NAME = re.compile(
    rf"((?:{'|'.join(sorted(_BEFORE, key=len, reverse=True))})[\s:：为是]{{0,3}})"
    rf"((?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}"
    r"|[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8})+)"
)


def masked(text: str) -> str:
    """Return the text with numbers shown by their ends only (138****1234) and names by their surname (王**)."""
    text = _SAID_NUMBER.sub(lambda m: m.group(1) + _ends(m.group(2).replace(" ", "")), text.translate(_WIDE))
    return _NAME.sub(_named, _NUMBERS.sub(lambda m: _ends(m.group()), text))


def _ends(number: str) -> str:
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def _named(found: re.Match[str]) -> str:
    name, kept = found.group(2), ""
    if "·" in name:
        return f"{found.group(1)}{name[0]}**"
    first = 2 if re.match(_DOUBLE, name) else 1
    if len(name) == first + 2 and name[-1] in _AFTER:
        name, kept = name[:-1], name[-1]
    if name[first] in _AFTER[:24]:
        return found.group()
    return f"{found.group(1)}{name[:first]}{'*' * (len(name) - first)}{kept}"
