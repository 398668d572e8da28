"""Which facts are proved by a document made outside the product (凭证), and what each proves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EvidenceKind:
    """A kind of evidence. `exempts` tells whether 'not needed here' is an answer the policy knows."""

    code: str
    label: str
    clauses: tuple[str, ...]
    hint: str
    exempts: bool = False


EVIDENCE: dict[str, EvidenceKind] = {
    kind.code: kind
    for kind in (
        EvidenceKind("scheme_opinion", "改造方案审查意见", ("T09-4", "T19-10"), "区级方案联审会议纪要或审查意见的文号"),
        EvidenceKind("permit", "施工许可证", ("T19-5", "T20-5"), "许可证编号；依规免办的，填免办依据", exempts=True),
        EvidenceKind("local_supervision", "属地质量安全监管", ("T19-5", "T20-6"), "免办许可的，填纳入属地监管的文号"),
        EvidenceKind(
            "temporary_water",
            "临时供水、排水方案",
            ("T15-4",),
            "方案名称和报送日期；不涉及上下水管线的，说明理由",
            exempts=True,
        ),
        EvidenceKind(
            "special_design", "适老化和无障碍专项设计", ("T11-1",), "专项设计的图号；不需要的，说明依据", exempts=True
        ),
        EvidenceKind("drawing_review", "专项施工图审查", ("T11-2",), "审图意见的文号", exempts=True),
        EvidenceKind(
            "project_drawings", "施工图审查", ("T19-5",), "审查合格书编号；依规不需要的，说明依据", exempts=True
        ),
        EvidenceKind("special_opinion", "责任规划师专项方案意见", ("T11-3",), "意见的文号", exempts=True),
        EvidenceKind("committee", "业委会（物管会）任期", ("T27-1",), "备案回执编号，截止日填任期届满日"),
    )
}


class UnknownEvidence(LookupError):
    """No kind of evidence has this code."""


def kind_of(code: str) -> EvidenceKind:
    """Return a kind of evidence. Raises UnknownEvidence."""
    try:
        return EVIDENCE[code]
    except KeyError:
        raise UnknownEvidence(code) from None
