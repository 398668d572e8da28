"""The row of tabs that every page of a project carries."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from jiugai.planning.models import Project
from jiugai.planning.project_tabs import tabs_of
from jiugai.web.templatetags.jg_parts import tabs

register = template.Library()


@register.simple_tag(takes_context=True)
def project_tabs(context: Any, project: Project, current: str) -> SafeString:
    """Return the pages of the project that the reader may open, the page of this name marked as the current one."""
    return tabs(tabs_of(project, context["request"].actor, current), label="项目的各页")
