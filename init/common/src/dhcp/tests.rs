mod network;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Instant;

use smoltcp::wire::{DhcpOption, Ipv4Packet, UdpPacket};

use super::renewal::{Addresses, keep};
use super::*;

const HARDWARE: EthernetAddress = EthernetAddress([0x52, 0x54, 0, 1, 2, 3]);
const TRANSACTION: u32 = 0x1234_5678;
const ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 30);
const SERVER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// A server in place of the network: what it answers is there at once, and what it doesn't never comes.
struct Server<F> {
    answer: F,
    answers: RefCell<VecDeque<Vec<u8>>>,
    asked: RefCell<Vec<Vec<u8>>>,
    begin: Instant,
    /// How much time has passed.
    waited: RefCell<Duration>,
    /// The network fails then.
    end: Duration,
}

impl<F: Fn(&DhcpRepr) -> Vec<Vec<u8>>> Link for Server<F> {
    fn send(&self, packet: &[u8]) -> nix::Result<()> {
        let ip = Ipv4Packet::new_checked(packet).unwrap();
        assert!(ip.verify_checksum());
        let udp = UdpPacket::new_checked(ip.payload()).unwrap();
        assert_eq!((udp.src_port(), udp.dst_port()), (68, 67));
        let addresses = (ip.src_addr().into(), ip.dst_addr().into());
        assert!(udp.verify_checksum(&addresses.0, &addresses.1));
        let message = DhcpPacket::new_checked(udp.payload()).unwrap();
        let question = DhcpRepr::parse(&message).unwrap();
        self.asked.borrow_mut().push(packet.to_vec());
        let answers = (self.answer)(&question);
        self.answers.borrow_mut().extend(answers);
        Ok(())
    }

    fn receive(&self, buffer: &mut [u8], deadline: Instant) -> nix::Result<Option<usize>> {
        let Some(packet) = self.answers.borrow_mut().pop_front() else {
            let mut waited = self.waited.borrow_mut();
            *waited = (deadline - self.begin).max(*waited);
            let failed = *waited > self.end;
            return if failed { Err(Errno::EIO) } else { Ok(None) };
        };
        let length = packet.len().min(buffer.len());
        buffer[..length].copy_from_slice(&packet[..length]);
        Ok(Some(length))
    }

    fn now(&self) -> Instant {
        self.begin + *self.waited.borrow()
    }
}

fn client<F: Fn(&DhcpRepr) -> Vec<Vec<u8>>>(answer: F) -> Client<Server<F>> {
    Client {
        link: Server {
            answer,
            answers: RefCell::default(),
            asked: RefCell::default(),
            begin: Instant::now(),
            waited: RefCell::default(),
            end: Duration::from_secs(2000),
        },
        hardware: HARDWARE,
        transaction: TRANSACTION,
    }
}

fn answer(message_type: DhcpMessageType) -> DhcpRepr<'static> {
    DhcpRepr {
        message_type,
        transaction_id: TRANSACTION,
        secs: 0,
        client_hardware_address: HARDWARE,
        client_ip: Ipv4Addr::UNSPECIFIED,
        your_ip: ADDRESS,
        server_ip: SERVER,
        router: Some(SERVER),
        subnet_mask: Some(Ipv4Addr::new(255, 255, 255, 0)),
        relay_agent_ip: Ipv4Addr::UNSPECIFIED,
        broadcast: true,
        requested_ip: None,
        client_identifier: None,
        server_identifier: Some(SERVER),
        parameter_request_list: None,
        dns_servers: Some([SERVER, Ipv4Addr::new(192, 0, 2, 2)].into_iter().collect()),
        max_size: None,
        lease_duration: Some(600),
        renew_duration: None,
        rebind_duration: None,
        additional_options: &[],
    }
}

/// What a server puts on the wire: the client's packets with the ports exchanged.
fn packet(message: &DhcpRepr) -> Vec<u8> {
    let mut bytes = message::emit(message);
    let ports = [bytes[22], bytes[23], bytes[20], bytes[21]];
    bytes[20..24].copy_from_slice(&ports);
    bytes
}

/// Offers, then acknowledges.
fn agree(question: &DhcpRepr) -> DhcpRepr<'static> {
    answer(match question.message_type {
        DhcpMessageType::Discover => DhcpMessageType::Offer,
        _ => DhcpMessageType::Ack,
    })
}

