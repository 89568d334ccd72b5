"""`han`: names in Chinese text, without a segmenter. By what stands at their edge, or what they are written with.

Four signs are taken: a word that names end with (槟城岛, 北京大学), behind what can't be within a name; characters that foreign names are
written with, three or more of them (安达曼, 阿尔伯特·爱因斯坦); a surname behind a word for a person (诗人李白); and a list of countries and
large cities. What has none of them isn't found: docs/checking_support.md says how many.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from .term import NONE, Found

_HAN = "\u3400-\u9fff"
_EDGE = (
    "的是在于和与及或有为到从了着过被把将对向由以而且但也都就又还很更最那这哪其该每各某们我你他她它您谁什么吗呢吧啊之所等如若则因此即便当给让使称叫"
    "做作成用去来上下里内外中前后间不没无非可能会要应需已曾正并同跟比像说道问答请看见想知认指个只条颗座位名种类些次"
)
"""Within no name, as far as that can be said of a character; some are, in a list below."""
_EDGES = frozenset(_EDGE) - frozenset("中上下里外内同成来前")
_BEFORE = re.compile(
    "位于|坐落于|坐落在|首都|省会|包括|例如|比如|以及|还有|其中|主要|著名|最大|最长|最高|出生|来自|前往|访问|属于|靠近|经过|发源于|流经|毕业于|就读于|任职于|"
    "分别|城市|国家|岛屿|河流|山脉|湖泊|作家|诗人|画家|科学家|物理学家|化学家|数学家|总统|首相|作者|导演|歌手|演员|作曲家|皇帝|教授|"
    "根据|注入|流入|关于|通过|发起|启动|推出|成立|创立|建立|提出|参加|加入|获得|称为|名为|叫做|叫作|发现|发明|建造|邻近|东部|西部|南部|北部|东邻|西邻|南邻|北邻|沿海|境内"
)
"""Words behind which a name can begin: they are cut off from its front."""
_LONG_ENDS = (
    "自治区|群岛|半岛|山脉|高原|盆地|平原|沙漠|海峡|运河|大峡谷|大裂谷|共和国|王国|帝国|联邦|合众国|大学|学院|中学|研究所|研究院|科学院|公司|集团|银行|博物馆|图书馆|"
    "机场|火车站|大桥|医院|教堂|协会|基金会|委员会|组织|联盟|条约|协定|宣言|战争|战役|革命|起义|运动|计划|倡议|项目|法案"
)
_ENDS = "省|市|县|州|岛|山|河|江|湖|海|洋|国|城|镇|村|区|港|湾|朝|洲|星|寺|塔|宫|奖|杯"
_END = re.compile(
    f"(?:{_LONG_ENDS})|(?:{_ENDS}){{1,3}}(?!流(?![经入过向域])|[屿家际内外人民区岸边上下里面水域底拔关滩军产量级员长时代文化界度性们类大小值牌项学])"
)
_GENERIC = frozenset(
    "大小各我全外本两多主首城这那某整新旧老古一二三四五六七八九十几此同东西南北高低山海河江湖州国岛省市县镇村港湾第座条个该名地社郊景校获得颁卫行恒"
)
_LONGEST = 10
_FOREIGN = (
    "阿埃艾爱安奥巴贝本比波伯布查达戴德迪杜多恩尔菲费弗芬福夫哥戈格古哈海汉赫华霍基吉加佳杰卡凯坎柯科克肯库拉莱兰朗劳勒雷里利莉丽林琳卢鲁伦罗洛马玛曼梅门蒙米密明莫姆穆"
    "拿娜纳南内尼妮涅纽努诺欧帕派潘佩彭皮珀普奇乔切琼丘热瑞萨塞赛桑瑟沙莎圣施什史斯丝司思苏索塔泰坦唐特滕廷图托瓦万旺威韦维文沃乌武西希锡夏谢欣辛休许雪逊亚延扬耶伊依因英尤约"
    "扎泽詹珍朱兹佐翁昂黎槟蒂顿登丹丁盖盎茨茜薇摩伽刚贡怀惠津金坚娅娃玻堡奈宾毕蓬居列孟柬莱"
)
_FOREIGN_RUN = re.compile(f"[{_FOREIGN}]{{3,9}}")
_DOTTED = re.compile(f"[{_FOREIGN}·•・‧]{{0,24}}[·•・‧][{_FOREIGN}·•・‧]{{1,24}}")
_TWO = re.compile(f"[{_FOREIGN}]{{2,8}}[和与][{_FOREIGN}]{{2,8}}群岛")
_NO_NAMES = re.compile("^(?:因[斯此]|马上|万[一里]|里面|什么|明[明文]|西[文南]|南[西])$|^斯达姆$")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤屈鲁施岳关祖华屠袁柳温辛墨荀庄左班嵇阮鲍"
)
_PERSON = re.compile(
    f"(?:诗人|作家|科学家|物理学家|化学家|数学家|画家|作者是|作者为|导演|歌手|演员|皇帝|由|名叫|叫|教授|院士|词人|将军|哲学家|思想家|医学家|药学家|药物学家|是)(?P<name>(?:欧阳|司马|诸葛|上官|[{_SURNAMES}])[{_HAN}]{{1,2}}?)"
    f"(?=[，。、；：！？\\s“”《（(,.]|[的是在于和与及写创所著出生担提发]|$)"
)
_TITLED = re.compile(
    f"(?P<name>(?:欧阳|司马|诸葛|[{_SURNAMES}])[{_HAN}]{{0,2}}?)(?=先生|女士|教授|博士|总统|主席|总理)"
)
_WELL_KNOWN = """
    第一次世界大战 第二次世界大战
    印度尼西亚 沙特阿拉伯 喜马拉雅山 珠穆朗玛峰 尼日利亚 澳大利亚 马来西亚 巴基斯坦 孟加拉国 巴塞罗那 爱因斯坦 莎士比亚
    罗马尼亚 巴西利亚 俄罗斯 意大利 西班牙 葡萄牙 比利时 奥地利 匈牙利 土耳其 肯尼亚 摩洛哥 阿根廷 墨西哥 加拿大
    新西兰 新加坡 菲律宾 柬埔寨 伊拉克 以色列 乌克兰 北美洲 南美洲 大洋洲 南极洲 太平洋 大西洋 印度洋 北冰洋 地中海
    联合国 吉隆坡 雅加达 马尼拉 新德里 慕尼黑 威尼斯 马德里 里斯本 莫斯科 维也纳 布拉格 华盛顿 洛杉矶 旧金山 芝加哥
    波士顿 多伦多 渥太华 墨尔本 堪培拉 砂拉越 兰卡威 天王星 海王星 冥王星 白居易 曹雪芹 罗贯中 施耐庵 吴承恩 达尔文
    屠呦呦 秦始皇 海南岛 内蒙古 黑龙江 东南亚 中国 美国 英国 法国 德国 俄国 泰国 韩国 日本 朝鲜 印度 荷兰 瑞士
    瑞典 挪威 芬兰 丹麦 冰岛 波兰 捷克 希腊 埃及 南非 巴西 智利 秘鲁 古巴 印尼 越南 老挝 缅甸 蒙古 伊朗 欧洲
    亚洲 非洲 欧盟 北京 上海 广州 深圳 天津 重庆 南京 杭州 西安 成都 武汉 苏州 香港 澳门 台湾 台北 东京 大阪
    京都 首尔 平壤 曼谷 河内 孟买 伦敦 巴黎 柏林 罗马 米兰 雅典 开罗 纽约 悉尼 长江 黄河 长城 故宫 槟城 沙巴
    水星 金星 地球 火星 木星 土星 唐朝 宋朝 元朝 明朝 清朝 汉朝 秦朝 李白 杜甫 苏轼 鲁迅 孔子 老子 牛顿 河北
    河南 湖北 湖南 广东 广西 山东 山西 陕西 江苏 江西 浙江 安徽 福建 海南 四川 贵州 云南 甘肃 青海 新疆 西藏
    宁夏 辽宁 吉林 南海 东海 黄海 渤海 中东"""
"""The longer first, for the first that fits is taken."""
_KNOWN = re.compile(f"(?:{'|'.join(_WELL_KNOWN.split())})省?")
_SHORT = re.compile("(?<=..)(?:省|市|县|州|岛|河|江|山|湖|朝)$")


def plain_han(text: str) -> str:
    """What a term with Chinese characters is compared by: one width, without spaces, dots and case."""
    return re.sub(r"[\s·•・‧\-‐‑–—_*]+", "", unicodedata.normalize("NFKC", text).casefold())


def han(text: str) -> Iterator[Found]:
    """The names of a text of which only the prose is left (prose.py). Of those that overlap, the longest is meant."""
    for run in re.finditer(f"[{_HAN}·•・‧]+", text):
        if len(run[0]) > 1:
            yield from _in(run[0], run.start(), text)


def _in(run: str, at: int, text: str) -> Iterator[Found]:
    places: set[tuple[int, int]] = set()
    for found in _DOTTED.finditer(run):
        core = found[0].strip("·•・‧")
        if re.search("[·•・‧]", core):
            start = found.start() + found[0].index(core)
            places.add((start, start + len(core)))
    places |= {found.span() for found in _TWO.finditer(run)}
    places |= {(start, end) for start, end in _ended(run)}
    places |= {found.span() for found in _FOREIGN_RUN.finditer(run) if not _NO_NAMES.search(found[0])}
    places |= {found.span() for found in _KNOWN.finditer(run)}
    for pattern in (_PERSON, _TITLED):
        places |= {found.span("name") for found in pattern.finditer(run)}
    for start, end in places:
        key = plain_han(run[start:end])
        short = _SHORT.sub("", key)
        may = frozenset((short,)) if short != key else NONE
        dotted = re.split("[·•・‧]", run[start:end])
        if len(dotted) > 1 and len(dotted[-1]) > 1:
            may |= {plain_han(dotted[-1])}
        yield Found("name", at + start, at + end, frozenset((key,)), may)


def _ended(run: str) -> Iterator[tuple[int, int]]:
    """What ends as names do, from the last edge before it."""
    last = 0
    for found in _END.finditer(run):
        start = found.start()
        least = max(last, start - _LONGEST)
        while start > least and run[start - 1] not in _EDGES and run[start - 1] not in "·•・‧":
            start -= 1
        for word in _BEFORE.finditer(run, start, found.start()):
            start = word.end()
        stem = run[start : found.start()]
        if not stem:
            continue
        last = found.end()
        if set(stem) <= _GENERIC or (len(found[0]) == 1 and len(stem) > 6):
            continue
        if found[0] in ("国", "洲") and len(stem) > 4:
            continue
        yield start, found.end()
