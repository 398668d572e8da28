"""Start-up code behind `make`: standard library only, because it runs before anything is installed."""
