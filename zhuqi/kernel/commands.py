"""Our management commands: what was typed wrong is said in Chinese, with how it should be typed."""

import re
import sys
from argparse import SUPPRESS, Action
from collections.abc import Iterable
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter

# What argparse says, and what a person is told. The first that fits wins; the rest stays as it is.
WORDS = (
    (r"the following arguments are required: (.+)", r"还缺：\1"),
    (r"one of the arguments (.+) is required", r"下面要写一个：\1"),
    (r"unrecognized arguments: (.+)", r"看不懂多出来的：\1"),
    (r"argument ([^:]+): expected (?:at least )?one argument", r"\1 后面要写内容"),
    (r"argument ([^:]+): expected (\d+) arguments", r"\1 后面要写 \2 项"),
    (r"argument ([^:]+): invalid int value: (.+)", r"\1 要写整数，不是 \2"),
    (r"argument ([^:]+): invalid \w+ value: (.+)", r"\1 看不懂 \2"),
    (r"argument ([^:]+): invalid choice: (.+?) \(choose from (.+)\)", r"\1 没有 \2，可选：\3"),
    (r"argument ([^:]+): not allowed with argument (.+)", r"\1 不能和 \2 一起写"),
    (r"argument ([^:]+): ignored explicit argument (.+)", r"\1 后面不用写 \2"),
    (r"ambiguous option: (.+?) could match (.+)", r"\1 写得不全，可能是：\2"),
    (r"argument ([^:]+): (.+)", r"\1：\2"),
)
DJANGOS_OWN = frozenset(
    {"version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks"}
)
WRONG_USE = 2


def in_chinese(message: str) -> str:
    """A complaint of argparse as a Chinese sentence."""
    for said, words in WORDS:
        found = re.fullmatch(said, message, re.DOTALL)
        if found:
            return found.expand(words).rstrip("。") + "。"
    return message


class Help(DjangoHelpFormatter):
    """The help page, with Chinese heads."""

    def add_usage(self, usage: str | None, actions: Iterable[Action], groups: Any, prefix: str | None = None) -> None:
        """用法 instead of usage."""
        super().add_usage(usage, actions, groups, prefix or "用法：")


class Parser(CommandParser):
    """Django's parser, answering in Chinese."""

    def error(self, message: str) -> NoReturn:
        """On the command line: the usage, one sentence, exit status 2; from code: CommandError."""
        said = in_chinese(message)
        if not self.called_from_command_line:
            raise CommandError(said)
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, f"{said}加 -h 看说明。\n")


class PortalCommand(BaseCommand):
    """What every command of ours is made from."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's parser with our words."""
        kwargs |= {"formatter_class": Help, "add_help": False}
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = Parser  # Django names its own class in the middle of this method
        parser.add_argument("-h", "--help", action="help", help="显示这份说明")
        for group, title in zip(parser._action_groups, ("参数", "选项"), strict=False):  # noqa: SLF001 - no other way
            group.title = title
        for action in parser._actions:  # noqa: SLF001 - likewise
            if action.dest in DJANGOS_OWN:
                action.help = SUPPRESS
        return parser
