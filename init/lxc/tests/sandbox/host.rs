//! The host's side for tests: runs the real init as first process of namespaces of its own, and talks to it.
//!
//! Needs root, as a container does.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use sandbox_plan::{
    Channel, Decoder, Filter, GuestMessage, HostMessage, Identity, Kind, MAX_PAYLOAD, Plan,
    Program, Source, Stream, Tree, VERSION, View, Window, WindowSize,
};

/// The end of a shell's script that waits for a signal with a trap. A shell that reads may look for signals just before one
/// arrives, and then its trap waits for the input.
pub const WAIT_FOR_TRAP: &str = "echo ready; while :; do :; done";

/// What a container's manager prepares: an empty read-only root, with its own /proc and /dev, and in that the two files of the
/// sandbox, and its sources. The first of them is the host's root.
const CONTAINER: &str = r#"
set -e
root="$1/root"
mkdir "$root" "$root/dev" "$root/proc" "$root/sys" "$root/old" "$root/usr"
mount --bind "$root" "$root"
# The tests' first process is not static.
mount --bind /usr "$root/usr"
ln -s usr/lib usr/lib64 "$root"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
cd "$root/dev"
for node in null zero full random urandom tty; do
    : >$node
    mount --bind /dev/$node $node
done
mkdir pts libvirt-sandbox libvirt-sandbox-mounts
mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 devpts pts
ln -s pts/ptmx ptmx
ln -s /proc/self/fd fd
: >libvirt-sandbox-init
for source in "$1"/sources/*; do
    number=${source##*/}
    path=$(readlink "$source")
    if [ -d "$path" ]; then mkdir "libvirt-sandbox-mounts/$number"; else : >"libvirt-sandbox-mounts/$number"; fi
    mount --bind "$path" "libvirt-sandbox-mounts/$number"
done
mount --bind "$1/state" libvirt-sandbox
mount -o remount,bind,ro libvirt-sandbox
mount --bind "$2" libvirt-sandbox-init
if [ -n "$3" ]; then
    : >tty1
    mount --bind "$3" tty1
fi
# Those of the host, in which nothing is to be left.
umount -R --lazy "$root/sys/fs/cgroup" 2>/dev/null || :
mount -o remount,bind,ro "$root"
cd "$root"
pivot_root . old
exec /dev/libvirt-sandbox-init /dev/libvirt-sandbox "$4"
"#;

/// How long a test may take before it fails, in milliseconds.
const TIMEOUT: u16 = 60_000;

/// A sandbox, which nobody talks with yet.
pub struct Container {
    directory: PathBuf,
    child: Child,
}

/// A sandbox and the connection to it.
pub struct Sandbox {
    container: Container,
    stream: UnixStream,
    decoder: Decoder,
}

/// What a program left.
pub struct Outcome {
    /// Raw status of wait(2).
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// A plan that runs `argv` as an ordinary user.
pub fn plan(argv: &[&str]) -> Plan {
    Plan {
        hostname: "sandbox-test".into(),
        debug: false,
        kind: Kind::Interactive(Channel::Socket("/dev/libvirt-sandbox/app.sock".into())),
        machine: None,
        overlay: None,
        container: Some(sandbox_plan::Container {
            root: tree(0),
            view: View::Covered,
            is_settled: false,
            hidden: Vec::new(),
            sources: None,
            log: None,
        }),
        mounts: Vec::new(),
        disks: Vec::new(),
        interfaces: Vec::new(),
        resolver: None,
        hosts: None,
        shell: None,
        program: Program {
            argv: argv.iter().map(Into::into).collect(),
            env: vec![
                ("PATH".into(), "/usr/bin:/bin".into()),
                ("HOME".into(), "/nonexistent".into()),
            ],
            cwd: "/usr".into(),
            cwd_required: false,
            tty: false,
            umask: 0o027,
            identity: Identity {
                uid: 1234,
                gid: 2345,
                groups: vec![2345, 3456],
                capabilities: 0,
            },
            filter: Filter::Unusual,
            plain_files: false,
        },
    }
}

/// The source number `number`, with nothing mounted below it.
pub fn tree(number: u32) -> Tree {
    Tree {
        top: Source {
            number,
            identity: None,
        },
        below: Vec::new(),
    }
}

/// Runs a program without input to its end.
pub fn run(plan: &Plan) -> Outcome {
    Sandbox::start(plan).finish(&[])
}

/// Runs a shell script without input to its end.
pub fn run_script(script: &str) -> Outcome {
    run(&plan(&["sh", "-c", script]))
}

impl Container {
    /// Starts a sandbox with a terminal of the host as `/dev/tty1`; gives also the socket that its first process may
    /// connect to.
    pub fn start(plan: &Plan, console: &Path) -> (Self, UnixListener) {
        Self::start_with(plan, console, &[Path::new("/")])
    }

