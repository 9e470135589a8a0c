"""The Celery app and the one beat table (R-41). Times are Asia/Shanghai.

Work lives in the database (due rows, event ledger); a message only says "look now". So a lost or doubled message
changes nothing, and every entry here may run late, twice, or in two workers at once.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhuqi.settings")

app = Celery("zhuqi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

app.conf.beat_schedule = {
    "enforce-day": {
        "task": "cases.enforce_day",
        "schedule": crontab(hour=9, minute=0),
        "options": {"expires": DAY},
    },
    # R-41 "a missed run is made up": cheap when nothing is due, and never before the day's own 09:00.
    "enforce-day-make-up": {
        "task": "cases.enforce_day",
        "schedule": crontab(hour="9-23", minute="15,45"),
        "options": {"expires": HOUR},
    },
    "remind-double-ten": {
        "task": "cases.remind_double_ten",
        "schedule": crontab(hour=8, minute=30),
        "options": {"expires": DAY},
    },
    "close-double-ten": {
        "task": "cases.close_double_ten",
        "schedule": crontab(hour=0, minute=0),
        "options": {"expires": DAY},
    },
    # doubled or made up late it proposes the same; a night missed is caught by the next.
    "propose-issues": {
        "task": "cases.propose_issues",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": DAY},
    },
    "notify": {
        "task": "cases.notify",
        "schedule": crontab(),
        "options": {"expires": MINUTE},
    },
    "draft-month": {
        "task": "reports.draft_month",
        "schedule": crontab(day_of_month=1, hour=2, minute=0),
        "options": {"expires": DAY},
    },
    # R-52, made up like the others: a month that has its draft is left alone.
    "draft-month-make-up": {
        "task": "reports.draft_month",
        "schedule": crontab(hour=3, minute=15),
        "options": {"expires": DAY},
    },
    # a ledger whose worker was killed, or whose message was lost, is begun again.
    "restart-ledgers": {
        "task": "reports.restart_ledgers",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 5 * MINUTE},
    },
    "drop-old-exports": {
        "task": "reports.drop_old_exports",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": DAY},
    },
    "revise-drafts": {
        "task": "reports.revise_drafts",
        "schedule": crontab(minute=5),
        "options": {"expires": HOUR},
    },
    # last month's closures; a month that has its draw is left alone, so the daily run makes up.
    "draw-look-backs": {
        "task": "cases.draw_look_backs",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": DAY},
    },
    "tend-look-backs": {
        "task": "cases.tend_look_backs",
        "schedule": crontab(hour="8-18", minute=20),
        "options": {"expires": HOUR},
    },
}
