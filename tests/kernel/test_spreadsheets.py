"""R-74: what is written as text is never read as a formula."""

import io

from python_calamine import CalamineWorkbook

from zhuqi.kernel.spreadsheets import write_rows


def test_written_text_never_becomes_a_formula():
    rows = CalamineWorkbook.from_filelike(io.BytesIO(write_rows(("名",), [("=1+1",), ("@x",), (12,), (None,)])))
    assert [row[0] for row in rows.get_sheet_by_index(0).to_python()[1:3]] == ["'=1+1", "'@x"]
