"""App configuration."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "jiugai.planning"
    label = "planning"
    verbose_name = "储备与计划"

    def ready(self) -> None:
        """Tell the layers below which facts planning knows and what it adds to a community's file."""
        from jiugai.accounts.jobs import Kind, register
        from jiugai.planning import footprints, lineups, opinion, space_kinds, sync
        from jiugai.planning.facts import load_project_facts
        from jiugai.planning.inputs import give_values
        from jiugai.planning.kinds import register_kinds
        from jiugai.planning.menu_facts import load_menu_facts
        from jiugai.planning.panels import add_menu_to_projects, add_to_the_file, show_the_way
        from jiugai.planning.plan_facts import load_plan_facts
        from jiugai.planning.plan_jobs import register_jobs
        from jiugai.planning.plan_panels import add_to_projects
        from jiugai.planning.rank_values import values_of_ranks
        from jiugai.policy.lineups import handle
        from jiugai.policy.providers import provide

        provide("project", load_project_facts)
        provide("plan", load_plan_facts)
        provide("menu", load_menu_facts)
        handle("propose_project", lineups.propose_after_checkup)
        handle("ask_planner", lineups.ask_planner)
        handle("place_footprint", footprints.place_footprint)
        opinion.register_kind()
        register_kinds()
        space_kinds.register_kinds()
        sync.register_types()
        register("planning.ranking", Kind("储备项目排序"))
        register("planning.lapses", Kind("规划师意见逾期告知"))
        register_jobs()
        add_to_projects()
        give_values(values_of_ranks)
        add_to_the_file()
        add_menu_to_projects()
        show_the_way()
