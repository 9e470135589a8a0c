"""接口里属于案件的地址。"""

from django.urls import URLPattern, path

from cases.api import actions, attachments, deadlines, evaluations, reference, tickets, views, visits

urlpatterns: list[URLPattern] = [
    path("cases", views.CaseList.as_view(), name="cases"),
    path("cases/<int:pk>", views.CaseDetail.as_view(), name="case"),
    path("cases/<int:pk>/events", views.CaseEvents.as_view(), name="case_events"),
    path("cases/<int:pk>/deadlines", deadlines.CaseDeadlines.as_view(), name="case_deadlines"),
    *actions.routes,
    path("tickets", tickets.TicketList.as_view(), name="tickets"),
    path("tickets/<int:pk>", tickets.TicketDetail.as_view(), name="ticket"),
    path("deadlines", deadlines.DeadlineList.as_view(), name="deadlines"),
    path("deadlines/<int:pk>", deadlines.DeadlineDetail.as_view(), name="deadline"),
    path("evaluations", evaluations.EvaluationList.as_view(), name="evaluations"),
    path("evaluations/totals", evaluations.EvaluationTotals.as_view(), name="evaluation_totals"),
    path("attachments/<int:pk>", attachments.AttachmentFile.as_view(), name="attachment"),
    path("visits", visits.VisitList.as_view(), name="visits"),
    path("visits/<int:pk>", visits.VisitDetail.as_view(), name="visit"),
    path("categories", reference.CategoryList.as_view(), name="categories"),
    path("rule-sets", reference.RuleSetList.as_view(), name="rule_sets"),
]
