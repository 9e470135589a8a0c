"""E-mail through the city's own mail server. Says that a machine wrote it, so that no auto-reply answers (RFC 3834)."""

import smtplib
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMessage, get_connection

from cadres.channels.port import Letter, Refused, Trouble

TIMEOUT = 10
PERMANENT = 500  # SMTP: 5xx will not get better by itself
QUIET = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "bulk",
}


class Mail:
    """MAIL_HOST, MAIL_PORT, MAIL_SECURITY, MAIL_USER, MAIL_PASSWORD, MAIL_FROM."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said

    def send(self, letter: Letter) -> str:
        """Send; the number is the Message-ID, the same at every attempt."""
        domain = parseaddr(self.said["MAIL_FROM"])[1].rpartition("@")[2]
        number = f"<{letter.token}@{domain}>"
        message = EmailMessage(
            subject=" ".join(letter.title.split()),  # a line break would be a header of somebody's own
            body=f"{letter.text}\n\n{letter.link}\n\n这封邮件由系统发出，回复没有人看。不想收的，在“我的 · 通知方式”里关掉。\n",
            from_email=self.said["MAIL_FROM"],
            to=[letter.to],
            headers={"Message-ID": number, **QUIET},
            connection=self._connection(),
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            if code >= PERMANENT:
                raise Refused(f"邮件服务器说没有这个邮箱（{code}）") from None
            raise Trouble(f"邮件服务器暂时不收（{code}）") from None
        except smtplib.SMTPAuthenticationError:
            raise Trouble("邮件服务器不认发信账号，请核对 MAIL_USER 和 MAIL_PASSWORD") from None
        except smtplib.SMTPResponseException as error:
            raise Trouble(f"邮件服务器不收（{error.smtp_code}）") from None
        except (smtplib.SMTPException, OSError):
            raise Trouble("连不上邮件服务器") from None
        return number

    def _connection(self) -> Any:
        return get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=self.said["MAIL_HOST"],
            port=self.said["MAIL_PORT"],
            username=self.said["MAIL_USER"],
            password=self.said["MAIL_PASSWORD"],
            use_tls=self.said["MAIL_SECURITY"] == "starttls",
            use_ssl=self.said["MAIL_SECURITY"] == "ssl",
            timeout=TIMEOUT,
        )
