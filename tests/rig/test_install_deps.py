"""The list of packages, which is text in a shell script."""

import re
import subprocess

from rig import host


def test_every_package_has_a_reason():
    command = [host.REPOSITORY / "scripts" / "install-deps", "--list"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    packages = result.stdout.splitlines()
    assert len(packages) > 20
    assert [line for line in packages if not re.fullmatch(r"[a-z0-9.+-]+ +# \S.*", line)] == []
