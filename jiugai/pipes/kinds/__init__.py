"""The kinds of matters about pipelines and risers; every module here is declared at start."""

from importlib import import_module
from pkgutil import iter_modules


def declare_all() -> None:
    """Make every kind of this folder known."""
    for module in sorted(iter_modules(__path__), key=lambda m: m.name):
        import_module(f"{__name__}.{module.name}").declare()
