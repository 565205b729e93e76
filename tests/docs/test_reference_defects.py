"""docs/reference-defects.md names a test for each defect, and every test that it names exists."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "reference-defects.md"
DEFECTS = 67

ROW = re.compile(r"\| (\d+) \| [^|]+ \| ([^|]+) \|")
NAMED = re.compile(r"`([\w./-]+)(?:::([\w:]+))?`")
DEFINITION = {
    ".c": r"\b{}\(void\)\n\{{",
    ".py": r"^{indent}def {}\(",
    ".rs": r"#\[test\]\n *fn {}\(",
}


def rows(text):
    return {int(number): NAMED.findall(shown) for number, shown in ROW.findall(text)}


def is_there(path, name):
    """Whether the file has that test; without a name it is a check that a meson.build runs."""
    file = REPOSITORY / path
    if not file.is_file():
        return False
    if not name:
        return f"'{file.name}'" in (file.parent / "meson.build").read_text()
    text = file.read_text()
    *classes, function = name.split("::")
    if any(f"\nclass {outer}:" not in text for outer in classes):
        return False
    definition = DEFINITION[file.suffix].format(re.escape(function), indent=" " * 4 * len(classes))
    return re.search(definition, text, re.MULTILINE) is not None


def test_every_defect_has_a_test():
    named = rows(PAGE.read_text())
    assert sorted(named) == list(range(1, DEFECTS + 1))
    assert [number for number, tests in named.items() if not tests] == []


def test_every_named_test_exists():
    named = {test for tests in rows(PAGE.read_text()).values() for test in tests}
    assert [test for test in sorted(named) if not is_there(*test)] == []


@pytest.mark.parametrize(
    "path, name",
    [
        ("tests/e2e/test_names.py", "test_no_such_test"),
        ("tests/e2e/test_streams.py", "TestNothing::test_streams_stay_apart"),
        ("tests/e2e/test_streams.py", "test_streams_stay_apart"),
        ("tests/e2e/test_no_such_file.py", ""),
        ("tests/abi/capi.c", "main"),
        ("tests/abi/no-such-check", ""),
    ],
)
def test_a_missing_test_is_noticed(path, name):
    assert not is_there(path, name)
