"""The host side of a test: libvirt daemons, an ordinary user, and the environment of a command."""

import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from rig import namespace

REPOSITORY = Path(__file__).resolve().parents[2]
USER_NAME = "sandbox-test"
MEMBER_NAME = "sandbox-member"
# Who may use the system's libvirt.
LIBVIRT_GROUP = "libvirt"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BUILD = REPOSITORY / "build"
# What a program that runs from the build directory has to know; `meson devenv` says the same.
BUILD_VARIABLES = {
    "VIRT_SANDBOX": BUILD / "cli" / "virt-sandbox",
    "LIBVIRT_SANDBOX_LIBEXECDIR": BUILD / "init",
    "LD_LIBRARY_PATH": BUILD / "src",
    "GI_TYPELIB_PATH": BUILD / "gir",
}


@dataclass(frozen=True)
class Account:
    """Somebody who runs commands, with directories of their own."""

    name: str
    uid: int
    gid: int
    home: Path
    runtime: Path | None
    cache: Path
    config: Path
    scratch: Path

    def environment(self, **extra):
        """A clean environment: nothing of the developer's shell decides about a test."""
        base = {
            "HOME": str(self.home),
            "USER": self.name,
            "LOGNAME": self.name,
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "XDG_CACHE_HOME": str(self.cache),
            "XDG_CONFIG_HOME": str(self.config),
        }
        if self.runtime:
            base["XDG_RUNTIME_DIR"] = str(self.runtime)
        base.update({name: build_variable(name) for name in BUILD_VARIABLES})
        base.update(extra)
        return {name: value for name, value in base.items() if value is not None}

    def popen_arguments(self):
        """Keyword arguments of subprocess.Popen that make a command theirs."""
        arguments = {"cwd": self.home, "umask": 0o022}
        if self.uid != os.geteuid():
            groups = os.getgrouplist(self.name, self.gid)
            arguments |= {"user": self.uid, "group": self.gid, "extra_groups": groups}
        return arguments

    def run(self, *command, **options):
        """Runs a command to its end and gives its standard output."""
        result = subprocess.run(
            command,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            **self.popen_arguments(),
            **options,
        )
        if result.returncode != 0:
            raise RuntimeError(f"{command} gave {result.returncode}: {result.stderr}")
        return result.stdout

    def make_directories(self):
        for directory in (self.home, self.cache, self.config, self.scratch, self.runtime):
            if directory and not directory.exists():
                directory.mkdir(parents=True, mode=0o700 if directory == self.runtime else 0o755)
                os.chown(directory, self.uid, self.gid)


def build_variable(name):
    return os.environ.get(name) or str(BUILD_VARIABLES[name])


def tool():
    """The virt-sandbox under test."""
    path = Path(build_variable("VIRT_SANDBOX"))
    if not path.is_file():
        raise FileNotFoundError(f"no virt-sandbox at {path}: run `make build`, or set VIRT_SANDBOX")
    return path


def myself(base):
    """The account that runs the tests."""
    entry = pwd.getpwuid(os.geteuid())
    runtime = os.environ.get("XDG_RUNTIME_DIR") if entry.pw_uid else None
    account = Account(
        name=entry.pw_name,
        uid=entry.pw_uid,
        gid=entry.pw_gid,
        home=Path(entry.pw_dir),
        runtime=Path(runtime) if runtime else None,
        cache=base / entry.pw_name / "cache",
        config=base / entry.pw_name / "config",
        scratch=base / entry.pw_name / "scratch",
    )
    account.make_directories()
    return account


def add_user(base, name=USER_NAME, groups="users"):
    """Creates an ordinary user."""
    remove_user(name)
    home = base / name
    subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/bin/bash", "--user-group"]
        + ["--groups", groups, "--home-dir", home, name],
        check=True,
    )
    entry = pwd.getpwnam(name)
    account = Account(
        name=name,
        uid=entry.pw_uid,
        gid=entry.pw_gid,
        home=home,
        runtime=Path(f"/run/user/{entry.pw_uid}"),
        cache=home / ".cache",
        config=home / ".config",
        scratch=home / "scratch",
    )
    account.make_directories()
    return account


def remove_user(name):
    """Ends every process of a user made by add_user, and removes the user."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return
    end_processes(pid for pid in process_ids() if owner(pid) == entry.pw_uid)
    # By force: one that has ended and was not waited for still counts as a process of the user.
    subprocess.run(["userdel", "--force", name], check=True, stderr=subprocess.DEVNULL)
    shutil.rmtree(f"/run/user/{entry.pw_uid}", ignore_errors=True)
    shutil.rmtree(entry.pw_dir, ignore_errors=True)


def process_ids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def command_name(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def parent(pid):
    """The process ID of a process' parent."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
        return int(after_name.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def owner(pid):
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except FileNotFoundError:
        return None


def end_processes(pids):
    for pid in list(pids):
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        with os.fdopen(descriptor) as process:
            signal.pidfd_send_signal(process.fileno(), signal.SIGKILL)


def scratch_bases():
    """Where the users' sandboxes have what is large, unless TMPDIR says something else."""
    return list(Path("/var/tmp").glob("libvirt-sandbox-[0-9]*"))


def start_daemons():
    """Starts libvirt's daemons in our namespaces; each returns when it listens."""
    if namespace.is_inside():
        with open("/etc/libvirt/libvirtd.conf", "a") as configuration:
            # There is no polkit to ask.
            configuration.write(f'\nunix_sock_group = "{LIBVIRT_GROUP}"\nauth_unix_rw = "none"\n')
        for daemon in ("virtlogd", "libvirtd"):
            subprocess.run([daemon, "--daemon"], check=True, stdin=subprocess.DEVNULL)


def virsh(account, uri, *arguments):
    return account.run("virsh", "--connect", uri, *arguments)
