"""Production fails closed: what is missing or loose stops the start, with the variable's name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "correct-horse-battery-staple-0123456789-abcdefghijkl",
    "ALLOWED_HOSTS": "zhuqi.example.cn",
    "DATABASE_URL": "postgresql://zhuqi@127.0.0.1/zhuqi",
}
SINGLE_SIGN_ON = {
    "OIDC_ISSUER": "https://sso.example.cn",
    "OIDC_CLIENT_ID": "zhuqi",
    "OIDC_CLIENT_SECRET": "s",
    **{
        f"OIDC_{name}_ENDPOINT": f"https://sso.example.cn/{name}"
        for name in ("AUTHORIZATION", "TOKEN", "USERINFO", "JWKS")
    },
}
SET_UP = "import django; django.setup(); "
ASK = "from django.conf import settings as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE)"


def start(tmp_path: Path, ask: str = ASK, **changes: str | None) -> subprocess.CompletedProcess[str]:
    wanted = {**GOOD, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zhuqi.settings", **changes}
    env = {name: value for name, value in wanted.items() if value is not None}
    env["PATH"] = os.environ["PATH"]
    return subprocess.run(
        [sys.executable, "-c", SET_UP + ask], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_production_starts_with_what_it_needs(tmp_path):
    said = start(tmp_path)
    assert said.stdout.split() == ["False", "True"], said.stderr


@pytest.mark.parametrize(
    ("said", "meant"), [("", "https://zhuqi.example.cn"), ("https://zq.example.cn/", "https://zq.example.cn")]
)
def test_short_messages_carry_an_address_a_phone_can_open(tmp_path, said, meant):
    ask = "from django.conf import settings as s; print(s.PORTAL_URL)"
    assert start(tmp_path, ask, PORTAL_URL=said).stdout.split() == [meant]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"DEBUG": "perhaps"}, "DEBUG"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "zhuqi.example.cn,*"}, "ALLOWED_HOSTS"),
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT"),
        ({"ENVIRONMENT": None, "SECRET_KEY": None}, "SECRET_KEY"),  # nobody said anything: production
        ({"DATABASE_URL": "mysql://root@127.0.0.1/zhuqi"}, "DATABASE_URL"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "zhuqi"}, "DATABASE_URL"),
        ({"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL"),
        ({"UPLOAD_MAX_BYTES": "twenty"}, "UPLOAD_MAX_BYTES"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({"PORTAL_URL": "zhuqi.example.cn"}, "PORTAL_URL"),
        ({"PROVINCE_URL": "https://province.example.cn"}, "PROVINCE_SECRET"),
        ({"PROVINCE_URL": "http://p.cn", "PROVINCE_KEY_ID": "x", "PROVINCE_SECRET": "y7" * 20}, "PROVINCE_URL"),
        ({"PROVINCE_URL": "https://p.cn", "PROVINCE_KEY_ID": "x", "PROVINCE_SECRET": "short"}, "PROVINCE_SECRET"),
        ({"WEBHOOK_HOSTS": "*.example.cn"}, "WEBHOOK_HOSTS"),
        ({"MAIL_HOST": "smtp.example.cn"}, "MAIL_FROM"),
        ({"MAIL_HOST": "smtp.example.cn", "MAIL_FROM": "a@example.cn", "MAIL_USER": "a"}, "MAIL_PASSWORD"),
        ({"MAIL_HOST": "smtp.example.cn", "MAIL_FROM": "a@example.cn", "MAIL_PORT": "x"}, "MAIL_PORT"),
        ({"MAIL_HOST": "smtp.example.cn", "MAIL_FROM": "a@example.cn", "MAIL_SECURITY": "tls"}, "MAIL_SECURITY"),
        ({"SMS_GATEWAY_URL": "https://sms.example.cn", "SMS_APP_ID": "a"}, "SMS_SECRET"),
        ({"SMS_GATEWAY_URL": "http://sms.example.cn", "SMS_APP_ID": "a", "SMS_SECRET": "s"}, "SMS_GATEWAY_URL"),
        ({"WECOM_WEBHOOK_URL": "qyapi.weixin.qq.com"}, "WECOM_WEBHOOK_URL"),
        ({"DINGTALK_WEBHOOK_URL": "https://oapi.example.cn/robot"}, "DINGTALK_SECRET"),
        ({"OIDC_CLIENT_ID": "zhuqi"}, "OIDC_ISSUER"),
        ({"OIDC_REQUIRED": "true"}, "OIDC_REQUIRED"),
        ({**SINGLE_SIGN_ON, "OIDC_TOKEN_ENDPOINT": "http://sso.example.cn/token"}, "OIDC_TOKEN_ENDPOINT"),
        ({**SINGLE_SIGN_ON, "OIDC_ACCOUNT_FIELD": "name"}, "OIDC_ACCOUNT_FIELD"),
    ],
)
def test_production_refuses_to_start_and_names_the_variable(tmp_path, changes, named):
    said = start(tmp_path, **changes)
    assert said.returncode != 0
    assert "ImproperlyConfigured" in said.stderr
    assert named in said.stderr.strip().splitlines()[-1]


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("y7" * 25)
    assert start(tmp_path, SECRET_KEY=None, SECRET_KEY_FILE=str(secret)).returncode == 0


def test_development_makes_its_own_key_once_and_keeps_it_to_itself(tmp_path):
    plain = dict.fromkeys(GOOD) | {"ENVIRONMENT": "development"}
    assert start(tmp_path, **plain).returncode == 0
    first = (tmp_path / "secret_key").read_text()
    assert len(first) > 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert start(tmp_path, **plain).returncode == 0
    assert (tmp_path / "secret_key").read_text() == first


def test_deployment_checks_pass(tmp_path):
    env = {**GOOD, "VAR_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1/0", "PATH": os.environ["PATH"]}
    said = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr


def test_what_an_older_key_signed_is_still_read_while_it_is_named(tmp_path):
    ask = "from django.core.signing import Signer; print(Signer().{0})"
    signed = start(tmp_path, ask.format("sign('x')")).stdout.strip()
    changed = {"SECRET_KEY": "another-key-" * 5}
    assert start(tmp_path, ask.format(f"unsign('{signed}')"), **changed).returncode != 0
    kept = start(tmp_path, ask.format(f"unsign('{signed}')"), **changed, SECRET_KEY_FALLBACKS=GOOD["SECRET_KEY"])
    assert kept.stdout.strip() == "x", kept.stderr
