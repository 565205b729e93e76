"""What a client takes over from whoever calls it: the mask of new files, streams, signals."""

import shutil
import subprocess
from pathlib import Path

import pytest

from rig import host, namespace

FEATURES = [
    *("--overlay", "--shell", "-m", "ram:/sandbox-test-ram=4M", "-i", "/sandbox-test-ram/passwd=/etc/passwd"),
    *("-m", "host-bind:/sandbox-test-empty="),
]
USE = r"""
set -e
cmp /etc/passwd /sandbox-test-ram/passwd
echo written >/sandbox-test-empty/file
echo overlaid >/sandbox-test-overlaid
cat /sandbox-test-empty/file /sandbox-test-overlaid
umask
"""


@pytest.fixture
def no_directories(account, nothing_left):
    """None of the directories that stay from one sandbox to the next."""
    if not namespace.is_inside():
        pytest.skip("would remove what sandboxes of the host use")
    state = account.runtime or Path("/run")
    caches = Path("/var/cache").glob("libvirt-sandbox*")
    for path in (state / "libvirt-sandbox", account.cache / "libvirt-sandbox", *caches, *host.scratch_bases()):
        shutil.rmtree(path, ignore_errors=True)


@pytest.mark.drivers("lxc", "embed", "session", "system", "member")
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o027, 0o077], ids=oct)
def test_umask(mask, sandbox, no_directories):
    result = sandbox.shell(USE, options=["-p", *FEATURES], umask=mask)
    assert (result.status, result.out) == (0, b"written\noverlaid\n0022\n"), result


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("mask", [0o027, 0o077], ids=oct)
def test_umask_with_users_of_its_own(mask, sandbox, no_directories):
    result = sandbox.run("/usr/bin/id", "-u", options=["-p", "--userns"], umask=mask)
    assert (result.status, result.out) == (0, b"0\n"), result


@pytest.mark.drivers("lxc", "embed", "system")
def test_umask_of_a_program_on_the_library(sandbox, account, no_directories, libvirt_uri):
    script = host.REPOSITORY / "examples" / "python" / "run.py"
    command = ["/usr/bin/python3", script, "/bin/echo", "up"]
    arguments = account.popen_arguments() | {"umask": 0o077}
    ran = subprocess.run(command, env=account.environment(SANDBOX_URI=libvirt_uri), stdin=subprocess.DEVNULL, capture_output=True, timeout=300, **arguments)
    assert (ran.returncode, ran.stdout) == (0, b"up\n"), ran
