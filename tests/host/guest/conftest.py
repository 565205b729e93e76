"""What the tests of every host have."""

import re
import subprocess
from pathlib import Path

import pytest

# Seconds; a container takes some eight in emulation.
LIMIT = 120


def run(*command, **options):
    """Runs a command to its end."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, **options)


def check(*command, **options):
    """Runs a command that has to succeed, and gives its output."""
    result = run(*command, **options)
    assert result.returncode == 0, result
    return result.stdout


@pytest.fixture
def room(tmp_path_factory):
    """A directory that everybody may write to."""
    path = tmp_path_factory.mktemp("room")
    path.parent.chmod(0o711)
    path.chmod(0o777)
    return path


@pytest.fixture
def container():
    """Runs a program in a container; nothing of it is left afterwards."""
    return lambda *arguments, **options: run("virt-sandbox", "-c", "lxc:///", *arguments, **options)


@pytest.fixture
def output(container):
    """Gives the output of a program that succeeds in a container."""

    def give(*arguments, **options):
        result = container(*arguments, **options)
        assert (result.returncode, result.stderr) == (0, ""), result
        return result.stdout

    return give


@pytest.fixture(autouse=True)
def nothing_left():
    yield
    assert check("virt-sandbox", "--list", "--json").strip() == "[]"
    left = [path.name for path in Path("/run/libvirt-sandbox").glob("*")]
    assert left == [".root"] or left == []


@pytest.fixture
def kernel_log():
    """Gives the lines of the kernel's log since the test began that match a pattern."""
    before = len(check("dmesg").splitlines())
    return lambda pattern: [line for line in check("dmesg").splitlines()[before:] if re.search(pattern, line)]
