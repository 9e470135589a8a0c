"""通知方式（每个人）与通道状态（系统管理员）。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.channels import ROBOTS
from cadres.enums import Channel, Role
from cadres.forms.outgoing import MailForm, PreferenceForm
from cadres.models import OutgoingMessage
from cadres.services import channel_state, preferences
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of

TABS = (("waiting", "待发"), ("failed", "没发成"), ("sent", "已发"))


def notice_preferences(request):
    """Which kinds by which channel, digest, quiet hours. Inside always."""
    user = request.user
    wishes, offered = preferences.wishes_of(user), preferences.offered(user)
    form = PreferenceForm(request.POST or None, wishes=wishes, offered=offered)
    if request.method == "POST" and form.is_valid():
        preferences.choose(user, form.wishes(), at=timezone.now())
        messages.success(request, "通知方式已保存。")
        return redirect("cadres:preferences")
    return _preferences(request, form, MailForm(initial={"mail": _mail(user)}))


@require_POST
def mail_ask(request):
    """Another mailbox: a letter with a link goes there."""
    form = MailForm(request.POST)
    if form.is_valid() and attempt(form, lambda: _ask(request, form.cleaned_data["mail"])):
        return redirect("cadres:preferences")
    user = request.user
    other = PreferenceForm(wishes=preferences.wishes_of(user), offered=preferences.offered(user))
    return _preferences(request, other, form)


def _ask(request, mail):
    sent = preferences.ask_mail(request.user, mail, at=timezone.now())
    messages.success(request, f"确认信一两分钟内发到 {mail}，点开里面的链接才算数。" if sent else "邮箱已去掉。")
    return True


def _mail(user):
    row = preferences.preference_of(user)
    return row.mail if row else ""


def _preferences(request, form, mail_form):
    user = request.user
    row = preferences.preference_of(user)
    context = {
        "form": form,
        "mail_form": mail_form,
        "mail": row,
        "has_mail": Channel.MAIL in form.offered,
        "needs_phone": not user.phone and any(name != Channel.MAIL for name in form.offered),
        "has_robot": bool(ROBOTS & set(form.offered)),
        "off": preferences.switched_off(user),
    }
    return render(request, "cadres/preferences.html", context)


def mail_confirm(request, token):
    """The link in the letter; a button, because mail programs open links by themselves."""
    if request.method == "POST":
        mail = preferences.confirm_mail(request.user, token, by=request, at=timezone.now())
        messages.success(request, f"{mail} 已确认，选了邮件的通知会发到这里。")
        return redirect("cadres:preferences")
    return render(request, "cadres/mail_confirm.html", {"mail": _mail(request.user)})


@for_roles(Role.SYSADMIN)
@require_GET
def channels(request):
    """Every channel, and what waits, failed, went out."""
    tab = request.GET.get("tab") if request.GET.get("tab") in channel_state.TABS else "waiting"
    counts = channel_state.counts()
    places = [
        {"label": label, "url": f"?tab={name}", "count": counts[name], "current": name == tab} for name, label in TABS
    ]
    context = {
        "states": channel_state.states(at=timezone.now()),
        "places": places,
        "tab": tab,
        "page": page_of(channel_state.messages(tab), request.GET.get("page"), size=50),
    }
    return render(request, "cadres/channels.html", context)


@for_roles(Role.SYSADMIN)
@require_POST
def channel_test(request, name):
    """One message to oneself."""
    channel_state.send_test(name, actor=request.user, by=request, at=timezone.now())
    messages.success(request, "试发的消息已排上，一两分钟内发出；没收到就看“没发成”里的原因。")
    return redirect("cadres:channels")


@for_roles(Role.SYSADMIN)
@require_POST
def message_resend(request, pk):
    """Once more."""
    message = get_object_or_404(OutgoingMessage.objects.select_related("recipient"), pk=pk)
    channel_state.resend(message, actor=request.user, by=request, at=timezone.now())
    messages.success(request, "已重新排上，一两分钟内再发。")
    return redirect("cadres:channels")
