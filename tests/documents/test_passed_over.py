"""What is not read in a folder is counted by suffix."""

from __future__ import annotations

from pathlib import Path

from paratheme.documents.passed_over import passed_over


def test_files_that_are_not_read_are_counted_by_suffix_the_most_first(tmp_path: Path) -> None:
    (tmp_path / "sub" / ".git").mkdir(parents=True)
    for name in ("a.txt", "sub/b.csv", "c.csv", "d.JPG", "README", "~$a.docx", "sub/.git/config"):
        (tmp_path / name).write_text("x", "utf-8")
    listed = "2 .csv, 2 hidden or lock files, 1 .jpg, 1 without a suffix"
    assert passed_over(tmp_path) == f"{tmp_path}: passed over 6 files: {listed}"


def test_a_link_that_leads_nowhere_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    assert passed_over(tmp_path) == f"{tmp_path}: passed over 1 file: 1 links that lead nowhere"


def test_where_all_is_read_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", "utf-8")
    assert passed_over(tmp_path) == ""
