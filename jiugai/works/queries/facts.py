"""The section `site` of `domain.facts.Facts`: the project on site of each community, in few queries."""

from collections.abc import Sequence
from datetime import date

from jiugai.approvals.models import SchemeEdition, SignOff
from jiugai.domain.facts import SiteFacts
from jiugai.domain.schemes import SchemeKind, SignedFor
from jiugai.planning.models import Project, ProjectCommunity
from jiugai.works.models import FireRecord, SpecialAcceptance
from jiugai.works.queries.special import Tally, tallies


def project_on_site(communities: Sequence[int]) -> dict[int, Project]:
    """Return the project that is being built in each community: the earliest, so that they are completed in turn."""
    links = ProjectCommunity.objects.filter(community__in=communities, project__state="on_site")
    rows = links.select_related("project").order_by("-project__works_started_on", "-project")
    return {link.community_id: link.project for link in rows}


def load_site_facts(communities: Sequence[int], on: date) -> dict[int, SiteFacts]:
    """Return the facts of communities with a project on site."""
    projects = project_on_site(communities)
    keys = {project.pk for project in projects.values()}
    accepted = _special(keys)
    items = tallies([one.pk for one in accepted.values()])
    fires, signed = _fires(keys), _signed(keys)
    return {
        home: _facts(project, accepted.get((project.pk, home)), items, fires.get(project.pk), project.pk in signed)
        for home, project in projects.items()
    }


def _special(projects: set[int]) -> dict[tuple[int, int | None], SpecialAcceptance]:
    rows = SpecialAcceptance.objects.filter(project__in=projects).exclude(stage="stopped").order_by("pk")
    return {(row.project_id, row.community_id): row for row in rows}


def _fires(projects: set[int]) -> dict[int, FireRecord]:
    rows = FireRecord.objects.filter(project__in=projects).order_by("project_id", "-pk").distinct("project_id")
    return {row.project_id: row for row in rows}


def _signed(projects: set[int]) -> set[int]:
    """Return the projects whose architect has signed for completion, on the edition of the scheme that stands."""
    newest = SchemeEdition.objects.filter(scheme__project__in=projects, scheme__kind=SchemeKind.PROJECT.value)
    standing = newest.order_by("scheme_id", "-number").distinct("scheme_id").values("pk")
    rows = SignOff.objects.filter(edition__in=standing, subject=SignedFor.COMPLETION.value)
    return set(rows.values_list("edition__scheme__project", flat=True))


def _facts(
    project: Project,
    special: SpecialAcceptance | None,
    items: dict[int, Tally],
    fire: FireRecord | None,
    architect_signed: bool,
) -> SiteFacts:
    found = items[special.pk] if special else Tally([])
    return SiteFacts(
        ref=project.code,
        special=_state(special, found),
        special_ref=special.number if special else "",
        special_on=special.passed_on if special else None,
        special_items=len(found.asked),
        special_failed=tuple(one.item.place for one in found.failed),
        special_open=len(found.open),
        fire=fire.standard if fire else "",
        fire_keeps_use=fire.keeps_use if fire else None,
        fire_difficulty=fire.difficulty if fire else "",
        fire_reference=fire.reference if fire else "",
        fire_floor=fire.floor if fire else "",
        fire_floor_doubt=fire.floor_doubt if fire else "",
        energy_saving=project.type.energy_saving,
        architect_signed=architect_signed,
    )


def _state(special: SpecialAcceptance | None, found: Tally) -> str:
    if special is None:
        return ""
    if special.stage == "passed":
        return "passed"
    return "failed" if found.failed else "open"
