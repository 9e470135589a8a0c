"""The suite's settings: the portal's own, on a throw-away VAR_DIR, with what makes tests fast.

Set before anything is imported, so that xdist workers and the real Celery workers that some tests start agree.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

os.environ["ENVIRONMENT"] = "development"
# Only for a run of the suite: mypy reads these settings too, and ends without tidying up.
if "pytest" in sys.modules and "TEST_VAR_DIR" not in os.environ:
    _made = tempfile.mkdtemp(prefix="zhuqi-test-")
    os.environ["TEST_VAR_DIR"] = os.environ["VAR_DIR"] = _made
    atexit.register(shutil.rmtree, _made, ignore_errors=True)
if _worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # A broker for each: a Celery worker of one test must not take the messages of another. (Redis: the
    # last databases, as scripts/services.py has it.)
    os.environ["VAR_DIR"] = str(Path(os.environ["TEST_VAR_DIR"]) / _worker)
    if _redis := os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = urlsplit(_redis)._replace(path=f"/{15 - int(_worker.removeprefix('gw'))}").geturl()

from zhuqi.settings import *  # noqa: F403 - settings are extended this way
from zhuqi.settings import DATABASES, VAR_DIR

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 takes 50 ms a sign-in
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and real worker processes must reach it. Durability is not wanted here.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    # A name of its own: two runs on one server must not drop each other's database.
    _run = Path(os.environ.get("TEST_VAR_DIR", VAR_DIR)).name
    DATABASES["default"]["TEST"] = {"NAME": f"test_{_run.replace('-', '_').lower()}"}
