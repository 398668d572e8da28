"""App configuration."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "jiugai.ledger"
    label = "ledger"
    verbose_name = "账本"

    def ready(self) -> None:
        """Declare the kinds of matters of this part."""
        from jiugai.ledger.kinds import declare_all

        declare_all()
