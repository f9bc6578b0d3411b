//! The asynchronous runtime, and the signals that end it.

use std::future::Future;

use tokio::runtime::Builder;

use crate::out::Failure;

/// Runs to the end.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    Builder::new_multi_thread().enable_all().build()?.block_on(future)
}

/// What a person or a service manager asks of a running program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C or SIGTERM: stop in good order.
    Stop,
    /// SIGHUP: read stories and certificate files again.
    Reload,
}

/// From here on SIGHUP does not end the program, also before it waits for one.
pub(crate) fn heed() -> Result<(), Failure> {
    #[cfg(unix)]
    drop(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?);
    Ok(())
}

/// Waits for the next signal.
#[cfg(unix)]
pub(crate) async fn signal() -> Result<Signal, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.map(|()| Signal::Stop).map_err(Failure::from),
        _ = terminate.recv() => Ok(Signal::Stop),
        _ = hangup.recv() => Ok(Signal::Reload),
    }
}

/// Waits for the next signal.
#[cfg(not(unix))]
pub(crate) async fn signal() -> Result<Signal, Failure> {
    tokio::signal::ctrl_c().await?;
    Ok(Signal::Stop)
}
