//! The filter that takes system calls away from the programs of a container.
//!
//! A 32-bit program has its own numbers for them: the filter of seccompiler kills it, so that one for its numbers stands
//! before.

mod calls;

use std::collections::BTreeMap;
use std::env::consts::ARCH;

use nix::errno::Errno;
use nix::libc;
use sandbox_plan::{Filter, Program};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch, sock_filter,
};

use self::calls::{
    Argument, CORE_LIMIT, Call, HUGE_PAGES, OF_A_MANAGER, OF_THE_HOST, PAST_A_FILTER, PROBED,
    RIGHTS_OF_FILES, SOCKETS, Value,
};
use crate::error::{Error, OrError};
use crate::system::filter_calls;

/// Bit of the numbers of x32, a third set of numbers on x86-64.
const X32: u32 = 0x4000_0000;

/// What a debugger puts in place of a system call that it skips.
const SKIPPED: u32 = u32::MAX;

/// How many instructions at the start of seccompiler's filters compare the architecture.
const ARCH_CHECK: usize = 3;

/// In place of an error: the call does nothing, and nobody notices.
const DONE: Errno = Errno::UnknownErrno;

/// Where the kernel has the number of the system call, and the architecture it is of.
const NUMBER_OFFSET: u32 = 0;
const ARCH_OFFSET: u32 = 4;

/// The 32-bit architecture whose programs run on the same kernel, `AUDIT_ARCH_I386` and `AUDIT_ARCH_ARM`.
const COMPAT_ARCH: Option<u32> = if cfg!(target_arch = "x86_64") {
    Some(0x4000_0003)
} else if cfg!(target_arch = "aarch64") {
    Some(0x4000_0028)
} else {
    None
};

/// Takes the system calls that `program` shall not make away from the calling process, for good.
///
/// It must have given up new privileges, or have the capability SYS_ADMIN.
pub fn restrict(program: &Program) -> Result<(), Error> {
    let lists: &[(Errno, &[&[Call]])] = match program.filter {
        Filter::Nothing => &[],
        Filter::Unusual => &[
            (Errno::EPERM, &[OF_THE_HOST, OF_A_MANAGER]),
            (Errno::ENOSYS, &[PROBED]),
            (Errno::ENOMEM, &[HUGE_PAGES]),
            (Errno::EAFNOSUPPORT, &[SOCKETS]),
            (DONE, &[CORE_LIMIT]),
        ],
    };
    let of_files: &[(Errno, &[&[Call]])] = if program.plain_files {
        &[
            (Errno::EPERM, &[RIGHTS_OF_FILES]),
            (Errno::ENOSYS, &[PAST_A_FILTER]),
        ]
    } else {
        &[]
    };
    lists
        .iter()
        .chain(of_files)
        .try_for_each(|(errno, calls)| install(&filter(calls, *errno)?))
}

fn install(program: &[sock_filter]) -> Result<(), Error> {
    // The parts for several architectures may be too long together; the kernel refuses what is longer than its own limit.
    if u16::try_from(program.len()).is_err() {
        let reason = "the filter of system calls is too long";
        return Err(Error::Impossible(reason.into()));
    }
    filter_calls(program)
        .or_error(|| "filter system calls (switch seccomp off to go without)".into())
}

/// The whole program: the calls fail with `errno`, by the numbers of each architecture; all others are allowed.
fn filter(calls: &[&[Call]], errno: Errno) -> Result<BpfProgram, Error> {
    let mut program = Vec::new();
    if let Some(arch) = COMPAT_ARCH {
        let mut compat = compile(calls, Call::compat, errno)?;
        compat.drain(..ARCH_CHECK);
        program.push(load(ARCH_OFFSET));
        program.push(jump(libc::BPF_JEQ, arch, 1, 0));
        program.push(jump(libc::BPF_JA, compat.len() as u32, 0, 0));
        program.append(&mut compat);
    }
    if cfg!(target_arch = "x86_64") {
        program.push(load(NUMBER_OFFSET));
        program.push(jump(libc::BPF_JEQ, SKIPPED, 2, 0));
        program.push(jump(libc::BPF_JGE, X32, 0, 1));
        program.push(fail_with(Errno::ENOSYS));
    }
    program.append(&mut compile(calls, Call::native, errno)?);
    Ok(program)
}

/// What seccompiler makes of the calls, by one of their numbers.
fn compile(
    calls: &[&[Call]],
    number: fn(&Call) -> Option<i64>,
    errno: Errno,
) -> Result<BpfProgram, Error> {
    let arch = TargetArch::try_from(ARCH).map_err(unfit)?;
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    for call in calls.iter().copied().flatten() {
        if let Some(number) = number(call) {
            let rules = rules.entry(number).or_default();
            rules.extend(rule(call).map_err(unfit)?);
        }
    }
    let action = SeccompAction::Errno(errno as u32);
    SeccompFilter::new(rules, SeccompAction::Allow, action, arch)
        .and_then(BpfProgram::try_from)
        .map_err(unfit)
}

fn rule(call: &Call) -> Result<Option<SeccompRule>, BackendError> {
    let conditions: Vec<_> = call.only_with.iter().flatten().map(condition).collect();
    if conditions.is_empty() {
        return Ok(None);
    }
    SeccompRule::new(conditions.into_iter().collect::<Result<_, _>>()?).map(Some)
}

fn condition(argument: &Argument) -> Result<SeccompCondition, BackendError> {
    let (width, operator, value) = match argument.value {
        Value::Bits { mask, value } => {
            (SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(mask), value)
        }
        Value::AtLeast(value) => (SeccompCmpArgLen::Dword, SeccompCmpOp::Ge, value),
        Value::AtMost(value) => (SeccompCmpArgLen::Dword, SeccompCmpOp::Le, value),
        Value::Null => (SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0),
        Value::Pointer => (SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0),
    };
    SeccompCondition::new(argument.index, width, operator, value)
}

fn unfit(error: BackendError) -> Error {
    let text = format!("no filter of system calls on {ARCH}, switch seccomp off: {error}");
    Error::Impossible(text)
}

fn load(offset: u32) -> sock_filter {
    statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset)
}

fn fail_with(errno: Errno) -> sock_filter {
    statement(
        libc::BPF_RET | libc::BPF_K,
        libc::SECCOMP_RET_ERRNO | errno as u32,
    )
}

fn statement(code: u32, k: u32) -> sock_filter {
    sock_filter {
        code: code as u16,
        jt: 0,
        jf: 0,
        k,
    }
}

fn jump(condition: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    let code = (libc::BPF_JMP | condition | libc::BPF_K) as u16;
    sock_filter { code, jt, jf, k }
}
