"""`jiugai replay DECISION`: recompute a past verdict, bit for bit, or under a draft."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.policy.models import Decision, DraftSet
from jiugai.policy.replaying import Replay, replay_decision, replay_under


class Command(BaseCommand):
    """Say whether the same facts give the same verdict."""

    help = "用当时留存的事实、参数和规则版本重算一次判定，逐字比较；--draft 用草案参数推演"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the decision and --draft."""
        parser.add_argument("decision", type=int, help="判定的编号")
        parser.add_argument("--draft", default="", help="草案参数集的名称；now 表示现行参数")

    def handle(self, *args: Any, **options: Any) -> None:
        """Recompute; fail when a replay under the figures of then differs."""
        with scoped(SYSTEM):
            decision = Decision.objects.select_related("community", "figures").filter(pk=options["decision"]).first()
            if decision is None:
                raise CommandError(f"没有编号 {options['decision']} 的判定")
            replay = self._replay(decision, options["draft"])
            self._say(replay)
        if not replay.same and not options["draft"]:
            raise CommandError("重算结果和当时不一致")

    def _replay(self, decision: Decision, draft: str) -> Replay:
        if not draft:
            return replay_decision(decision)
        if draft == "now":
            return replay_under(decision, None)
        found = DraftSet.objects.filter(name=draft).first()
        if found is None:
            raise CommandError(f"没有草案“{draft}”")
        return replay_under(decision, found)

    def _say(self, replay: Replay) -> None:
        decision = replay.decision
        self.stdout.write(f"{decision.community} {decision}，{decision.on:%Y-%m-%d}，{replay.figures}")
        for line in replay.lines:
            again = "规则版本已不在" if line.again is None else line.again.title
            self.stdout.write(
                f"{'≠' if line.differs else '＝'} {line.then.rule} v{line.then.version} {line.then.title}"
            )
            if line.differs:
                self.stdout.write(f"  → {again}")
        code = "规则代码和当时逐字节相同" if replay.same_code else "规则代码自那时起有改动"
        self.stdout.write(f"{'逐字一致' if replay.same else '不一致'}；{code}")
