"""A program on a terminal has a real one, and the user's own terminal comes back as it was."""

import signal

import pytest


def start_shell(sandbox, **options):
    """An interactive shell with a known prompt, on a kind of terminal that knows no escape sequences."""
    settings = ["--env", "PS1=ready> ", "--env", "TERM=dumb"]
    terminal = sandbox.terminal("/bin/bash", "--norc", "--noprofile", options=settings, **options)
    terminal.expect(rb"ready> ")
    return terminal


@pytest.fixture
def job(scratch):
    """A program that tells when it has the terminal's foreground, first and again, and when the terminal has another size.

    A signal just before its sleep waits for the end of that."""
    path = scratch / "job.pl"
    handlers = '$SIG{CONT} = sub { print "continued\\n" }; $SIG{WINCH} = sub { print `stty size` };'
    path.write_text(f'$| = 1; {handlers} print "started\\n"; sleep 1 while 1;')
    return path


def test_shell_session(sandbox, job):
    """One session of a user: size, resize, job control, Ctrl-C, exit."""
    with start_shell(sandbox, rows=33, columns=111) as terminal:
        terminal.send_line("stty size; tty")
        terminal.expect(rb"\n33 111\r\n/dev/\S+\r\n")

        terminal.send_line(f"perl {job}")
        terminal.expect(rb"started\r\n")
        terminal.resize(44, 99)
        terminal.expect(rb"44 99\r\n")
        terminal.send(b"\x1a")
        terminal.expect(rb"Stopped +perl")
        terminal.send_line("jobs; echo $((6 * 8))")
        terminal.expect(rb"Stopped +perl \S+\r\n48\r\n")
        terminal.send_line("fg")
        terminal.expect(rb"continued\r\n")
        terminal.send(b"\x03")
        terminal.expect(rb"ready> ")
        terminal.send_line("echo status=$?")
        terminal.expect(rb"\nstatus=130\r\n")

        terminal.send_line("exit 7")
        assert terminal.wait() == 7
        assert terminal.is_restored()


def test_a_terminal_where_a_mount_point_is_made(sandbox, scratch):
    """For which the root is covered after the terminal's device was opened."""
    (scratch / "file").write_text("mounted\n")
    options = ["--mount", f"host-bind:/sandbox-test-new={scratch},ro"]
    script = "cat /sandbox-test-new/file; tty; stty size"
    with sandbox.terminal("/bin/sh", "-c", script, options=options, rows=33, columns=111) as terminal:
        terminal.expect(rb"^mounted\r\n/dev/pts/\d+\r\n33 111\r\n")
        assert terminal.wait() == 0


def test_shell_complains_about_nothing(sandbox):
    """bash prints a line when it has no job control."""
    with sandbox.terminal("/bin/bash", "--norc", "-i", "-c", "echo only this") as terminal:
        assert terminal.wait() == 0
        assert terminal.screen == b"only this\r\n"


@pytest.mark.drivers("session", "system")
def test_shell_on_a_daemon(sandbox):
    with start_shell(sandbox, rows=25, columns=90) as terminal:
        terminal.send_line("stty size; exit 5")
        terminal.expect(rb"\n25 90\r\n")
        assert terminal.wait() == 5
        assert terminal.is_restored()


def test_interrupt_and_end_of_file_keys(sandbox):
    with sandbox.terminal("/bin/sh", "-c", "echo ready; cat; echo over; exec cat") as terminal:
        terminal.expect(rb"ready\r\n")
        terminal.send(b"line\r\x04")
        terminal.expect(rb"line\r\nline\r\nover\r\n")
        terminal.send(b"\x03")
        assert terminal.wait() == 128 + signal.SIGINT
        assert terminal.is_restored()


@pytest.mark.drivers("lxc")
def test_escape_character_ends_the_sandbox(sandbox):
    with sandbox.terminal("/bin/cat") as terminal:
        terminal.send(b"typed\r")
        terminal.expect(rb"typed\r\ntyped\r\n")
        terminal.send(b"more\x1d")
        terminal.expect(rb"left by the escape character")
        assert terminal.wait() == 125
        assert terminal.is_restored()


def test_terminal_is_raw_while_the_program_runs(sandbox):
    """The keys are the program's: the sandbox's terminal gives them a meaning, not the user's."""
    with start_shell(sandbox) as terminal:
        assert not terminal.is_restored()
        terminal.send_line("exit")
        assert terminal.wait() == 0
        assert terminal.is_restored()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL"])
def test_terminal_is_restored_after_a_signal(sandbox, name):
    """The client is the child of a shell, as usual: the terminal outlives it."""
    with sandbox.terminal("/bin/cat", shell='"$@"; echo status=$?; read x') as terminal:
        terminal.send_line("first")
        terminal.expect(rb"first\r\nfirst\r\n")
        assert not terminal.is_restored()
        terminal.signal_child(signal.Signals[name])
        terminal.expect(f"status={128 + signal.Signals[name]}".encode())
        terminal.wait_until_restored()


def test_failed_start_leaves_the_terminal_alone(sandbox, scratch):
    with sandbox.terminal("/bin/true", options=["--root", str(scratch / "missing")]) as terminal:
        assert terminal.wait() == 125
        assert b"missing" in terminal.screen
        assert terminal.is_restored()


def test_output_redirected_away_from_the_terminal(sandbox, scratch):
    """A file gets what the program wrote, without the line ends of a terminal."""
    shell = f'"$@" >{scratch}/out 2>{scratch}/err; echo status=$?'
    with sandbox.terminal("/bin/sh", "-c", "echo out; echo err >&2; exit 3", shell=shell) as terminal:
        terminal.expect(rb"status=3\r\n")
        assert terminal.wait() == 0
        assert terminal.is_restored()
    assert (scratch / "out").read_bytes() == b"out\n"
    assert (scratch / "err").read_bytes() == b"err\n"


def test_input_redirected_while_the_output_is_a_terminal(sandbox):
    with sandbox.terminal("/bin/sh", "-c", "cat; tty", shell='echo text | "$@"') as terminal:
        terminal.expect(rb"text\r\n")
        terminal.expect(rb"not a tty\r\n")
        assert terminal.is_restored()
