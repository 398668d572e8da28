"""Who may do what to a matter: the right in its area, and the matter in one's own hands."""

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Answer, Permission, may
from jiugai.domain.errors import NotAllowed
from jiugai.matters.models import Matter


def may_do(actor: Actor, permission: Permission, matter: Matter) -> Answer:
    """Answer whether the actor may do this to the matter.

    Besides the right in the area, the matter must lie with the actor's body or with himself; who may assign matters
    there stands above that. The system does what the line-ups say.
    """
    if actor.is_system:
        return Answer(True)
    answer = may(actor, permission, matter)
    if not answer or matter.owner_id is None or permission is Permission.MATTER_ASSIGN:
        return answer
    mine = actor.organisation_id == matter.owner_id or (
        matter.assignee_id is not None and matter.assignee_id == actor.user_id
    )
    if mine or may(actor, Permission.MATTER_ASSIGN, matter):
        return answer
    return Answer(False, f"由{matter.owner}办理，可以请他们办，或请他们移交给您的单位")


def require_do(actor: Actor, permission: Permission, matter: Matter) -> None:
    """Raise NotAllowed (403, with the reason) unless the actor may do this to the matter."""
    answer = may_do(actor, permission, matter)
    if not answer:
        raise NotAllowed(answer.reason)
