"""附件下载：先查看不看得到，再给（R-74）。"""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from cases import queries
from zhuqi.kernel.api.views import ApiView
from zhuqi.kernel.uploads import handed_out

FILE = OpenApiResponse(OpenApiTypes.BINARY, description="文件本身，总是下载。")


class AttachmentFile(ApiView):
    """一个附件。"""

    scope = "cases"

    @extend_schema(
        operation_id="attachments_download", summary="下载一个附件", responses={(200, "application/octet-stream"): FILE}
    )
    def get(self, request: Request, pk: int) -> FileResponse:
        """企业只拿得到公开的。"""
        row = self.found(queries.attachments(self.person), pk=pk)
        return handed_out(row.file, name=row.original_name, content_type="application/octet-stream")
