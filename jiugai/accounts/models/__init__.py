"""People, organisations, areas, and what they did."""

from jiugai.accounts.models.areas import Area
from jiugai.accounts.models.audit import AuditEvent, AuditSeal
from jiugai.accounts.models.bulk import BulkRun
from jiugai.accounts.models.exports import ListExport
from jiugai.accounts.models.jobs import JobFailure
from jiugai.accounts.models.organisations import Organisation, OrganisationName
from jiugai.accounts.models.people import LoginAttempt, Membership, User
from jiugai.accounts.models.sharing import ApiToken, SharingRule

__all__ = [
    "ApiToken",
    "Area",
    "AuditEvent",
    "AuditSeal",
    "BulkRun",
    "JobFailure",
    "ListExport",
    "LoginAttempt",
    "Membership",
    "Organisation",
    "OrganisationName",
    "SharingRule",
    "User",
]
