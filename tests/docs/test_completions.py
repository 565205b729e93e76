"""The completions, in real shells: what a line becomes when somebody presses the tab key."""

import shutil
import stat

import pytest

from rig import host
from rig.terminal import Terminal

# What a shell needs to know before the first tab: the completion, and a command that shows the words it is given.
SETUP = {
    "bash": """
        . {build}/virt-sandbox.bash
        virt-sandbox() {{ printf '<%s>' "$@"; echo; }}
        PS1='ready''> '
    """,
    "bash with bash-completion": """
        . /usr/share/bash-completion/bash_completion
        . {build}/virt-sandbox.bash
        virt-sandbox() {{ printf '<%s>' "$@"; echo; }}
        PS1='ready''> '
    """,
    "zsh": """
        fpath=({build} $fpath)
        autoload -U compinit
        compinit -u -D
        virt-sandbox() {{ printf '<%s>' "$@"; echo }}
        PS1='ready''> '
    """,
    "fish": """
        source {build}/virt-sandbox.fish
        function virt-sandbox; printf '<%s>' $argv; echo; end
        function fish_prompt; echo -n 'ready''> '; end
    """,
}
COMMANDS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "bash with bash-completion": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "--private", "-i"],
}
# What virsh says of two networks and a filter, on one connection.
VIRSH = """#!/bin/sh
case "$*" in
    *"--connect test:///default net-list --all --name") printf 'default\\nisolated\\n\\n' ;;
    *"--connect test:///default nwfilter-list") printf ' 11111111-2222-3333-4444-555555555555   clean-traffic\\n\\n' ;;
    *) exit 1 ;;
esac
"""
# What virt-sandbox says of two sandboxes.
LIST = """#!/bin/sh
if [ "$LC_ALL $*" != "C --list" ]; then exit 1; fi
echo 'NAME  STATE    URI       PID  SINCE                COMMAND'
echo 'boat  stopped  lxc:///   -    -                    /bin/cat'
echo 'box   running  lxc:///   123  2026-01-02 03:04:05  /bin/cat running'
"""
LINES = {
    "an option": ("--overlay-s", "<--overlay-size>"),
    "a driver": ("-c lx", "<-c><lxc:///>"),
    "a driver behind its colon": ("-c qemu:///se", "<-c><qemu:///session>"),
    "a setting": ("-N dhcp,so", "<-N><dhcp,source=>"),
    "a network": ("-c test:///default -N dhcp,source=iso", "<-c><test:///default><-N><dhcp,source=isolated>"),
    "a network of a long option": (
        "--connect=test:///default --network=source=def",
        "<--connect=test:///default><--network=source=default>",
    ),
    "a filter": (
        "-c test:///default -N dhcp,filter=cl",
        "<-c><test:///default><-N><dhcp,filter=clean-traffic>",
    ),
    "a sandbox that runs": ("--attach bo", "<--attach><box>"),
    "a mount": ("-m host-i", "<-m><host-image:>"),
    "a source": ("-m host-bind:/data=/usr/sh", "<-m><host-bind:/data=/usr/share/>"),
    "a source of a short option": ("--host-bind /data=/usr/sh", "<--host-bind></data=/usr/share/>"),
    "a disk": ("--disk bl", "<--disk><block:>"),
    "a user": ("-S nobo", "<-S><nobody>"),
    "a directory": ("--root /usr/sh", "<--root></usr/share/>"),
    "a command": ("-c lxc:/// virt-comp", "<-c><lxc:///><virt-completed>"),
    "a command behind two dashes": ("-n x -- virt-comp", "<-n><x><--><virt-completed>"),
    "the command's own file": ("-n x cat /usr/sh", "<-n><x><cat></usr/share/>"),
}


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """A directory of programs for the search path."""
    directory = tmp_path_factory.mktemp("programs")
    for name, text in (("virsh", VIRSH), ("virt-sandbox", LIST), ("virt-completed", "#!/bin/sh\n")):
        (directory / name).write_text(text)
        (directory / name).chmod(stat.S_IRWXU)
    return directory


@pytest.fixture(scope="module", params=SETUP)
def shell(request, programs):
    arguments = COMMANDS[request.param]
    if not shutil.which(arguments[0]):
        pytest.skip(f"{arguments[0]} is not installed")
    environment = {
        "PATH": f"{programs}:{host.PATH}",
        "HOME": str(programs),
        # Without the capabilities of a modern terminal, which fish would ask for.
        "TERM": "dumb",
        "LANG": "C.UTF-8",
    }
    setup = programs / f"setup-{arguments[0]}"
    setup.write_text(SETUP[request.param].format(build=host.BUILD / "cli"))
    with Terminal(arguments, rows=40, columns=400, timeout=30, env=environment, cwd="/") as terminal:
        terminal.send_line(f". {setup}" if arguments[0] != "fish" else f"source {setup}")
        terminal.expect(rb"ready> ")
        yield terminal


@pytest.mark.parametrize(("typed", "expected"), LINES.values(), ids=LINES)
def test_completion(shell, typed, expected):
    shell.send(f"virt-sandbox {typed}\t".encode())
    shell.send_line("")
    shown = shell.expect(rb"(?:\r|\n)((?:<[^>\r\n]*>)+)\r?\n")[1]
    shell.expect(rb"ready> ")
    # zsh takes the slash behind a directory away again at the end of a word.
    assert shown.decode().replace("/>", ">") == expected.replace("/>", ">")
