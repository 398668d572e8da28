"""App configuration."""

from django.apps import AppConfig


class PipesConfig(AppConfig):
    name = "jiugai.pipes"
    label = "pipes"
    verbose_name = "管线与上下水"

    def ready(self) -> None:
        """Fill our section of the facts, declare the kinds, and say what we add to file and project."""
        from jiugai.pipes import kinds, panels
        from jiugai.pipes.facts import pipes_section
        from jiugai.policy.providers import provide

        provide("pipes", pipes_section)
        kinds.declare_all()
        panels.add_to_the_file()
