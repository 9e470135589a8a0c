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
    "send-messages": {
        "task": "cadres.send_messages",
        "schedule": crontab(),
        "options": {"expires": MINUTE},
    },
    # what changed is in the database; the first run after midnight takes ages and dates of the new day.
    "match-policies": {
        "task": "policies.match",
        "schedule": crontab(),
        "options": {"expires": MINUTE},
    },
    # on working days; what the morning missed, or a firm's new invitation, goes out later the same day.
    "send-digests": {
        "task": "policies.send_digests",
        "schedule": crontab(hour=10, minute=0),
        "options": {"expires": HOUR},
    },
    "send-digests-make-up": {
        "task": "policies.send_digests",
        "schedule": crontab(hour="11-17", minute=20),
        "options": {"expires": HOUR},
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
    # an import of policies whose worker was killed goes on where it stopped.
    "restart-policy-imports": {
        "task": "policies.restart_imports",
        "schedule": crontab(minute="2-59/5"),
        "options": {"expires": 5 * MINUTE},
    },
    "drop-old-exports": {
        "task": "reports.drop_old_exports",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": DAY},
    },
    # a sheet whose worker was killed, or whose message was lost, goes on where it stood.
    "restart-sheets": {
        "task": "cadres.restart_sheets",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 5 * MINUTE},
    },
    "drop-old-sheets": {
        "task": "cadres.drop_old_sheets",
        "schedule": crontab(hour=3, minute=45),
        "options": {"expires": DAY},
    },
    "revise-drafts": {
        "task": "reports.revise_drafts",
        "schedule": crontab(minute=5),
        "options": {"expires": HOUR},
    },
    # late, doubled or lost, the far side counts each step once.
    "report-upward": {
        "task": "reports.report_upward",
        "schedule": crontab(),
        "options": {"expires": MINUTE},
    },
    "push-hooks": {
        "task": "reports.push_hooks",
        "schedule": crontab(),
        "options": {"expires": MINUTE},
    },
    "pull-handed-down": {
        "task": "reports.pull_handed_down",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 5 * MINUTE},
    },
    "reconcile-province": {
        "task": "reports.reconcile_province",
        "schedule": crontab(hour=6, minute=10),
        "options": {"expires": DAY},
    },
    # last month's closures; a month that has its draw is left alone, so the daily run makes up.
    "draw-look-backs": {
        "task": "cases.draw_look_backs",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": DAY},
    },
    # one notice a follow-up, keyed, so a missed or doubled run tells nobody twice.
    "remind-follow-ups": {
        "task": "policies.remind_follow_ups",
        "schedule": crontab(hour="8-18", minute=40),
        "options": {"expires": HOUR},
    },
    # ADR 0072: an old key is not honoured either way; this only keeps the table small.
    "drop-old-keys": {
        "task": "cadres.drop_old_keys",
        "schedule": crontab(hour=3, minute=50),
        "options": {"expires": DAY},
    },
    "tend-look-backs": {
        "task": "cases.tend_look_backs",
        "schedule": crontab(hour="8-18", minute=20),
        "options": {"expires": HOUR},
    },
}
