//! A site as its own program, for the test that looks through everything a site writes: `serve SITE.TOML MIX-PROGRAM`.
//! Says `listening on ADDRESS` on standard output and stops when standard input ends.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use site::{Config, Deps, MixCommand, Server, Status, SystemClock, SystemDisk};
use tokio::io::AsyncReadExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let (toml, mix) = (args.next().unwrap_or_default(), args.next().unwrap_or_default());
    let config = Config::load(Path::new(&toml))?;
    let deps = Deps {
        clock: Arc::new(SystemClock),
        rng: Box::new(ChaCha20Rng::seed_from_u64(1)),
        mix: MixCommand::program(mix.into(), &config),
        disk: Arc::new(SystemDisk),
        status: Status::to(std::io::stderr()),
    };
    let running = Server::start(config, deps).await?;
    writeln!(std::io::stdout(), "listening on {}", running.local_addr())?;
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await?;
    running.shutdown().await;
    Ok(())
}