#[test]
fn takes_what_a_server_gives() {
    let client = client(|question| vec![packet(&agree(question))]);
    let lease = client.acquire("eth0").unwrap();
    let address = &lease.address;
    assert_eq!((address.ip, address.prefix), (ADDRESS.into(), 24));
    assert_eq!(address.broadcast, Some(Ipv4Addr::new(192, 0, 2, 255)));
    let route = lease.route.unwrap();
    assert_eq!((route.prefix, route.gateway), (0, SERVER.into()));
    assert_eq!(
        lease.resolver,
        "nameserver 192.0.2.1\nnameserver 192.0.2.2\n"
    );
    let asked = client.link.asked.borrow();
    let request = DhcpPacket::new_checked(&asked[1][28..]).unwrap();
    let request = DhcpRepr::parse(&request).unwrap();
    assert_eq!(asked.len(), 2);
    assert_eq!(request.requested_ip, Some(ADDRESS));
    assert_eq!(request.server_identifier, Some(SERVER));
}

#[test]
fn gives_up_when_nobody_answers() {
    let client = client(|_| Vec::new());
    let error = client.acquire("eth0").err().unwrap();
    assert!(matches!(&error, Error::NoLease(name) if name == "eth0"));
    assert!(error.to_string().contains("within 30 seconds"), "{error}");
    let asked = client.link.asked.borrow();
    assert_eq!(asked.len(), TIMEOUT.len());
    let waited = *client.link.waited.borrow();
    assert_eq!(waited, Duration::from_secs(30));
}

#[test]
fn asks_again_when_an_answer_is_lost() {
    let lost = RefCell::new(vec![(); 2]);
    let client = client(|question| match lost.borrow_mut().pop() {
        Some(()) => Vec::new(),
        None => vec![packet(&agree(question))],
    });
    assert!(client.acquire("eth0").is_ok());
    assert_eq!(client.link.asked.borrow().len(), 4);
}

#[test]
fn ignores_what_is_for_others_or_of_no_use() {
    type Change = fn(&mut DhcpRepr);
    let changes: [Change; 6] = [
        |message| message.transaction_id ^= 1,
        |message| message.client_hardware_address.0[5] ^= 1,
        |message| message.your_ip = Ipv4Addr::UNSPECIFIED,
        |message| message.your_ip = Ipv4Addr::BROADCAST,
        |message| message.your_ip = Ipv4Addr::LOCALHOST,
        |message| message.message_type = DhcpMessageType::Discover,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let foreign = move |question: &DhcpRepr| {
            let mut message = agree(question);
            message.your_ip = Ipv4Addr::new(198, 51, 100, 66);
            change(&mut message);
            packet(&message)
        };
        let deaf = client(|question| vec![foreign(question)]);
        let outcome = deaf.acquire("eth0");
        assert!(matches!(outcome, Err(Error::NoLease(_))), "{number}");
        let patient = client(|question| vec![foreign(question), packet(&agree(question))]);
        let lease = patient.acquire("eth0").unwrap();
        assert_eq!(lease.address.ip, IpAddr::V4(ADDRESS), "{number}");
    }
    let mut to_server = packet(&answer(DhcpMessageType::Offer));
    to_server[23] = 67;
    assert!(message::parse(&to_server).is_none());
    to_server[23] = 68;
    assert!(message::parse(&to_server).is_some());
    to_server[9] = 6;
    assert!(message::parse(&to_server).is_none());
}

#[test]
fn fails_when_the_server_changes_its_mind() {
    let client = client(|question| {
        vec![packet(&match question.message_type {
            DhcpMessageType::Discover => answer(DhcpMessageType::Offer),
            _ => answer(DhcpMessageType::Nak),
        })]
    });
    let error = client.acquire("eth0").err().unwrap();
    assert!(error.to_string().contains("for eth0 by DHCP"), "{error}");
    assert_eq!(client.link.asked.borrow().len(), 2);
}

#[test]
fn survives_broken_packets() {
    let options = [DhcpOption {
        kind: DOMAIN_NAME,
        data: b"example.org",
    }];
    let whole = |question: &DhcpRepr| {
        let mut message = agree(question);
        message.additional_options = &options;
        packet(&message)
    };
    let good = whole(&answer(DhcpMessageType::Request));
    let client = client(|question| {
        let good = whole(question);
        let mut broken: Vec<_> = (0..good.len()).map(|end| good[..end].to_vec()).collect();
        broken.push(good);
        broken
    });
    assert_eq!(client.acquire("eth0").unwrap().address.prefix, 24);

    let read = |bytes: &[u8]| {
        let packet = message::parse(bytes)?;
        let answer = DhcpRepr::parse(&packet).ok()?;
        Some(lease(&answer, &packet))
    };
    assert!(read(&good).is_some());
    for position in 0..good.len() {
        // Each length and each kind is among them; what comes of it is up to the sender.
        for byte in 0..=u8::MAX {
            let mut bytes = good.clone();
            bytes[position] = byte;
            read(&bytes);
        }
        // The lengths of the headers say no more than there is.
        let mut bytes = good[..position].to_vec();
        if position >= 28 {
            bytes[2..4].copy_from_slice(&(position as u16).to_be_bytes());
            bytes[24..26].copy_from_slice(&(position as u16 - 20).to_be_bytes());
        }
        read(&bytes);
    }
}

