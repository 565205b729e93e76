"""Sandboxes through the Rust API and, under valgrind, through the C functions of the shared library, by the same tests."""

import json
import subprocess

import pytest

from rig import host

BUILD_TEST = ["cargo", "test", "--locked", "--package", "libvirt-sandbox", "--test", "fronts-sandbox", "--no-run", "--message-format=json"]

VALGRIND = [
    "valgrind", "--quiet", "--vgdb=no", "--error-exitcode=99", "--leak-check=full", "--show-leak-kinds=definite",
    "--errors-for-leak-kinds=definite", "--child-silent-after-fork=yes",
    f"--suppressions={host.REPOSITORY / 'tests/memory/libvirt-glib.supp'}",
]

# No pools and caches between the program and the heap.
EXACT = {"G_SLICE": "always-malloc", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}


@pytest.fixture(scope="module")
def program():
    """The program with the tests, which cargo has built if it was there before."""
    built = subprocess.run(BUILD_TEST, cwd=host.REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    messages = [json.loads(line) for line in built.stdout.splitlines()]
    return next(message["executable"] for message in messages
                if message.get("executable") and message["target"]["name"] == "fronts-sandbox")


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("front", ["rust", "c"])
def test_front(front, program, sandbox, account, request):
    """Also many sandboxes in one process: its size is measured in Rust, what it has lost in C."""
    count = 4 if front == "c" else request.config.getoption("sandboxes")
    library = {"LIBVIRT_SANDBOX_FRONT": str(host.BUILD / "src" / "libvirt-sandbox-1.0.so")} if front == "c" else {}
    environment = account.environment(SANDBOX_URI=sandbox.uri, SANDBOX_COUNT=str(count), **EXACT, **library)
    result = subprocess.run(
        [*(VALGRIND if front == "c" else []), program], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=300 + 3 * count, **account.popen_arguments())
    assert result.returncode == 0, result.stdout
    assert "3 passed; 0 failed; 0 ignored" in result.stdout, result.stdout
    # As GLib writes them: valgrind warns of system calls that it does not know.
    assert "CRITICAL **" not in result.stdout and "WARNING **" not in result.stdout, result.stdout
