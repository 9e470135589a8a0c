"""企业自己补填匹配要看的数（R-61）：改动由企业台账的服务办，这里留审计。"""

from datetime import datetime

from django.db import transaction

from cadres.models import User
from cadres.services import audit
from enterprises.models import Enterprise
from enterprises.services.figures import Figures
from enterprises.services.figures import fill_in as write


@transaction.atomic
def fill_in(firm: Enterprise, figures: Figures, *, seen: Figures, actor: User, at: datetime) -> list[str]:
    """补填，审计里有改前改后。错误同台账：NotPermitted、InvalidInput、Conflict。"""
    changed = write(firm, figures, seen=seen, actor=actor, at=at)
    if changed:
        audit.record(actor, "补填企业资料", target=firm.name, reason="；".join(changed), at=at)
    return changed
