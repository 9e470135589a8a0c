"""R-73: telephone numbers are shown 138****1234, alone and inside what people typed."""

import re

# Eleven digits of a mobile number and no more around them: a credit code or a ticket number is left alone.
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?![0-9A-Za-z])")
_LONG = 11


def masked(number: str) -> str:
    """138****1234; a landline stays as it is."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= _LONG and number.isdigit() else mask_mobiles(number)


def mask_mobiles(text: str) -> str:
    """A text with every mobile number in it masked."""
    return _MOBILE.sub(r"\1****\2", text)


def masked_address(address: str) -> str:
    """A phone or a mailbox in a log or a list: 138****1234, z***@example.cn."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else masked(address)
