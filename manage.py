"""Django's usual entry point; the same as the `jiugai` command."""

from jiugai.config.command import main

if __name__ == "__main__":
    main()
