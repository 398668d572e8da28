"""Reading the policy library."""

from collections.abc import Sequence

from django.db.models import Q

from jiugai.policy.models import PolicyDocument


def documents_on(
    *, rules: Sequence[str] = (), clauses: Sequence[str] = (), figures: Sequence[str] = (), projects: Sequence[str] = ()
) -> list[PolicyDocument]:
    """Return the documents that govern any of these things, in one query."""
    wanted = {"rule": rules, "obligation": clauses, "figure": figures, "project": projects}
    condition = Q(pk__in=())
    for kind, refs in wanted.items():
        if refs:
            condition |= Q(links__kind=kind, links__ref__in=list(refs))
    return list(PolicyDocument.objects.filter(condition).distinct().order_by("level", "title"))
