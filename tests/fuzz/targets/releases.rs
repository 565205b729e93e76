//! The order of kernel releases is one.
#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::fuzzing::compare_releases as compare;

fuzz_target!(|text: &str| {
    let all: Vec<&str> = text.lines().take(3).collect();
    for one in &all {
        for other in &all {
            let order = compare(one, other);
            assert_eq!(order.reverse(), compare(other, one));
            assert_eq!(order == Ordering::Equal, one == other);
        }
    }
    if let [a, b, c] = all[..]
        && compare(a, b) == Ordering::Less
        && compare(b, c) == Ordering::Less
    {
        assert_eq!(compare(a, c), Ordering::Less);
    }
});
