"""ETag / If-Match: a change says which revision it was decided on (ADR 0001)."""

import re

from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from zhuqi.kernel.api.problems import RevisionRequired

# A proxy or the compression of answers makes "7" into W/"7"; a revision means the same either way.
TAG = re.compile(r'(?:W/)?"(\d{1,9})"', re.ASCII)


def etag(revision: int) -> str:
    """The revision as an entity tag."""
    return f'"{revision}"'


def asked_revision(request: Request) -> int:
    """The revision If-Match names; RevisionRequired without one, ParseError for what is none."""
    said = request.headers.get("If-Match")
    if said is None:
        raise RevisionRequired('请在 If-Match 里带上读到的 ETag（或 revision，写成 "7"），以免盖掉别人刚办的。')
    found = TAG.fullmatch(said.strip())
    if found is None:
        raise ParseError('If-Match 要写成读到的 ETag，如 "7"。')
    return int(found[1])
