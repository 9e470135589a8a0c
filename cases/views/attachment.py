"""附件：先查看不看得到，再给（R-74）。"""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from cases import queries
from zhuqi.kernel.uploads import handed_out


@require_GET
def attachment(request, pk):
    """一个附件，总是下载而不在页面里打开；企业只拿得到公开的。"""
    row = get_object_or_404(queries.attachments(request.user), pk=pk)
    return handed_out(row.file, name=row.original_name, content_type=row.content_type)
