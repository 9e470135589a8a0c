"""What the REST framework and its document are told; settings.py takes it from here."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cadres.api.authentication.TokenAuthentication",
        "zhuqi.kernel.api.sessions.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "zhuqi.kernel.api.scopes.InScope"],
    "DEFAULT_THROTTLE_CLASSES": [
        "zhuqi.kernel.api.throttles.ReadThrottle",
        "zhuqi.kernel.api.throttles.WriteThrottle",
    ],
    "DEFAULT_PARSER_CLASSES": ["zhuqi.kernel.api.bodies.BoundedJson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "zhuqi.kernel.api.bodies.AlwaysJson",
    "DEFAULT_SCHEMA_CLASS": "zhuqi.kernel.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "zhuqi.responses.api_exception",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "万人助企诉求办理门户",
    "DESCRIPTION": (
        "与页面同一套可见范围、同一套规则：看不到的是 404，不归您办的是 403，别人先办的是 409 或 412。"
        "出错一律是 application/problem+json（RFC 9457），code 给程序看，detail 给人看。"
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "zhuqi.kernel.api.schema.name_refusals",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    # One name for a set of choices wherever it stands.
    "ENUM_NAME_OVERRIDES": {
        "Source": "cases.enums.Source",
        "RegisteredSource": "cases.forms.register.SOURCE_CHOICES",
        "Measure": "cases.enums.Measure",
        "Tier": "cases.enums.Tier",
        "Nature": "cases.enums.Nature",
        "Outcome": "cases.enums.Outcome",
        "CaseStatus": "cases.enums.Status",
        "Level": "cases.enums.Level",
        "Clock": "cases.enums.Clock",
        "Action": "cases.enums.Action",
        "Satisfaction": "cases.enums.Satisfaction",
        "CaseEventKind": "cases.models.event.EVENT_KINDS",
        "TicketKind": "cases.enums.TicketKind",
        "TicketState": "cases.enums.TicketState",
        "UnitKind": "cadres.enums.UnitKind",
        "DayKind": "cadres.enums.DayKind",
        "AssignmentRole": "cadres.enums.AssignmentRole",
        "Role": "cadres.enums.Role",
        "WhitelistLevel": "enterprises.models.WhitelistLevel",
        "PolicyLevel": "policies.enums.PolicyLevel",
        "PolicyState": "policies.enums.PolicyState",
        "Standing": "policies.enums.Standing",
        "EventState": "policies.enums.EventState",
        "RankingStatus": "reports.enums.RankingStatus",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
