//! The same sandboxes through the Rust API and through the C ABI, see `front()`, on the connection `SANDBOX_URI`.

mod c;
#[allow(
    dead_code,
    reason = "the two programs with tests ask for different things"
)]
mod front;
mod many;
mod rust;

use std::cell::{Cell, RefCell};
use std::ffi::CStr;
use std::fs::File;
use std::io::{Read, Write};
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gio_unix::{InputStream, OutputStream};
use glib::MainLoop;
use glib::prelude::*;
use libvirt_glib::gobject::Connection;

use front::{Front, front};

/// Libvirt's events come in the default main context, which has one owner at a time.
static MAIN_CONTEXT: Mutex<()> = Mutex::new(());

/// A sandbox that is to be started.
struct Sandbox {
    front: Box<dyn Front>,
    context: glib::Object,
    connection: Connection,
    _alone: MutexGuard<'static, ()>,
}

/// What became of a program.
#[derive(Debug, PartialEq)]
struct Outcome {
    out: Vec<u8>,
    err: Vec<u8>,
    wait_status: Option<i32>,
    closed_by_error: bool,
}

impl Sandbox {
    fn of(name: &CStr, command: &[&CStr]) -> Self {
        let alone = MAIN_CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
        let front = front();
        let uri = std::env::var("SANDBOX_URI").expect("SANDBOX_URI names the connection");
        let connection = Connection::new(Some(&uri));
        connection.open().unwrap();
        let config = front.config(name);
        front.set_command(&config, command);
        Self {
            context: front.context(&connection, &config),
            front,
            connection,
            _alone: alone,
        }
    }

    /// Drops the context, and makes another one on the same connection.
    fn renew(&mut self, name: &CStr, command: &[&CStr]) {
        let config = self.front.config(name);
        self.front.set_command(&config, command);
        self.context = self.front.context(&self.connection, &config);
    }

    /// Runs the program until its console is closed.
    fn run(&self, input: &[u8]) -> Outcome {
        self.front.start(&self.context).unwrap();
        assert!(self.front.is_attached(&self.context));
        let console = self.front.app_console(&self.context).unwrap();
        let main_loop = MainLoop::new(None, false);
        let status = Rc::new(Cell::new(None));
        let error = Rc::new(Cell::new(None));
        let (seen, told, quit) = (status.clone(), error.clone(), main_loop.clone());
        console.connect_local("exited", false, move |values| {
            seen.set(values.get(1).and_then(|status| status.get().ok()));
            None
        });
        console.connect_local("closed", false, move |values| {
            told.set(values.get(1).and_then(|error| error.get().ok()));
            quit.quit();
            None
        });
        let files: RefCell<Vec<File>> = RefCell::default();
        let output = || {
            let file = tempfile::tempfile().unwrap();
            files.borrow_mut().push(file.try_clone().unwrap());
            OutputStream::take_fd(file.into())
        };
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(input).unwrap();
        drop(writer);
        let stdin = InputStream::take_fd(reader.into());
        let (stdout, stderr) = (output(), output());
        let attached = self
            .front
            .attach(&console, Some(&stdin), Some(&stdout), Some(&stderr));
        attached.unwrap();
        let again = self.front.attach(&console, None, None, None).unwrap_err();
        assert!(again.contains("already attached"), "{again}");
        main_loop.run();
        self.front.stop(&self.context).unwrap();
        assert!(!self.front.is_attached(&self.context));
        let mut content = files.into_inner().into_iter().map(|mut file| {
            let mut content = Vec::new();
            std::io::Seek::rewind(&mut file).unwrap();
            file.read_to_end(&mut content).unwrap();
            content
        });
        Outcome {
            out: content.next().unwrap(),
            err: content.next().unwrap(),
            wait_status: status.get(),
            closed_by_error: error.get().unwrap(),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.connection.close();
    }
}

#[test]
fn a_program_reads_writes_and_exits_and_can_be_run_again() {
    let script = c"tr a-z A-Z; echo oops >&2; exit 3";
    let sandbox = Sandbox::of(c"fronts-filter", &[c"/bin/sh", c"-c", script]);
    for _ in 0..2 {
        let expected = Outcome {
            out: b"ABC\n".to_vec(),
            err: b"oops\n".to_vec(),
            wait_status: Some(3 << 8),
            closed_by_error: false,
        };
        assert_eq!(sandbox.run(b"abc\n"), expected);
    }
}

#[test]
fn a_sandbox_is_stopped_while_its_program_runs() {
    let sandbox = Sandbox::of(c"fronts-stop", &[c"/bin/sleep", c"1000"]);
    sandbox.front.start(&sandbox.context).unwrap();
    let second = sandbox.front.start(&sandbox.context).unwrap_err();
    assert!(second.contains("already has a domain"), "{second}");
    sandbox.front.stop(&sandbox.context).unwrap();
    assert!(sandbox.front.stop(&sandbox.context).is_err());
}
