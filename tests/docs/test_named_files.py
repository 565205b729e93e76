"""Files that pages name as code, as `tests/e2e/test_streams.py` or `test_streams.py`, are there."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("examples/*.md")]
FOLDERS = "src|cli|init|bindings|tests|docs|scripts|examples|po|gir|include|debian|rpm|xtask|bench"
PATH = re.compile(rf"`((?:{FOLDERS})/[\w./+-]+)(?:::[\w:]+)?`")
# What a run leaves behind.
MADE = ("bench/results/", "tests/fuzz/target/")
TEST = re.compile(r"`(test_\w+\.py)`")


def missing(text):
    """The files that a page names and that are not there."""
    tests = {path.name for path in (REPOSITORY / "tests").rglob("test_*.py")}
    yield from (path for path in PATH.findall(text) if not path.startswith(MADE) and not (REPOSITORY / path).exists())
    yield from (name for name in TEST.findall(text) if name not in tests)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_named_files_are_there(page):
    assert list(missing(page.read_text())) == []


def test_a_missing_file_is_noticed():
    assert list(missing("`tests/e2e/no-such-file` and `test_nothing.py`, not `tests/run`")) == ["tests/e2e/no-such-file", "test_nothing.py"]
