"""Every example, built and run as its first comment says, against the installed library."""

import re
import subprocess
import urllib.request

import pytest

from e2e.test_network import libvirt_networks
from rig import host
from rig.sandbox import finish

# Those that run something of their own have a test of their own.
SPECIAL = ("build.vala", "hello.js", "private-home.c", "transcode.py", "web-server.js")
ALL = sorted((host.REPOSITORY / "examples").glob("*/*.*"))
EXAMPLES = [path for path in ALL if path.name not in SPECIAL]
# What every example is given to run, in place of the command in its comment.
SCRIPT = "echo out; cat; echo err >&2; exit 42"
COMMAND = "ls -l /"


def commands(example):
    """The indented lines of the first comment: how to build the example, and how to run it."""
    comment = re.match(r"(#!.*\n)?((/\*| \*|//!?|#).*\n)+", example.read_text())[0]
    return re.findall(r"^(?:/\*| \*|//!?|#) {5}(\S.*)$", comment, re.MULTILINE)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """Where the examples are built, with the installed library in `root`."""
    path = tmp_path_factory.mktemp("examples")
    command = ["meson", "install", "-C", host.BUILD, "--no-rebuild", "--quiet", "--destdir", path / "root"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (path / "examples").symlink_to(host.REPOSITORY / "examples")
    return path


@pytest.fixture
def environment(directory, account, sandbox):
    """What finds the installed library: pkg-config and valac, besides what runs from the build directory."""
    (package,) = directory.rglob("libvirt-sandbox-1.0.pc")
    (vapi,) = directory.rglob("libvirt-sandbox-1.0.vapi")
    return account.environment(
        SANDBOX_URI=sandbox.uri,
        PKG_CONFIG_PATH=str(package.parent),
        XDG_DATA_DIRS=f"{vapi.parents[2]}:/usr/local/share:/usr/share",
    )


def build_as_told(example, directory, environment):
    """Builds the example, and gives the command that runs it."""
    *build, run = commands(example)
    # Cargo builds again what was built in another environment.
    around = {"cwd": host.REPOSITORY} if example.suffix == ".rs" else {"cwd": directory, "env": environment}
    for command in build:
        built = subprocess.run(command, shell=True, **around, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert (built.returncode, built.stdout, built.stderr) == (0, "", ""), built
    return run


def run_as_told(example, directory, environment):
    run = build_as_told(example, directory, environment)
    assert run.endswith(COMMAND), run
    arguments = [*run.removesuffix(COMMAND).split(), "sh", "-c", SCRIPT]
    client = subprocess.Popen(
        arguments,
        cwd=host.REPOSITORY if example.suffix == ".rs" else directory,
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
    made = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")

    def samples(name):
        decoded = subprocess.run(["oggdec", "--quiet", "--raw", "--output=-", scratch / name], capture_output=True)
        return decoded.stdout

    assert samples("out.ogg") == samples("outside.ogg")
    assert len(samples("out.ogg")) == 300_000


@pytest.mark.drivers("lxc")
def test_private_home(sandbox, account, scratch, directory, environment):
    """The program has the directory for a home, and nothing of the real one."""
    build_as_told(host.REPOSITORY / "examples" / "c" / "private-home.c", directory, environment)
    home = scratch / "home"
    home.mkdir()
    (home / "settings").write_text("mine\n")
    script = "ls -A ~; cat ~/settings; echo written >~/kept; exit 3"
    command = [directory / "private-home", home, "/bin/sh", "-c", script]
    ran = subprocess.run(command, env=environment | {"HOME": str(account.home)}, capture_output=True, text=True, timeout=300)
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "settings\nmine\n", "")
    assert (home / "kept").read_text() == "written\n"
    assert not (account.home / "kept").exists()


@pytest.mark.drivers("lxc")
def test_build_in_an_overlay(sandbox, scratch, directory, environment):
    """The product comes out, the errors of a build too, and the host's files stay as they are."""
    build_as_told(host.REPOSITORY / "examples" / "vala" / "build.vala", directory, environment)
    (scratch / "hello.c").write_text('#include <stdio.h>\nint main(void) { puts("built"); return 0; }\n')

    def build(command):
        return subprocess.run([directory / "build", "hello", command], cwd=scratch, env=environment, capture_output=True, timeout=300)

    made = build("cc -o hello hello.c && echo x >/usr/include/stdio.h && echo done")
    assert (made.returncode, made.stderr) == (0, b"done\n")
    assert [path.name for path in scratch.iterdir()] == ["hello.c"]
    product = scratch / "product"
    product.write_bytes(made.stdout)
    product.chmod(0o755)
    assert subprocess.run([product], capture_output=True, check=True).stdout == b"built\n"
    assert b"printf" in open("/usr/include/stdio.h", "rb").read()
    failed = build("cc -o hello missing.c")
    assert failed.returncode == 1
    assert b"missing.c" in failed.stderr and failed.stdout == b""


@pytest.mark.drivers("lxc")
def test_web_server(sandbox, admin, scratch, environment):
    """Others on the network reach it, and it ends with its client."""
    site = scratch / "site"
    site.mkdir()
    (site / "page").write_text("served\n")
    for path in (scratch, site):
        path.chmod(0o755)
    script = host.REPOSITORY / "examples" / "js" / "web-server.js"
    command = ["gjs", script, site, "sandbox-test-d", "10.99.3.40/24"]
    with libvirt_networks(admin, admin.scratch, ["sandbox-test-d"]):
        server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert server.stdout.readline().startswith(b"Serving HTTP"), server.communicate()
        with urllib.request.urlopen("http://10.99.3.40:8000/page", timeout=300) as page:
            assert page.read() == b"served\n"
        server.terminate()
        out, err = server.communicate(timeout=300)
        assert (server.returncode, out) == (0, b"") and b'"GET /page HTTP/1.1" 200' in err, (server.returncode, err)
        assert b"WARNING" not in err, err
    (admin.scratch / "definition.xml").unlink()


def test_every_example_is_listed():
    listed = re.findall(r"\]\((\S+/\S+)\)", (host.REPOSITORY / "examples" / "README.md").read_text())
    there = [str(path.relative_to(host.REPOSITORY / "examples")) for path in ALL]
    assert sorted(listed) == sorted(there)
