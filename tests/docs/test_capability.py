"""A capability is in one place: the files that name one are those that docs/adding-a-capability.md leads through."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "adding-a-capability.md"
# The property, the part, the key file, the C functions and the option.
FILES = {
    "src/config/base.rs",
    "src/builder/resources.rs",
    "src/config/keyfile/resources.rs",
    "src/capi/config_resources.rs",
    "cli/src/configure.rs",
}


def files_that_name(word, sources):
    pattern = re.compile(rf"\b(?:set_)?{word}\b")
    return {path for path, text in sources.items() if pattern.search(text)}


def sources():
    paths = [path for room in ("src", "cli/src", "init") for path in (REPOSITORY / room).rglob("*.rs")]
    # Sandboxes of tests are made by hand.
    paths = [path for path in paths if path.name not in ("tests.rs", "recorded.rs")]
    return {str(path.relative_to(REPOSITORY)): path.read_text() for path in paths}


def test_one_more_file_would_be_found():
    texts = {"a.rs": "config.set_cpu_limit(1)", "b.rs": "cpu_limits", "c.rs": "let cpu_limit = 1;"}
    assert files_that_name("cpu_limit", texts) == {"a.rs", "c.rs"}


def test_the_files_that_name_a_capability_are_those_of_the_page():
    assert files_that_name("cpu_limit", sources()) == FILES
    page = PAGE.read_text()
    page = page.replace("<capability>", "resources").replace("<section>", "resources")
    assert FILES <= set(re.findall(r"`((?:src|cli)/[^`]*\.rs)`", page))


def test_the_list_of_parts_is_one():
    lists = {path for path, text in sources().items() if re.search(r"\bresources::look_up\b", text)}
    assert lists == {"src/builder/parts.rs"}
