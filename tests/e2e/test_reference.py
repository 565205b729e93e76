"""The code in the API reference: all of it is right, and the programs do what their pages say."""

import re
import shlex
import subprocess

import pytest

from rig import host

PAGES = host.REPOSITORY / "docs" / "reference"
SNIPPET = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SUFFIXES = {"c": ".c", "python": ".py", "js": ".js"}
INCLUDE = host.REPOSITORY / "include"


def snippets():
    """Every snippet, by its page, number and language."""
    for page in sorted(PAGES.glob("*.md")):
        for number, (language, code) in enumerate(SNIPPET.findall(page.read_text())):
            yield pytest.param(language, code, id=f"{page.stem}-{number}-{language}")


def is_program(language, code):
    """Whether a snippet runs a sandbox on the connection that it is given."""
    argument = {"c": "argv[1]", "python": "Connection.new(sys.argv[1])", "js": "ARGV[0]"}
    return argument[language] in code


def is_service(language, code):
    """Whether a snippet takes an action and a connection."""
    return language == "python" and "main(sys.argv[1], sys.argv[2])" in code


ALL = list(snippets())
PROGRAMS = [snippet for snippet in ALL if is_program(*snippet.values)]
SERVICES = [snippet for snippet in ALL if is_service(*snippet.values)]
OTHERS = [snippet for snippet in ALL if snippet not in PROGRAMS + SERVICES]


def compile_c(source, *arguments):
    packages = ["libvirt-gobject-1.0", "gio-unix-2.0"]
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", *packages], capture_output=True, text=True, check=True)
    library = ["-L", str(host.BUILD / "src"), "-lvirt-sandbox-1.0"]
    warnings = ["-Wall", "-Wextra", "-Werror"]
    command = ["cc", *warnings, "-I", str(INCLUDE), str(source), *arguments, *library, *shlex.split(flags.stdout)]
    subprocess.run(command, check=True)


def command(language, source):
    """What runs a snippet."""
    if language == "c":
        program = source.with_suffix("")
        compile_c(source, "-o", str(program))
        return [program]
    return [{"python": "/usr/bin/python3", "js": "gjs"}[language], source]


def write(directory, language, code):
    source = directory / f"snippet{SUFFIXES[language]}"
    source.write_text(code)
    return source


def test_there_are_programs_in_each_language():
    assert {snippet.values[0] for snippet in PROGRAMS} == set(SUFFIXES)


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize(("language", "code"), PROGRAMS)
def test_program(sandbox, account, scratch, language, code):
    result = subprocess.run(
        [*command(language, write(scratch, language, code)), sandbox.uri],
        env=account.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        **account.popen_arguments(),
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "Linux\n", "")


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize(("language", "code"), SERVICES)
def test_service(sandbox, account, scratch, language, code):
    script = write(scratch, language, code)
    for action, state in (("define", "shut off"), ("start", "running"), ("stop", "shut off"), ("undefine", None)):
        account.run("/usr/bin/python3", script, action, sandbox.uri)
        domains = host.virsh(account, sandbox.uri, "list", "--all", "--name").split()
        assert ("sleeper" in domains) == (state is not None), action
        if state:
            assert host.virsh(account, sandbox.uri, "domstate", "sleeper").strip() == state


@pytest.mark.parametrize(("language", "code"), OTHERS)
def test_snippet(admin, tmp_path, language, code):
    """What needs no sandbox runs as it is; what is a part of a program compiles."""
    source = write(tmp_path, language, code)
    if language == "c":
        compile_c(source, "-c", "-o", str(tmp_path / "snippet.o"))
    else:
        result = subprocess.run(
            command(language, source), env=admin.environment(), capture_output=True, text=True, timeout=300
        )
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