    /// The same with these sources.
    pub fn start_with(plan: &Plan, console: &Path, sources: &[&Path]) -> (Self, UnixListener) {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("init-lxc-test-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(directory.join("state")).unwrap();
        let plan = plan.to_bytes();
        fs::write(directory.join("state/plan"), &plan).unwrap();
        fs::create_dir(directory.join("sources")).unwrap();
        for (number, source) in sources.iter().enumerate() {
            symlink(source, directory.join("sources").join(number.to_string())).unwrap();
        }
        let listener = UnixListener::bind(directory.join("state/app.sock")).unwrap();
        let child = Command::new("unshare")
            .args([
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "--uts",
                "--ipc",
                "--net",
            ])
            .args(["--propagation", "private", "sh", "-c", CONTAINER, "sh"])
            .arg(&directory)
            .arg(env!("CARGO_BIN_EXE_libvirt-sandbox-init-lxc"))
            .arg(console)
            .arg(Plan::hash(&plan))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        (Self { directory, child }, listener)
    }

    /// Waits until nothing is left of the sandbox.
    pub fn wait_for_end(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// The process ID, outside, of the sandbox's first process.
    pub fn init(&self) -> i32 {
        let path = format!("/proc/{0}/task/{0}/children", self.child.id());
        fs::read_to_string(path).unwrap().trim().parse().unwrap()
    }
}

impl Sandbox {
    /// Brings a sandbox up to where it waits for the host.
    pub fn connect(plan: &Plan) -> Self {
        Self::connect_with_console(plan, Path::new(""))
    }

    /// The same with a terminal of the host as `/dev/tty1`.
    pub fn connect_with_console(plan: &Plan, console: &Path) -> Self {
        Self::accept(Container::start(plan, console))
    }

    /// The same with these sources.
    pub fn connect_with(plan: &Plan, sources: &[&Path]) -> Self {
        Self::accept(Container::start_with(plan, Path::new(""), sources))
    }

    fn accept((container, listener): (Container, UnixListener)) -> Self {
        wait(&listener, PollFlags::POLLIN);
        let (stream, _) = listener.accept().unwrap();
        Self {
            container,
            stream,
            decoder: Decoder::new(),
        }
    }

    /// Starts the program.
    pub fn start(plan: &Plan) -> Self {
        Self::start_with_size(plan, None)
    }

    /// Starts the program on a terminal of this size.
    pub fn start_with_size(plan: &Plan, size: Option<WindowSize>) -> Self {
        let mut sandbox = Self::connect(plan);
        sandbox.release(size);
        sandbox
    }

    /// Starts the program with a file for input, as soon as the file has arrived.
    pub fn start_with_file(plan: &Plan, length: usize) -> Self {
        let mut sandbox = Self::connect(plan);
        sandbox.expect_ready();
        let input = Some(u32::try_from(length).unwrap());
        sandbox.send(&HostMessage::Start { size: None, input });
        sandbox
    }

    /// Starts the program of a sandbox that waits for the host.
    pub fn release(&mut self, size: Option<WindowSize>) {
        self.expect_ready();
        self.send(&HostMessage::Start { size, input: None });
    }

    fn expect_ready(&mut self) {
        let ready = format!("{:?}", GuestMessage::Ready { version: VERSION });
        assert_eq!(self.receive(), ready);
    }

    /// Sends one message.
    pub fn send(&mut self, message: &HostMessage) {
        let mut bytes = Vec::new();
        message.encode(&mut bytes);
        self.stream.write_all(&bytes).unwrap();
    }

    /// Waits for one message. The end of a stream, which comes at any time, is none, and neither is what the setup took.
    pub fn receive(&mut self) -> String {
        loop {
            match self.decoder.next::<GuestMessage>().unwrap() {
                Some(GuestMessage::Eof(_) | GuestMessage::Times(_)) => {}
                Some(message) => return format!("{message:?}"),
                None => assert!(self.fill(), "the sandbox hung up"),
            }
        }
    }

    /// Waits until the program has written `text` to its standard output.
    pub fn wait_for_output(&mut self, text: &str) {
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(text) {
            match self.decoder.next::<GuestMessage>().unwrap() {
                Some(GuestMessage::Stdout(data)) => seen.extend_from_slice(data),
                Some(GuestMessage::Credit(_) | GuestMessage::Eof(_) | GuestMessage::Times(_)) => {}
                Some(other) => panic!("{other:?} instead of {text:?} after {seen:?}"),
                None => assert!(self.fill(), "the sandbox hung up"),
            }
        }
    }

    /// Sends all of `stdin`, takes all output, and ends with the program.
    pub fn finish(mut self, stdin: &[u8]) -> Outcome {
        let mut outcome = Outcome {
            status: -1,
            stdout: Vec::new(),
            stderr: Vec::new(),
        };
        let (mut window, mut rest, mut outbox) = (Window::new(), stdin, Vec::new());
        let mut ended = false;
        self.stream.set_nonblocking(true).unwrap();
        loop {
            let length = window.available().min(rest.len()).min(MAX_PAYLOAD);
            if length > 0 && outbox.is_empty() {
                HostMessage::Stdin(&rest[..length]).encode(&mut outbox);
                window.consume(length).unwrap();
                rest = &rest[length..];
            }
            if rest.is_empty() && !std::mem::replace(&mut ended, rest.is_empty()) {
                HostMessage::StdinEof.encode(&mut outbox);
            }
            let mut events = PollFlags::POLLIN;
            events.set(PollFlags::POLLOUT, !outbox.is_empty());
            let ready = wait(&self.stream, events);
            if ready.contains(PollFlags::POLLOUT) {
                let length = self.stream.write(&outbox).unwrap();
                outbox.drain(..length);
            }
            if ready.contains(PollFlags::POLLIN) {
                assert!(self.fill(), "the sandbox hung up");
            }
            while let Some(message) = self.decoder.next::<GuestMessage>().unwrap() {
                let (stream, data) = match message {
                    GuestMessage::Stdout(data) => (Stream::Stdout, data),
                    GuestMessage::Stderr(data) => (Stream::Stderr, data),
                    GuestMessage::Credit(bytes) => {
                        window.grant(bytes).unwrap();
                        continue;
                    }
                    GuestMessage::Eof(_) | GuestMessage::Times(_) => continue,
                    GuestMessage::Exit(status) => {
                        outcome.status = status;
                        continue;
                    }
                    other => panic!("unexpected {other:?}"),
                };
                assert_eq!(outcome.status, -1, "output after the exit");
                match stream {
                    Stream::Stdout => outcome.stdout.extend_from_slice(data),
                    Stream::Stderr => outcome.stderr.extend_from_slice(data),
                }
                let bytes = u32::try_from(data.len()).unwrap();
                HostMessage::Credit { stream, bytes }.encode(&mut outbox);
            }
            if outcome.status != -1 {
                self.stream.set_nonblocking(false).unwrap();
                self.stream.write_all(&outbox).unwrap();
                self.send(&HostMessage::Bye);
                assert!(self.wait_for_end().success());
                return outcome;
            }
        }
    }

    /// Hangs up and waits until nothing is left of the sandbox.
    pub fn hang_up(mut self) -> ExitStatus {
        self.stream.shutdown(std::net::Shutdown::Both).unwrap();
        self.wait_for_end()
    }

    /// Waits until nothing is left of the sandbox.
    pub fn wait_for_end(&mut self) -> ExitStatus {
        self.container.wait_for_end()
    }

    /// The process ID, outside, of the sandbox's first process.
    pub fn init(&self) -> i32 {
        self.container.init()
    }

    fn fill(&mut self) -> bool {
        wait(&self.stream, PollFlags::POLLIN);
        match self.stream.read(self.decoder.space()) {
            Ok(length) => {
                self.decoder.filled(length);
                length > 0
            }
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn wait(fd: impl AsFd, events: PollFlags) -> PollFlags {
    let mut fds = [PollFd::new(fd.as_fd(), events)];
    let ready = poll(&mut fds, PollTimeout::from(TIMEOUT)).unwrap();
    assert_eq!(ready, 1, "nothing happened for {TIMEOUT} ms");
    fds[0].revents().unwrap()
}
