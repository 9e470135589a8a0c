#!/usr/bin/env python3
"""Entry point for management commands: a development run unless ENVIRONMENT says otherwise."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhuqi.settings")
    # Only here: gunicorn and Celery without ENVIRONMENT are production and refuse to start unconfigured.
    os.environ.setdefault("ENVIRONMENT", "development")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
