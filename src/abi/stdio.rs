//! The streams of this process, for consoles.

use gio_unix::{InputStream, OutputStream};

/// The standard input of this process, which the stream leaves open.
pub(crate) fn stdin() -> InputStream {
    // SAFETY: nobody else closes the standard input.
    unsafe { InputStream::with_fd(libc::STDIN_FILENO) }
}

/// The standard output of this process, which the stream leaves open.
pub(crate) fn stdout() -> OutputStream {
    // SAFETY: nobody else closes the standard output.
    unsafe { OutputStream::with_fd(libc::STDOUT_FILENO) }
}

/// The standard error of this process, which the stream leaves open.
pub(crate) fn stderr() -> OutputStream {
    // SAFETY: nobody else closes the standard error.
    unsafe { OutputStream::with_fd(libc::STDERR_FILENO) }
}
