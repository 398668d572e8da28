"""Made-up material for the page that shows every component. Nothing here is a fact about a real place."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

TODAY = date(2026, 11, 23)

COLOURS = (
    ("墨蓝 900", "#0F2238", "16.1"), ("墨蓝 700", "#163E70", "10.7"), ("墨蓝 600 主色", "#1B4B86", "8.8"),
    ("墨蓝 500", "#3F74AE", "4.9"), ("墨蓝 300", "#8FB3D9", "2.2"), ("墨蓝 100", "#DCE8F4", "1.2"),
    ("墨蓝 50", "#EEF4FA", "1.1"), ("门红 600", "#A5352B", "6.7"), ("砖 950 正文", "#1B2025", "16.4"),
    ("砖 700 次要", "#4A525A", "7.9"), ("砖 600 说明", "#5F6972", "5.6"), ("控件边", "#858E97", "3.3"),
    ("砖 300 强线", "#C8CED3", "1.6"), ("砖 200 线", "#DDE1E5", "1.3"), ("砖 50 底", "#F5F6F7", "1.1"),
    ("门红 50", "#FCEFED", "1.1"), ("符合", "#1A7048", "6.1"), ("符合底", "#E6F3EB", "1.1"),
    ("不符合", "#A5352B", "6.7"), ("不符合底", "#FCEFED", "1.1"), ("待核实", "#835600", "6.4"),
    ("待核实底", "#FFF6E0", "1.1"), ("暂停", "#5D4A8A", "7.5"), ("暂停底", "#F2EFF8", "1.1"),
)  # fmt: skip

PALETTES = (
    ("产权", (("own-central", "央产"), ("own-commodity", "商品住宅"), ("own-unit", "单位自建"),
            ("own-mixed", "多类混合"), ("own-affordable", "经适、动迁"), ("own-minor", "小产权"),
            ("unknown", "资料不足"))),
    ("改造需求", (("need-high", "高"), ("need-mid", "中"), ("need-low", "低"), ("need-none", "不涉及"),
              ("unknown", "资料不足"))),
    ("阶段", (("stage-pool", "储备库"), ("stage-plan", "计划至招标"), ("stage-site", "施工"),
            ("stage-done", "已竣工"), ("stage-handed", "已移交"), ("unknown", "未启动"))),
    ("次序", (("rank-1", "80 栋以下"), ("rank-2", "80—160"), ("rank-3", "160—240"), ("rank-4", "240—320"),
            ("rank-5", "320 栋以上"))),
)  # fmt: skip

STAGES = tuple(
    {"label": label, "state": state, "note": note}
    for label, state, note in (
        ("体检", "done", "2025年4月"), ("入储备库", "done", "2025年6月"), ("列入计划", "done", "2025年12月"),
        ("综合治理", "part", "剩 8 项"), ("方案设计", "done", "2026年5月"), ("审批", "done", "2026年8月"),
        ("招标", "done", "2026年10月"), ("施工", "now", "等关口"), ("专项验收", "later", ""),
        ("竣工验收", "later", ""), ("效果评价", "later", ""), ("结算审计", "later", ""), ("移交管理", "later", ""),
    )
)  # fmt: skip


@dataclass(frozen=True)
class SampleFinding:
    """What a gate would say."""

    outcome: str
    title: str
    clause: str = ""
    quote: str = ""
    detail: str = ""
    next_step: str = ""
    url: str = ""
    link: str = ""


FINDINGS = (
    SampleFinding(
        "fail", "影响改造工程的违法建设还有 2 处没拆", "T02-5", "影响改造工程的应在改造前拆除",
        "登记 3 处，已拆 1 处。", "", "#", "2 件拆违事项",
    ),
    SampleFinding(
        "unknown", "没有找到临时供水、排水方案", "T15-4", "", "缺资料按待核实处理，不放行。", "", "#", "上传方案"
    ),
    SampleFinding("pass", "责任规划师出具方案意见，用时 4 个工作日", "T19-10"),
    SampleFinding("pass", "已取得施工许可证", "T19-5"),
    SampleFinding("not_applicable", "改建不增加户数：本项目不涉及改建", "T04-5"),
)  # fmt: skip

FACTS: tuple[dict[str, Any], ...] = (
    {"label": "建成年代", "value": "1955—1999年", "sources": ["crawl"]},
    {"label": "楼栋", "value": "24 栋", "sources": ["off"], "url": "#", "conflict": "2 个来源不一致"},
    {"label": "所属社区", "value": "示例街道示例社区", "sources": ["rec"]},
    {"label": "户数", "value": "1,628 户", "sources": ["demo"]},
    {"label": "建筑面积", "value": None, "sources": []},
)

EVENTS = (
    {"when": date(2026, 11, 20), "title": "开工申请被关口拦下", "detail": "2 项不符合，1 项待核实", "kind": "bad"},
    {"when": date(2026, 10, 28), "title": "工程总承包中标公示期满", "detail": "招标 22 个工作日"},
    {"when": date(2025, 12, 5), "title": "列入 2026年 实施计划", "detail": "第四批"},
)

OWNERSHIP = (
    {"label": "央企", "value": 62, "colour": "own-central"},
    {"label": "部委事业", "value": 27, "colour": "own-unit"},
    {"label": "房改", "value": 11, "colour": "own-commodity"},
)

ROWS = (
    {"name": "示例中里", "stage": "施工", "budget": 7680, "paid": 2304, "due": "12月4日"},
    {"name": "示例四里", "stage": "审批", "budget": 4520, "paid": 0, "due": "剩 2 个工作日", "kind": "soon"},
    {"name": "示例一区", "stage": "结算审计", "budget": 8610, "paid": -120.5, "due": "逾期 3 个工作日", "kind": "late"},
)

TABS = (
    {"label": "概况", "url": "#", "current": True},
    {"label": "五类问题", "url": "#", "count": 47},
    {"label": "楼栋", "url": "#", "count": 24},
    {"label": "材料", "url": "#", "problems": 2},
)


class SampleForm(forms.Form):
    """One field of each kind."""

    starts = forms.CharField(label="预计开工日期", help_text="例如 2027年3月16日")
    amount = forms.CharField(label="合同金额")
    note = forms.CharField(label="备注", required=False)
    kind = forms.ChoiceField(label="产权", choices=[("", "请选"), ("c", "央产"), ("u", "单位自建")])
    paper = forms.FileField(label="依据材料", required=False, help_text="pdf、图片，不超过 50 MB")
    agreed = forms.BooleanField(label="已征求责任规划师意见", required=False)


def sample() -> dict[str, Any]:
    """Return the context of the gallery."""
    form = SampleForm({"starts": "2027年3月16日", "amount": "4,120.00", "kind": "c"})
    form.is_valid()
    form.add_error("amount", "不能超过预算 3,860.00 万元")
    return {
        "colours": COLOURS, "palettes": PALETTES, "stage_list": STAGES, "findings": FINDINGS, "fact_rows": FACTS,
        "events": EVENTS, "ownership": OWNERSHIP, "rows": ROWS, "tab_items": TABS, "form": form,
        "blank_form": SampleForm(), "today": TODAY, "total_budget": 20810, "total_paid": 2183.5,
        "wizard": ["选文件", "对列名", "查错", "确认写入"],
        "conditions": [{"label": "牛街街道", "remove_url": "?"}, {"label": "小产权", "remove_url": "?"}],
        "job": {"title": "正在导入 1,284 行", "done": 812, "total": 1284, "detail": "约 20 秒，可以先去忙别的",
                "stop_url": "#", "finished": False},
        "page": {"first": 51, "last": 100, "total": 2885, "previous_url": "?", "next_url": "?"},
        "sizes": ((24, 32, "示例小区6号院", True), (20, 28, "还差 5 人、258.20 ㎡", True),
                  (16, 24, "下一道关口：开工", True), (14, 22, "登记 3 处，已拆 1 处", False),
                  (13, 20, "表格、说明 43,866.00 万元", False), (12, 18, "标签、图例，不再小", False)),
    }  # fmt: skip
