"""What is typed wrong after `manage.py` is answered in Chinese, never in argparse's English."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command, load_command_class

from zhuqi.kernel.commands import PortalCommand

ROOT = Path(settings.BASE_DIR)
WRONG = [
    ("cases", "due", [], "还缺：日期。"),
    ("cases", "due", ["2026-02-13", "--rule-version", "二"], "--rule-version 要写整数，不是 '二'。"),
    ("cases", "due", ["2026-02-13", "多余"], "看不懂多出来的：多余。"),
    ("cases", "due", ["2026-02-13", "--rul"], "--rul 写得不全，可能是：--rule, --rule-version。"),
    ("cases", "enforce", ["--at"], "--at 后面要写内容。"),
    ("cases", "enforce", ["--json=1"], "--json 后面不用写 '1'。"),
    ("reports", "recompute_month", [], "还缺：月份。"),
    ("reports", "build_demo_city", ["--scale", "大"], "--scale 没有 '大'，可选："),
    ("reports", "build_demo_city", ["--today", "昨天"], "--today：日期“昨天”看不懂，请写成 2026-11-23 的样子。"),
    ("reports", "load_city", ["--from"], "--from 后面要写内容。"),
    ("reports", "sign_ins", ["谁"], "看不懂多出来的：谁。"),
]


@pytest.mark.parametrize(("app", "name", "typed", "said"), WRONG, ids=[f"{row[1]} {row[2]}" for row in WRONG])
def test_a_wrong_use_is_said_in_chinese(app, name, typed, said, capsys):
    command = load_command_class(app, name)
    with pytest.raises(SystemExit) as left:
        command.run_from_argv(["manage.py", name, *typed])
    told = capsys.readouterr().err
    assert left.value.code == 2
    assert said in told
    assert told.startswith(f"用法：manage.py {name}")
    assert not re.search(r"usage|error|argument", told)


def test_every_command_of_ours_answers_so():
    ours = [path for path in ROOT.glob("*/management/commands/*.py") if path.stem != "__init__"]
    assert len(ours) >= len({name for _, name, _, _ in WRONG})
    others = [p.stem for p in ours if not isinstance(load_command_class(p.parts[-4], p.stem), PortalCommand)]
    assert others == [], "用 zhuqi.kernel.commands.PortalCommand"


def test_called_from_code_it_is_a_command_error_in_chinese():
    with pytest.raises(CommandError, match="还缺：月份。"):
        call_command("recompute_month")


def test_the_help_page_is_chinese(capsys):
    with pytest.raises(SystemExit):
        load_command_class("cases", "due").run_from_argv(["manage.py", "due", "-h"])
    told = capsys.readouterr().out
    assert "显示这份说明" in told
    assert not re.search(r"[A-Za-z]{3,} [a-z]{3,}", told.replace("manage.py due", ""))
