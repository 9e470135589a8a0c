"""活动办登记一个问题：12345、省平台、例会、吐槽大会转来的，替企业记下（R-21）。"""

from django import forms

from cases.enums import Source
from cases.forms.report import ReportForm
from cases.services.intake import Report

# What arrives at the office; visits and firms report by their own pages.
SOURCES = (Source.OFFICE, Source.HOTLINE, Source.PROVINCE, Source.MEETING, Source.COMPLAINT_MEETING)
SOURCE_CHOICES = [(source.value, source.label) for source in SOURCES]


class RegisterForm(ReportForm):
    """比企业自报多一栏来源。"""

    source = forms.ChoiceField(
        label="从哪里来",
        choices=SOURCE_CHOICES,
        initial=Source.OFFICE,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "请选择一个来源。"},
    )

    def report(self, firm):
        """交给服务的问题。"""
        said = self.cleaned_data
        return Report(
            firm, said["title"], said["description"], said["source"], wish=said["wish"], token=said["token"] or None
        )
