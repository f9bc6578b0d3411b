//! The system calls that are allowed inside; all others answer `EPERM`.

use std::{collections::BTreeMap, os::fd::RawFd};

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use super::SandboxError;

/// Allowed with any argument. None of them reaches a file, a socket or another process.
const FREE: &[i64] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_ppoll,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];

/// Positioned work on the state files. `fcntl` and `ioctl` are not here: nothing needs them.
const ON_STATE: &[i64] = &[
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_fdatasync,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
];

/// May change what memory is for; never to executable.
const MAPPING: &[i64] = &[libc::SYS_mmap, libc::SYS_mprotect];

pub(super) fn filter(state_files: &[RawFd]) -> Result<BpfProgram, SandboxError> {
    let processor = std::env::consts::ARCH;
    let target = TargetArch::try_from(processor).map_err(|_| SandboxError::Processor(processor))?;
    rules(state_files)
        .and_then(|rules| {
            let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
            SeccompFilter::new(rules, refuse, SeccompAction::Allow, target)?.try_into()
        })
        .map_err(|error| SandboxError::Step {
            step: "building the system-call filter",
            why: error.to_string(),
        })
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

fn rules(state_files: &[RawFd]) -> Result<Rules, seccompiler::BackendError> {
    let mut rules: Rules = FREE.iter().map(|call| (*call, Vec::new())).collect();
    let input = vec![on(0)?];
    let output = vec![on(1)?, on(2)?];
    rules.insert(libc::SYS_read, input);
    rules.insert(libc::SYS_write, output.clone());
    rules.insert(libc::SYS_writev, output);
    let state = state_files.iter().map(|fd| on(*fd)).collect::<Result<Vec<_>, _>>()?;
    if !state.is_empty() {
        rules.extend(ON_STATE.iter().map(|call| (*call, state.clone())));
    }
    let protection = u64::from(libc::PROT_EXEC.unsigned_abs());
    let data_only = argument(2, SeccompCmpOp::MaskedEq(protection), 0)?;
    rules.extend(MAPPING.iter().map(|call| (*call, vec![data_only.clone()])));
    Ok(rules)
}

/// The first argument is this descriptor.
fn on(fd: RawFd) -> Result<SeccompRule, seccompiler::BackendError> {
    argument(0, SeccompCmpOp::Eq, u64::from(fd.unsigned_abs()))
}

fn argument(
    index: u8,
    compare: SeccompCmpOp,
    value: u64,
) -> Result<SeccompRule, seccompiler::BackendError> {
    let condition = SeccompCondition::new(index, SeccompCmpArgLen::Dword, compare, value)?;
    SeccompRule::new(vec![condition])
}
