//! A stream of bytes from and to a domain.

use std::ptr;
use std::sync::{Mutex, TryLockError};

use glib::bitflags::bitflags;
use glib::ffi::{GTRUE, gboolean, gpointer};
use glib::translate::*;
use glib::{ControlFlow, Priority, SourceId};

use crate::{ffi, result};

glib::wrapper! {
    /// A stream of bytes from and to a domain.
    pub struct Stream(Object<ffi::GVirStream>) @extends gio::IOStream;

    match fn {
        type_ => || ffi::gvir_stream_get_type(),
    }
}

bitflags! {
    /// How a stream is made; libvirt-glib passes on libvirt's own numbers.
    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    pub struct StreamFlags: u32 {
        /// Sending and receiving never wait.
        const NONBLOCK = 1 << 0;
    }
}

bitflags! {
    /// What a stream is watched for, and what has happened to it.
    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    pub struct StreamIoCondition: u32 {
        /// There are bytes, or the end.
        const READABLE = ffi::GVIR_STREAM_IO_CONDITION_READABLE;
        /// There is room.
        const WRITABLE = ffi::GVIR_STREAM_IO_CONDITION_WRITABLE;
        /// The other side hung up.
        const HANGUP = ffi::GVIR_STREAM_IO_CONDITION_HANGUP;
        /// The stream is broken.
        const ERROR = ffi::GVIR_STREAM_IO_CONDITION_ERROR;
    }
}

type Watch<F> = Mutex<F>;

impl Stream {
    /// Receives into `buffer` and returns the number of bytes, 0 at the end of the stream.
    ///
    /// When nothing is there, the error matches `gio::IOErrorEnum::WouldBlock`.
    pub fn receive(&self, buffer: &mut [u8]) -> Result<usize, glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object, the buffer of that size and the error pointer are valid.
        unsafe {
            let count = ffi::gvir_stream_receive(
                self.to_glib_none().0,
                buffer.as_mut_ptr().cast(),
                buffer.len() as _,
                ptr::null_mut(),
                &mut error,
            );
            usize::try_from(count).map_err(|_| result::failure(error))
        }
    }

    /// Sends from the beginning of `buffer` and returns how many bytes went.
    ///
    /// When there is no room, the error matches `gio::IOErrorEnum::WouldBlock`.
    pub fn send(&self, buffer: &[u8]) -> Result<usize, glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object, the buffer of that size and the error pointer are valid.
        unsafe {
            let count = ffi::gvir_stream_send(
                self.to_glib_none().0,
                buffer.as_ptr().cast(),
                buffer.len() as _,
                ptr::null_mut(),
                &mut error,
            );
            usize::try_from(count).map_err(|_| result::failure(error))
        }
    }

    /// Calls `callback` from the default main context, in whichever thread runs that, whenever one of `conditions` holds,
    /// until it returns `ControlFlow::Break`.
    pub fn add_watch_full<F>(
        &self,
        priority: Priority,
        conditions: StreamIoCondition,
        callback: F,
    ) -> SourceId
    where
        F: FnMut(&Stream, StreamIoCondition) -> ControlFlow + Send + 'static,
    {
        let watch: Box<Watch<F>> = Box::new(Mutex::new(callback));
        // SAFETY: the source owns the callback from here on, and frees it once with its own type.
        unsafe {
            from_glib(ffi::gvir_stream_add_watch_full(
                self.to_glib_none().0,
                priority.into_glib(),
                conditions.bits(),
                Some(dispatch::<F>),
                Box::into_raw(watch).cast(),
                Some(release::<F>),
            ))
        }
    }
}

unsafe extern "C" fn dispatch<F>(
    stream: *mut ffi::GVirStream,
    condition: ffi::GVirStreamIOCondition,
    watch: gpointer,
) -> gboolean
where
    F: FnMut(&Stream, StreamIoCondition) -> ControlFlow + Send + 'static,
{
    // SAFETY: the source calls with its own stream, and with the pointer it was given.
    unsafe {
        let watch = &*(watch as *const Watch<F>);
        let stream: Borrowed<Stream> = from_glib_borrow(stream);
        let mut callback = match watch.try_lock() {
            Ok(callback) => callback,
            Err(TryLockError::Poisoned(callback)) => callback.into_inner(),
            // A callback that runs a loop of its own is not called inside itself.
            Err(TryLockError::WouldBlock) => return GTRUE,
        };
        callback(&stream, StreamIoCondition::from_bits_retain(condition)).into_glib()
    }
}

unsafe extern "C" fn release<F>(watch: gpointer) {
    // SAFETY: the source gives back the pointer it was given, once.
    drop(unsafe { Box::from_raw(watch as *mut Watch<F>) });
}
