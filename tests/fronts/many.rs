//! Many sandboxes of one process, `SANDBOX_COUNT` of them: it must not grow.
#![allow(unsafe_code, reason = "the memory in use is asked of the C library")]

use std::fs;

use super::*;

/// How many bytes of the heap there may be more at the end, however many sandboxes there were.
const HEAP_LIMIT: i64 = 4096;

/// What a process learns only once, it learns from this many.
const WARM_UP: usize = 8;

/// What may not grow.
#[derive(Debug)]
struct Holdings {
    descriptors: usize,
    threads: usize,
    children: usize,
    mappings: usize,
}

fn holdings() -> Holdings {
    let entries = |directory| fs::read_dir(directory).unwrap().count();
    let words = |file, separator: fn(char) -> bool| {
        let text = fs::read_to_string(file).unwrap();
        text.split(separator)
            .filter(|word| !word.is_empty())
            .count()
    };
    Holdings {
        descriptors: entries("/proc/self/fd"),
        threads: entries("/proc/self/task"),
        children: words("/proc/thread-self/children", char::is_whitespace),
        mappings: words("/proc/self/maps", |character| character == '\n'),
    }
}

/// Bytes that are allocated, exactly where the C library keeps no caches for threads.
fn heap() -> i64 {
    // SAFETY: it reads the allocator's counters.
    let counters = unsafe { libc::mallinfo2() };
    i64::try_from(counters.uordblks + counters.hblkhd).unwrap()
}

fn run(sandbox: &mut Sandbox, command: &[&CStr], end: fn(&mut Sandbox)) {
    sandbox.renew(c"fronts-many", command);
    end(sandbox);
    // libvirt tells in the main context what has become of its domains.
    while glib::MainContext::default().iteration(false) {}
}

fn run_some(sandbox: &mut Sandbox, count: usize) {
    for number in 0..count {
        match number % 4 {
            0 => run(sandbox, &[c"/bin/cat"], |sandbox| {
                let outcome = sandbox.run(b"some");
                assert_eq!(
                    (outcome.out, outcome.wait_status),
                    (b"some".to_vec(), Some(0))
                );
            }),
            1 => run(sandbox, &[c"/bin/sleep", c"1000"], |sandbox| {
                sandbox.front.start(&sandbox.context).unwrap();
                let console = sandbox.front.app_console(&sandbox.context).unwrap();
                sandbox.front.attach(&console, None, None, None).unwrap();
                sandbox.front.stop(&sandbox.context).unwrap();
            }),
            // Dropped as it runs, by the one that comes next.
            2 => run(sandbox, &[c"/bin/sleep", c"1000"], |sandbox| {
                sandbox.front.start(&sandbox.context).unwrap();
                let console = sandbox.front.app_console(&sandbox.context).unwrap();
                sandbox.front.attach(&console, None, None, None).unwrap();
            }),
            // Refused when the domain is built.
            _ => run(sandbox, &[c"/bin/true"], |sandbox| {
                let config: glib::Object = sandbox.context.property("config");
                let mount = c"host-bind:/mnt=/nonexistent";
                sandbox.front.add_mount(&config, mount).unwrap();
                sandbox.front.start(&sandbox.context).unwrap_err();
            }),
        }
    }
}

#[test]
fn a_process_does_not_grow_with_its_sandboxes() {
    let count = std::env::var("SANDBOX_COUNT").expect("SANDBOX_COUNT is a number");
    let count: usize = count.parse().expect("SANDBOX_COUNT is a number");
    let mut sandbox = Sandbox::of(c"fronts-many", &[]);
    run_some(&mut sandbox, WARM_UP);
    let (before, heap_before) = (holdings(), heap());
    run_some(&mut sandbox, count);
    let grown = heap() - heap_before;
    eprintln!("{grown} bytes of the heap for {count} sandboxes");
    let after = holdings();
    let ours = |held: &Holdings| (held.descriptors, held.threads, held.children);
    assert_eq!(ours(&after), ours(&before));
    // The allocator maps and unmaps as it likes, but what every sandbox leaves is no accident.
    assert!(
        after.mappings < before.mappings + count,
        "{after:?} after {before:?}"
    );
    assert!(
        grown <= HEAP_LIMIT * count as i64,
        "{grown} bytes for {count} sandboxes"
    );
}
