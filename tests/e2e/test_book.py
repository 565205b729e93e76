"""Every command in the book, in README.md and in the examples of the manual page does what is written below it."""

import re
import subprocess

import pytest

from rig import host

DOCS = host.REPOSITORY / "docs"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROMPTS = ("# ", "$ ")
# In the book for what anything may be.
ANYTHING = "…"


def commands(block):
    """The commands of a block, each with the lines that it prints."""
    for line in block.splitlines():
        if line.startswith(PROMPTS):
            command, printed = line[2:], []
            yield command, printed
        else:
            printed.append(line)


def book():
    for page in sorted(DOCS.glob("*.md")):
        found = [command for block in BLOCK.findall(page.read_text()) for command in commands(block)]
        if found:
            yield pytest.param(found, id=page.stem)


def manual():
    """The examples of virt-sandbox(1), which do not tell what is printed."""
    text = (DOCS / "man" / "virt-sandbox.1.in").read_text()
    lines = re.findall(r"^\.Dl [#$] (.*)$", text, re.MULTILINE)
    return [(line.replace("\\e", "\\"), [ANYTHING]) for line in lines]


def readme():
    """Those of the chapter about use, but what other tests are about: it takes a terminal, or a file that is not there."""
    text = (host.REPOSITORY / "README.md").read_text()
    lines = re.findall(r"^\$ (virt-sandbox .*?)(?: +#.*)?$", text, re.MULTILINE)
    lines += re.findall(r"^\|.* \| `(virt-sandbox .*?)`", text, re.MULTILINE)
    lines = [line for line in lines if not any(other in line for other in ("/bin/bash", "< in.ogg", "--attach"))]
    # A virtual machine would take its time, and says nothing that a dry run does not.
    is_run = re.compile("lxc:///|--list|--dry-run")
    return [(line if is_run.search(line) else line.replace(" ", " --dry-run ", 1), [ANYTHING]) for line in lines]


def pattern(lines):
    """What fits lines in which a piece, or whole lines, are left out."""
    text = "".join(f"{line}\n" for line in lines)
    return re.escape(text).replace(ANYTHING, ".*").replace(".*\\\n", "(?:.*\\\n)?")


def test_there_is_a_book():
    pages = {page.id for page in book()}
    assert pages >= {"drivers", "files", "getting-started", "network", "security", "services"}
    assert len(manual()) >= 8
    assert len(readme()) >= 8


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("commands", [*book(), pytest.param(manual(), id="virt-sandbox.1"), pytest.param(readme(), id="README")])
def test_commands(sandbox, account, scratch, commands):
    environment = account.environment()
    environment["PATH"] = f"{host.tool().parent}:{environment['PATH']}"
    arguments = account.popen_arguments() | {"cwd": scratch}
    for command, printed in commands:
        result = subprocess.run(
            ["/bin/bash", "-c", command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            **arguments,
        )
        assert re.fullmatch(pattern(printed), result.stdout, re.DOTALL), f"{command}\n{result.stdout}"
        if printed == [ANYTHING]:
            assert result.returncode == 0, f"{command}\n{result.stdout}"
