"""App configuration."""

from django.apps import AppConfig


class StreetworksConfig(AppConfig):
    name = "jiugai.streetworks"
    label = "streetworks"
    verbose_name = "各部门工程"

    def ready(self) -> None:
        """Fill our section of the facts, declare the request, and say where what keeps a gate shut is mended."""
        from jiugai.accounts.jobs import Kind, register
        from jiugai.policy.providers import provide
        from jiugai.streetworks import kind, panels, tiles
        from jiugai.streetworks.facts import works_section

        provide("works", works_section)
        kind.register_kind()
        panels.add_to_the_file()
        tiles.offer_layers()
        register("streetworks.lapses", Kind("协同请求逾期登记"))
