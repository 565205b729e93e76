"""Every example, built and run as its first comment says, against the installed library."""

import re
import subprocess

import pytest

from rig import host
from rig.sandbox import finish

# Those that run something of their own have a test of their own.
SPECIAL = ("hello.js", "transcode.py")
ALL = sorted((host.REPOSITORY / "examples").glob("*/*.*"))
EXAMPLES = [path for path in ALL if path.name not in SPECIAL]
# What every example is given to run, in place of the command in its comment.
SCRIPT = "echo out; cat; echo err >&2; exit 42"
COMMAND = "ls -l /"


def commands(example):
    """The indented lines of the first comment: how to build the example, and how to run it."""
    comment = re.match(r"(#!.*\n)?((/\*| \*|//|#).*\n)+", example.read_text())[0]
    return re.findall(r"^(?:/\*| \*|//|#) {5}(\S.*)$", comment, re.MULTILINE)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """Where the examples are built, with the installed library in `root`."""
    path = tmp_path_factory.mktemp("examples")
    command = ["meson", "install", "-C", host.BUILD, "--no-rebuild", "--quiet", "--destdir", path / "root"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (path / "examples").symlink_to(host.REPOSITORY / "examples")
    return path


@pytest.fixture
def environment(directory, account, libvirt_uri):
    """What finds the installed library: pkg-config and valac, besides what runs from the build directory."""
    (package,) = directory.rglob("libvirt-sandbox-1.0.pc")
    (vapi,) = directory.rglob("libvirt-sandbox-1.0.vapi")
    return account.environment(
        SANDBOX_URI=libvirt_uri,
        PKG_CONFIG_PATH=str(package.parent),
        XDG_DATA_DIRS=f"{vapi.parents[2]}:/usr/local/share:/usr/share",
    )


def run_as_told(example, directory, environment):
    *build, run = commands(example)
    for command in build:
        built = subprocess.run(command, shell=True, cwd=directory, env=environment, capture_output=True, text=True)
        assert (built.returncode, built.stdout, built.stderr) == (0, "", ""), built
    assert run.endswith(COMMAND), run
    arguments = [*run.removesuffix(COMMAND).split(), "sh", "-c", SCRIPT]
    client = subprocess.Popen(
        arguments,
        cwd=directory,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return finish(client, b"in\n")


def verify(example, result):
    lines = [b"out", b"in"]
    if example.stem == "lines":
        lines = [b"%d %s" % numbered for numbered in enumerate(lines, 1)]
    assert result.out.splitlines() == lines, result
    assert result.err == b"err\n"
    assert result.status == 42


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_example(example, sandbox, directory, environment):
    verify(example, run_as_told(example, directory, environment))


@pytest.mark.drivers("embed")
def test_example_in_a_machine(sandbox, directory, environment):
    example = host.REPOSITORY / "examples" / "python" / "run.py"
    verify(example, run_as_told(example, directory, environment))


@pytest.mark.drivers("lxc")
def test_transcode(sandbox, account, scratch, environment):
    """Two sandboxes and a pipe make of a file what the two programs make of it outside."""
    subprocess.run(
        ["oggenc", "--quiet", "--raw", "--quality=6", "--output", scratch / "in.ogg", "-"],
        input=bytes(n * n % 251 for n in range(300_000)),
        check=True,
    )
    outside = "oggdec --quiet --output=- - <in.ogg | oggenc --quiet --quality=1 --output=outside.ogg -"
    subprocess.run(outside, shell=True, cwd=scratch, check=True)
    script = host.REPOSITORY / "examples" / "python" / "transcode.py"
    command = ["/usr/bin/python3", script, scratch / "in.ogg", scratch / "out.ogg"]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")

    def samples(name):
        decoded = subprocess.run(["oggdec", "--quiet", "--raw", "--output=-", scratch / name], capture_output=True)
        return decoded.stdout

    assert samples("out.ogg") == samples("outside.ogg")
    assert len(samples("out.ogg")) == 300_000


def test_every_example_is_listed():
    listed = re.findall(r"\]\((\S+/\S+)\)", (host.REPOSITORY / "examples" / "README.md").read_text())
    there = [str(path.relative_to(host.REPOSITORY / "examples")) for path in ALL]
    assert sorted(listed) == sorted(there)
