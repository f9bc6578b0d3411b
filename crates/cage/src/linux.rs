//! The sandbox on Linux, through safe wrappers.

use std::{fmt, os::fd::RawFd};

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _,
    RulesetStatus, Scope,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

use super::{Landlock, NeedLandlock, SandboxError, syscalls};

/// Descriptors that the process may hold; it needs some ten and opens none.
const DESCRIPTORS: u64 = 64;

pub(super) fn close(state_files: &[RawFd], need: NeedLandlock) -> Result<Landlock, SandboxError> {
    // Compiled first, because compiling allocates nothing that is forbidden later but may fail on its own.
    let filter = syscalls::filter(state_files)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Nofile, DESCRIPTORS)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(step("no dumps, no tracing"))?;
    rustix::thread::set_no_new_privs(true).map_err(step("no new privileges"))?;
    let landlock = restrict().map_err(step("landlock"))?;
    if landlock == Landlock::Absent && need == NeedLandlock::Yes {
        return Err(SandboxError::NoLandlock);
    }
    // Each layer alone: after the filter, nobody could tell whether landlock holds.
    if landlock != Landlock::Absent && std::fs::File::open("/").is_ok() {
        return Err(SandboxError::Open("landlock lets a file be opened".to_owned()));
    }
    seccompiler::apply_filter(&filter).map_err(step("system-call filter"))?;
    Ok(landlock)
}

pub(super) fn limit_memory(bytes: u64) -> Result<(), SandboxError> {
    limit(Resource::As, bytes)
}

fn limit(resource: Resource, most: u64) -> Result<(), SandboxError> {
    let limit = Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(resource, limit).map_err(step("resource limits"))
}

/// Denies everything that this kernel's landlock knows, with no exception.
fn restrict() -> Result<Landlock, landlock::RulesetError> {
    let newest = ABI::V6;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(newest))?
        .handle_access(AccessNet::from_all(newest))?
        .scope(Scope::from_all(newest))?
        .create()?
        .restrict_self()?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Landlock::Full,
        RulesetStatus::PartiallyEnforced => Landlock::Partial,
        RulesetStatus::NotEnforced => Landlock::Absent,
    })
}

fn step<E: fmt::Display>(step: &'static str) -> impl Fn(E) -> SandboxError {
    move |error| SandboxError::Step { step, why: error.to_string() }
}
