"""Who people are in the work: one role per desk of the design's table of users."""

from django.db.models import TextChoices


class Role(TextChoices):
    """A desk in the work; what it may do stands in `permissions.GRANTS`."""

    CITY_LEAD = "city_lead", "市住房城乡建设委"
    CITY_DEPARTMENT = "city_department", "市级部门"
    DISTRICT_LEAD = "district_lead", "区住房城乡建设委"
    DISTRICT_DEPARTMENT = "district_department", "区级部门"
    STREET = "street", "街道（乡镇）"
    COMMUNITY_WORKER = "community_worker", "社区工作者"
    DATA_OFFICER = "data_officer", "数据员"
    PLANNER = "planner", "责任规划师"
    ARCHITECT = "architect", "责任建筑师"
    REVIEWER = "reviewer", "施工图审查"
    IMPLEMENTER = "implementer", "实施主体"
    CONTRACTOR = "contractor", "施工单位"
    SUPERVISOR = "supervisor", "监理单位"
    UTILITY = "utility", "专业公司"
    COMMITTEE = "committee", "业委会（物管会）"
    PROPERTY_FIRM = "property_firm", "物业服务企业"
    TRUST_MANAGER = "trust_manager", "信托管理人"
    AUDITOR = "auditor", "审计"
    DISCIPLINE = "discipline", "纪检监察"
    RESIDENT = "resident", "居民"
    ADMIN = "admin", "平台管理员"
