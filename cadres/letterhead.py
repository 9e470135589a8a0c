"""红头上的全称：内部叫“市万人助企活动办”，文头写“许昌市万人助企活动办公室”（R-35、R-53）。"""

from django.conf import settings


def formal_name(name: str) -> str:
    """单位在公文上的全称。"""
    full = f"{name}公室" if name.endswith("活动办") else name
    return f"{settings.CITY_NAME}{full[1:]}" if full.startswith("市") else full
