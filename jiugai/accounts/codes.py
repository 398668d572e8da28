"""Every kind of audited action, in one list; an unknown code cannot be recorded."""

from django.db.models import TextChoices


class Action(TextChoices):
    """`noun.verb` codes with the words shown in the log."""

    LOGIN = "session.login", "登录"
    LOGIN_FAILED = "session.login_failed", "登录失败"
    LOGOUT = "session.logout", "退出"
    TOTP_ON = "session.totp_on", "启用动态口令"
    TOTP_OFF = "session.totp_off", "停用动态口令"
    PASSWORD_CHANGED = "session.password", "修改密码"  # noqa: S105 - an action, not a secret
    USER_SAVED = "user.save", "维护人员"
    MEMBERSHIP_SAVED = "membership.save", "维护任职"
    ORGANISATION_SAVED = "organisation.save", "维护组织"
    SHARING_SAVED = "sharing.save", "维护共享规则"
    SHARED_ACCESS = "sharing.access", "查看其他部门数据"
    TOKEN_ISSUED = "token.issue", "签发接口令牌"  # noqa: S105 - an action, not a secret
    TOKEN_REVOKED = "token.revoke", "停用接口令牌"  # noqa: S105 - an action, not a secret
    PEOPLE_REVEALED = "people.reveal", "查看联系人全文"
    COMMUNITY_CREATED = "community.create", "新增小区"
    COMMUNITY_EDITED = "community.edit", "更正小区"
    COMMUNITY_MERGED = "community.merge", "合并小区"
    COMMUNITY_SPLIT = "community.split", "撤销合并"
    COMMUNITY_KEPT_APART = "community.keep_apart", "确认不是重复"
    BUILDING_EDITED = "building.edit", "更正楼栋"
    BUILDING_CREATED = "building.create", "新增楼栋"
    UNIT_SAVED = "unit.save", "维护产权单位"
    CONTACT_SAVED = "contact.save", "维护联系人"
    DOCUMENT_ADDED = "document.add", "上传材料"
    DOCUMENT_OPENED = "document.open", "打开材料"
    DOCUMENT_WITHDRAWN = "document.withdraw", "作废材料"
    IMPORT_STARTED = "import.start", "开始导入"
    IMPORT_WRITTEN = "import.write", "导入写入"
    IMPORT_UNDONE = "import.undo", "撤回导入"
    EXPORTED = "export", "导出"
    JOB_RETRIED = "job.retry", "重试作业"
    DATA_LOADED = "data.load", "装入随产品数据"
