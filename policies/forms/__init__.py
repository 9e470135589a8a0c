"""政策与对接活动的表单。"""

from policies.forms.library import (
    AbolishForm,
    AttachForm,
    ConditionFormSet,
    ImportForm,
    ImportStartForm,
    PolicyFilter,
    PolicyForm,
    condition_rows,
)

__all__ = [
    "AbolishForm",
    "AttachForm",
    "ConditionFormSet",
    "ImportForm",
    "ImportStartForm",
    "PolicyFilter",
    "PolicyForm",
    "condition_rows",
]
