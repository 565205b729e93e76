//! The client and the process that renews, between two interfaces of a network namespace. Needs root.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use nix::mount::{MsFlags, mount};
use nix::net::if_::if_nametoindex;
use nix::sched::{CloneFlags, unshare};

use super::*;
use crate::lease_keeper::{self, Held};
use crate::name_files::ResolverFile;
use crate::netlink::Netlink;

const SECOND_ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 31);

fn ip(arguments: &str) {
    let mut command = Command::new("ip");
    let status = command.args(arguments.split(' ')).status().unwrap();
    assert!(status.success(), "ip {arguments}");
}

/// The child processes of the calling thread.
fn children() -> Vec<u32> {
    let children = fs::read_to_string("/proc/thread-self/children").unwrap();
    let numbers = children.split_whitespace();
    numbers.map(|number| number.parse().unwrap()).collect()
}

/// Gives an address for two seconds, extends it once, and then has another one only, for ever.
fn serve(socket: &Socket, questions: &Sender<&str>) {
    let mut renewed = false;
    let mut buffer = [0; 2048];
    let deadline = Instant::now() + Duration::from_secs(60);
    while let Some(length) = socket.receive(&mut buffer, deadline).unwrap() {
        let message = DhcpPacket::new_checked(&buffer[28..length]).unwrap();
        let question = DhcpRepr::parse(&message).unwrap();
        let mut message = agree(&question);
        message.transaction_id = question.transaction_id;
        message.client_hardware_address = question.client_hardware_address;
        message.lease_duration = Some(2);
        let name = match question.message_type {
            DhcpMessageType::Discover => "discover",
            _ if is_renewal(&question) => "renew",
            _ => "request",
        };
        if questions.send(name).is_err() {
            return;
        }
        if name == "renew" && std::mem::replace(&mut renewed, true) {
            continue;
        }
        if name != "renew" && renewed {
            message.your_ip = SECOND_ADDRESS;
            message.dns_servers = Some([SECOND_ADDRESS].into_iter().collect());
            message.lease_duration = None;
        }
        socket.send(&packet(&message)).unwrap();
    }
}

#[test]
fn a_process_renews_the_lease_and_finds_another_one() {
    unshare(CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS).unwrap();
    let none = None::<&str>;
    let flags = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(none, "/", none, flags, none).unwrap();
    mount(none, "/sys", Some("sysfs"), MsFlags::empty(), none).unwrap();
    ip("link add eth0 type veth peer name server");
    ip("link set server up");
    ip("link set eth0 up");
    let mut command = Command::new("ip");
    command.args(["-o", "monitor", "address"]);
    let mut monitor = command.stdout(Stdio::piped()).spawn().unwrap();

    let (sender, questions) = channel();
    let socket = Socket::open(if_nametoindex("server").unwrap(), 67).unwrap();
    thread::spawn(move || serve(&socket, &sender));

    let index = if_nametoindex("eth0").unwrap();
    let (lease, client) = acquire("eth0", index).unwrap();
    let netlink = Netlink::open().unwrap();
    let (address, duration) = (&lease.address, lease.duration);
    netlink.add_address(index, address, duration).unwrap();
    let path = std::env::temp_dir().join(format!("lease-test-{}", std::process::id()));
    fs::write(&path, &lease.resolver).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    lease_keeper::start(Held {
        index,
        metric: 100,
        lease,
        client,
        resolver: Some(ResolverFile(file)),
    })
    .unwrap();

    let mut asked: Vec<_> = questions.iter().take(3).collect();
    let kept = children().into_iter().find(|child| *child != monitor.id());
    let process = format!("/proc/{}", kept.unwrap());
    let status = fs::read_to_string(format!("{process}/status")).unwrap();
    for line in ["CapPrm:\t0000000000001000", "NoNewPrivs:\t1"] {
        assert!(status.contains(line), "{status}");
    }
    // The two sockets and the file.
    assert_eq!(fs::read_dir(format!("{process}/fd")).unwrap().count(), 3);

    let lines = BufReader::new(monitor.stdout.take().unwrap()).lines();
    let mut lines = lines.map(|line| line.unwrap());
    let removed = lines.find(|line| line.starts_with("Deleted") && line.contains("eth0"));
    assert!(removed.unwrap().contains("192.0.2.30/24"));
    let added = lines
        .find(|line| line.contains("eth0") && line.contains("inet "))
        .unwrap();
    assert!(
        added.contains("192.0.2.31/24") && added.contains("valid_lft forever"),
        "{added}"
    );
    let resolver = fs::read_to_string(&path).unwrap();
    assert_eq!(resolver, "nameserver 192.0.2.31\n");
    fs::remove_file(&path).unwrap();
    monitor.kill().unwrap();
    monitor.wait().unwrap();
    asked.extend(questions.try_iter());
    asked.dedup();
    let expected = ["discover", "request", "renew", "discover", "request"];
    assert_eq!(asked, expected);
}
