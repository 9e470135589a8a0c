"""Firms and what hangs on them. Credit codes are valid and never repeat (R-10)."""

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from pypinyin import Style, lazy_pinyin

from enterprises.models import Contact, Enterprise, IndustryChain, Region, Tag, Whitelisting, WhitelistLevel
from enterprises.services.index import FIRMS

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(number: int, region: str = "411002") -> str:
    """The `number`-th valid code: both check characters hold."""
    organisation = f"MT{number:06d}"
    total = sum(int(letter, 36) * weight for letter, weight in zip(organisation, ORGANISATION_WEIGHTS, strict=True))
    body = f"91{region}{organisation}{'0123456789X'[-total % 11]}"
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[-total % len(ALPHABET)]


class RegionFactory(DjangoModelFactory):
    """A county of the city."""

    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"4199{n:02d}" if n < 100 else f"4199{n}")
    name = factory.Sequence(lambda n: f"第{n}县")
    ordering = factory.Sequence(lambda n: n)


class ChainFactory(DjangoModelFactory):
    """An industry chain."""

    class Meta:
        model = IndustryChain

    name = factory.Sequence(lambda n: f"产业链{n}")


class TagFactory(DjangoModelFactory):
    """A tag of firms."""

    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"标签{n}")


class EnterpriseFactory(DjangoModelFactory):
    """A firm on the books."""

    class Meta:
        model = Enterprise
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"许昌示例{n}号机械有限公司")
    pinyin = factory.LazyAttribute(lambda firm: "".join(lazy_pinyin(firm.name, style=Style.FIRST_LETTER)))
    credit_code = factory.Sequence(credit_code)
    region = factory.SubFactory(RegionFactory)
    address = "示例路 1 号"
    industry = "专用设备制造业"
    industry_code = "C35"
    created_at = factory.LazyFunction(timezone.now)
    updated_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def indexed(self, create, extracted, **kwargs):
        """As every service that writes a firm's words does."""
        if create:
            FIRMS.refresh([self.pk])


class ContactFactory(DjangoModelFactory):
    """A firm's contact; primary unless said otherwise."""

    class Meta:
        model = Contact

    enterprise = factory.SubFactory(EnterpriseFactory)
    name = factory.Sequence(lambda n: f"联系人{n}")
    post = "办公室主任"
    phone = factory.Sequence(lambda n: f"1390000{n:04d}")
    is_primary = True


class WhitelistingFactory(DjangoModelFactory):
    """A firm on the county's white list."""

    class Meta:
        model = Whitelisting

    enterprise = factory.SubFactory(EnterpriseFactory)
    level = WhitelistLevel.COUNTY
    from_on = date(2026, 1, 1)
    document = "许助企〔2026〕1号"
