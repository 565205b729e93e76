//! DHCP servers: what an interface gets can be had, and the resolver's file has just the lines that are meant.
#![no_main]

use std::net::IpAddr;

use libfuzzer_sys::fuzz_target;
use sandbox_fuzz::Input;
use sandbox_init::fuzzing::obtain;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let mut packets = Vec::new();
    while !input.is_empty() {
        packets.push(input.bytes());
    }
    let Some(lease) = obtain(&packets, [2, 0, 0, 0, 0, 1], 0x0102_0304) else {
        return;
    };
    assert!(lease.address.prefix <= 32);
    assert!(!lease.address.ip.is_unspecified() && !lease.address.ip.is_multicast());
    for line in lease.resolver.lines() {
        match line.split_once(' ') {
            Some(("nameserver", server)) => drop(server.parse::<IpAddr>().unwrap()),
            Some(("search", name)) => assert!(name.bytes().all(|byte| byte.is_ascii_graphic())),
            _ => panic!("{line:?}"),
        }
    }
});
