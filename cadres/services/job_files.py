"""长任务的文件：写到一半的放在哪里，写好的存成什么名字，半路中断留下的怎么清；人还是不是申请时的那个岗位。"""

import secrets
import shutil
from datetime import datetime
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from cadres.models import Job, User
from zhuqi.kernel.claims import RUNNING


def is_same_post(job: Job, user: User) -> bool:
    """岗位和单位与申请时一样。"""
    return (job.details.get("role"), job.details.get("unit")) == (user.role, user.unit_id)


def work_folder(root: str, job: Job) -> Path:
    """写到一半的文件在这里，一次一个。"""
    return Path(default_storage.path(f"{root}/{job.pk}-{job.attempts}"))


def clear_work(root: str, jobs: QuerySet[Job]) -> None:
    """没有在做的那些工作文件夹删掉。`jobs` 是用这个 `root` 的全部任务。"""
    busy = {work_folder(root, job).name for job in jobs.filter(state=RUNNING)}
    for folder in Path(default_storage.path(root)).glob("*-*"):
        if folder.name not in busy:
            shutil.rmtree(folder, ignore_errors=True)


def keep_file(path: Path, *, at: datetime) -> str:
    """写好的表存起来，给出存的名字。"""
    with path.open("rb") as made:
        return default_storage.save(f"jobs/{at:%Y/%m}/{secrets.token_hex(16)}.xlsx", File(made))
