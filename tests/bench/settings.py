"""门户自己的设置，加一个空页面作对照。"""

from zhuqi.settings import *  # noqa: F403 - settings are extended this way

ROOT_URLCONF = "tests.bench.urls"
ALLOWED_HOSTS = ["127.0.0.1"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
