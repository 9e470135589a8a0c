"""打印每页的水印（R-73）：谁、何时、第几号导出。图里只有字母和数字：内网机器上不一定有中文字体，中文的署名在页脚。"""

import io

from PIL import Image, ImageDraw, ImageFont

SIZE = (1040, 700)  # an A4 landscape page inside its margins, at 96 dots an inch
STEP = (330, 150)
GREY = (90, 104, 118, 46)
LETTERS = 22
ANGLE = 24


def watermark(text: str) -> io.BytesIO:
    """斜着铺满一页的浅灰字，透明底 PNG。"""
    font = ImageFont.load_default(LETTERS)
    side = sum(SIZE)
    sheet = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    for row, top in enumerate(range(0, side, STEP[1])):
        for left in range(-STEP[0] * (row % 2) // 2, side, STEP[0]):
            draw.text((left, top), text, font=font, fill=GREY)
    turned = sheet.rotate(ANGLE, resample=Image.Resampling.BICUBIC)
    corner = ((side - SIZE[0]) // 2, (side - SIZE[1]) // 2)
    page = turned.crop((*corner, corner[0] + SIZE[0], corner[1] + SIZE[1]))
    out = io.BytesIO()
    page.save(out, "PNG", optimize=True)
    out.seek(0)
    return out
