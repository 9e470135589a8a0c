"""故事里的人：登录、看页、填表、点按钮，都走 HTTP；时间由故事说了算。"""

from datetime import datetime

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.models import Case
from cases.tasks import close_double_ten, enforce_day, notify, remind_double_ten
from tests.factories import SHANGHAI

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def evidence():
    return SimpleUploadedFile("办结说明.pdf", PDF, content_type="application/pdf")


class Story:
    """一座城、一只钟、每人一个浏览器。"""

    def __init__(self, city):
        self.city, self.browsers = city, {}
        self.clock = None

    def now(self, text):
        """'2026-11-23 10:00' 北京时间。"""
        self.stop()
        moment = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
        self.clock = time_machine.travel(moment, tick=False)
        self.clock.start()
        for name in self.browsers:
            self._sign_in(name)  # a session idles out between the days

    def stop(self):
        if self.clock:
            self.clock.stop()
            self.clock = None

    def _sign_in(self, name):
        if name:
            self.browsers[name].force_login(getattr(self.city, name))

    def browser(self, name):
        """这个人的浏览器；空名是没有登录的人。"""
        if name not in self.browsers:
            self.browsers[name] = Client()
            self._sign_in(name)
        return self.browsers[name]

    def sees(self, name, url, *words, args=()):
        """打开一页，上面有这些话。"""
        answer = self.browser(name).get(reverse(url, args=args) if ":" in url else url, follow=True)
        assert answer.status_code == 200, (name, url, answer.status_code)
        page = answer.content.decode()
        for word in words:
            assert word in page, (name, url, word)
        return page

    def sends(self, name, url, data, args=(), status=302):
        """交一张表。"""
        answer = self.browser(name).post(reverse(url, args=args) if ":" in url else url, data)
        assert answer.status_code == status, (name, url, answer.status_code, trouble(answer))
        return answer

    def does(self, name, action, status=302, **said):
        """在问题页上办一步；修订号是页面上的。"""
        case = self.case
        return self.sends(name, "cases:act", {"revision": case.revision, **said}, args=[case.pk, action], status=status)

    @property
    def case(self):
        """故事里的那一件。"""
        return Case.objects.order_by("pk").first()

    def at_nine(self, day):
        """那天该跑的都跑一遍。"""
        self.now(f"{day} 00:00")
        close_double_ten()
        self.now(f"{day} 08:30")
        remind_double_ten()
        self.now(f"{day} 09:00")
        enforce_day()
        notify()


def trouble(answer):
    """没办成时页面上说了什么。"""
    import re

    page = re.sub(r"<[^>]+>", " ", answer.content.decode(errors="replace"))
    return [line.strip() for line in page.splitlines() if "请" in line or "不" in line][:6]
