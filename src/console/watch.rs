//! A few descriptors that are watched together, as one descriptor.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};

/// Up to `N` watched descriptors, each in a slot of its own.
#[derive(Debug)]
pub struct WatchSet<const N: usize> {
    epoll: Epoll,
    slots: [Slot; N],
}

#[derive(Debug)]
enum Slot {
    Unwatched,
    Watched {
        /// Which descriptor it stands for.
        original: RawFd,
        /// The set's own: the kernel forgets a watch only on request while another descriptor of the same file is open.
        own: OwnedFd,
        events: EpollFlags,
    },
    /// Always ready, as a regular file.
    Unwatchable(RawFd),
}

impl<const N: usize> WatchSet<N> {
    /// An empty set.
    pub fn new() -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        Ok(Self {
            epoll,
            slots: [const { Slot::Unwatched }; N],
        })
    }

    /// The descriptor that is readable when one of the set is ready.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.0.as_fd()
    }

    /// Watches a descriptor in `slot`, or nothing.
    pub fn set(
        &mut self,
        slot: usize,
        watch: Option<(BorrowedFd<'_>, EpollFlags)>,
    ) -> io::Result<()> {
        let current = &mut self.slots[slot];
        match (&mut *current, watch) {
            (Slot::Unwatched, None) => return Ok(()),
            (Slot::Unwatchable(original), Some((fd, _))) if *original == fd.as_raw_fd() => {
                return Ok(());
            }
            (
                Slot::Watched {
                    original,
                    own,
                    events,
                },
                Some((fd, wanted)),
            ) if *original == fd.as_raw_fd() => {
                if *events != wanted {
                    self.epoll.modify(own, &mut EpollEvent::new(wanted, 0))?;
                    *events = wanted;
                }
                return Ok(());
            }
            (Slot::Watched { own, .. }, _) => self.epoll.delete(own)?,
            _ => (),
        }
        *current = match watch {
            None => Slot::Unwatched,
            Some((fd, events)) => {
                let own = fd.try_clone_to_owned()?;
                match self.epoll.add(&own, EpollEvent::new(events, 0)) {
                    Ok(()) => Slot::Watched {
                        original: fd.as_raw_fd(),
                        own,
                        events,
                    },
                    Err(Errno::EPERM) => Slot::Unwatchable(fd.as_raw_fd()),
                    Err(errno) => return Err(errno.into()),
                }
            }
        };
        Ok(())
    }

    /// Whether the descriptor in `slot` is always ready, so that waiting for it makes no sense.
    pub fn is_always_ready(&self, slot: usize) -> bool {
        matches!(self.slots[slot], Slot::Unwatchable(_))
    }

    /// Watches nothing any more; gives the last of the errors.
    pub fn clear(&mut self) -> io::Result<()> {
        let mut cleared = Ok(());
        for slot in &mut self.slots {
            if let Slot::Watched { own, .. } = slot {
                cleared = self.epoll.delete(own).map_err(io::Error::from).and(cleared);
            }
            *slot = Slot::Unwatched;
        }
        cleared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use nix::unistd::{pipe, write};
    use std::fs::File;

    fn ready(set: &WatchSet<2>) -> bool {
        poll(
            &mut [PollFd::new(set.as_fd(), PollFlags::POLLIN)],
            PollTimeout::ZERO,
        )
        .unwrap()
            == 1
    }

    #[test]
    fn a_watch_ends_although_the_file_stays_open() {
        let (reader, writer) = pipe().unwrap();
        write(&writer, b"x").unwrap();
        let mut set = WatchSet::<2>::new().unwrap();
        let duplicate = reader.try_clone().unwrap();
        set.set(1, Some((duplicate.as_fd(), EpollFlags::EPOLLIN)))
            .unwrap();
        assert!(ready(&set));
        drop(duplicate);
        set.set(1, None).unwrap();
        assert!(!ready(&set));
    }

    #[test]
    fn a_regular_file_is_accepted() {
        let file = File::open("/proc/self/exe").unwrap();
        let mut set = WatchSet::<2>::new().unwrap();
        set.set(0, Some((file.as_fd(), EpollFlags::EPOLLIN)))
            .unwrap();
        assert!(!ready(&set));
        assert!(set.is_always_ready(0));
        set.clear().unwrap();
        assert!(!set.is_always_ready(0));
    }
}
