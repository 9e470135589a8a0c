"""The fixed accounts of the demo city, one per role. One password for all; a real city has none of them."""

from dataclasses import dataclass

PASSWORD = "Zhuqi-2026-Demo"  # noqa: S105 - a demonstration's, printed on purpose
UNIT_CODE = "DEPT-NRP"
TASK_FORCE_CODE = "TF-FACTOR"
COUNTY_CODE = "411082"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One account to show somebody's work with."""

    username: str
    role: str
    what: str
    name: str = ""  # people of the design pictures; empty: drawn
    post: str = ""


SIGN_INS = (
    SignIn("cadre", "CADRE", "助企干部：今日、记走访", "林若川", "二级主任科员"),
    SignIn("firm", "ENTERPRISE", "企业：我的诉求、评价"),
    SignIn("unit", "UNIT", "承办单位经办：收件箱", "孟晓彤", "经办"),
    SignIn("unithead", "UNIT", "承办单位负责人：退单签字", "", "局长"),
    SignIn("office", "OFFICE", "市活动办科员：调度台", "周岚", "科员"),
    SignIn("director", "OFFICE", "市活动办主任：问效、设置", "", "主任"),
    SignIn("county", "OFFICE", "县活动办：本县调度台", "", "科员"),
    SignIn("leader", "LEADER", "分管副市长：驾驶舱、批准", "", "副市长"),
    SignIn("supervisor", "SUPERVISOR", "督查：问效、暗访", "", "督查专员"),
    SignIn("sysadmin", "SYSADMIN", "系统管理员：用户、单位", "", "系统管理员"),
    SignIn("secadmin", "SECADMIN", "安全管理员：权限", "", "安全管理员"),
    SignIn("auditor", "AUDITOR", "审计管理员：日志", "", "审计管理员"),
)
BY_NAME = {row.username: row for row in SIGN_INS}