#[test]
fn writes_no_domain_that_is_no_name() {
    let resolver = |data: &[u8]| {
        let options = [DhcpOption {
            kind: DOMAIN_NAME,
            data,
        }];
        let mut message = answer(DhcpMessageType::Ack);
        message.additional_options = &options;
        let bytes = packet(&message);
        let packet = message::parse(&bytes).unwrap();
        lease(&DhcpRepr::parse(&packet).unwrap(), &packet).resolver
    };
    let servers = "nameserver 192.0.2.1\nnameserver 192.0.2.2\n";
    let hostile: [&[u8]; 8] = [
        b"a\nnameserver 203.0.113.6",
        b"a nameserver",
        b"a\toptions",
        b"a\0b",
        b"\0",
        b"a\rb",
        b"\xff\xfe",
        "b\u{fc}cher".as_bytes(),
    ];
    for data in hostile {
        assert_eq!(resolver(data), servers, "{data:?}");
    }
    for data in [b"example.org".as_slice(), b"example.org\0"] {
        assert_eq!(resolver(data), format!("search example.org\n{servers}"));
    }
}

/// Writes down what becomes of the address, and when.
struct Diary<'a> {
    waited: &'a RefCell<Duration>,
    entries: RefCell<Vec<String>>,
}

impl Diary<'_> {
    fn enter(&self, what: &str, lease: &Lease) {
        let seconds = self.waited.borrow().as_secs();
        let entry = format!("{seconds} {what} {}", lease.address.ip);
        self.entries.borrow_mut().push(entry);
    }
}

impl Addresses for Diary<'_> {
    fn apply(&self, lease: &Lease) {
        assert!(lease.route.is_some());
        self.enter("apply", lease);
    }

    fn remove(&self, lease: &Lease) {
        self.enter("remove", lease);
    }
}

/// What happens within 2000 seconds to a lease of 600 s, and how often the server was asked.
fn kept(answer: impl Fn(&DhcpRepr) -> Option<DhcpRepr<'static>>) -> (Vec<String>, usize) {
    let first = client(|question| vec![packet(&agree(question))]);
    let lease = first.acquire("eth0").unwrap();
    let client = client(|question| answer(question).iter().map(packet).collect());
    let diary = Diary {
        waited: &client.link.waited,
        entries: RefCell::default(),
    };
    let _ = keep(&client, lease, &diary);
    let asked = client.link.asked.borrow().len();
    (diary.entries.into_inner(), asked)
}

/// Whether it is a question for more time.
fn is_renewal(question: &DhcpRepr) -> bool {
    let given = (question.requested_ip, question.server_identifier);
    question.client_ip == ADDRESS && given == (None, None)
}

#[test]
fn renews_at_half_of_the_time() {
    let (entries, asked) = kept(|question| {
        assert!(is_renewal(question));
        Some(agree(question))
    });
    let expected = [300, 600, 900, 1200, 1500, 1800].map(|at| format!("{at} apply 192.0.2.30"));
    assert_eq!(entries, expected);
    assert_eq!(asked, 6);
}

#[test]
fn asks_again_and_again_until_the_lease_ends() {
    let (entries, asked) = kept(|question| (!is_renewal(question)).then(|| agree(question)));
    let expected = [600, 1200, 1800].map(|at| {
        [
            format!("{at} remove 192.0.2.30"),
            format!("{at} apply 192.0.2.30"),
        ]
    });
    assert_eq!(entries, expected.concat());
    assert!((3 * 8..3 * 15).contains(&asked), "{asked}");
}

#[test]
fn searches_with_pauses_when_all_servers_are_gone() {
    let (entries, asked) = kept(|_| None);
    assert_eq!(entries, ["600 remove 192.0.2.30"]);
    // From 600 s on, eight times in 90 s.
    assert!(asked < 150, "{asked}");
}

#[test]
fn takes_another_address_when_its_own_is_refused() {
    let other = Ipv4Addr::new(192, 0, 2, 31);
    let (entries, _) = kept(|question| {
        let mut message = agree(question);
        message.your_ip = other;
        message.lease_duration = None;
        if is_renewal(question) {
            message.message_type = DhcpMessageType::Nak;
        }
        Some(message)
    });
    // That one is for ever.
    assert_eq!(entries, ["300 remove 192.0.2.30", "300 apply 192.0.2.31"]);
}

#[test]
fn is_not_driven_by_leases_of_no_time() {
    let (entries, asked) = kept(|question| {
        let mut message = agree(question);
        message.lease_duration = Some(0);
        Some(message)
    });
    assert_eq!(
        entries[..2],
        ["300 apply 192.0.2.30", "301 remove 192.0.2.30"]
    );
    assert!(asked < 2 * 1701, "{asked}");
}
