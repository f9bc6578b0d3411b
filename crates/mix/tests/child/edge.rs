//! The edge's side of a running mix.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    path::Path,
    process::{Child, ChildStdin, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use envelope::time::TickLength;
use mix::{
    link::{BLOCK_PACKETS, Block, Frames, FromMix, Hello, Limits, Ready, ToMix},
    sandbox::NeedLandlock,
};

use super::newsroom::Newsroom;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_mix-child");
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Edge {
    child: Child,
    input: Arc<Mutex<Option<ChildStdin>>>,
    messages: Receiver<FromMix>,
    /// The newest live chunk of the dead drop.
    pub live: Vec<u8>,
}

/// A hello with a tick of two seconds and a snapshot every second.
pub fn hello_for(newsroom: &Newsroom) -> Hello {
    Hello {
        site: newsroom.site,
        tick: TickLength::new(2).unwrap(),
        on_premises: false,
        limits: Limits {
            batch_items: 16,
            pool_items: 64,
            noise_shift: 2,
            noise_scale: 1,
            seen_bits: 12,
            snapshot_secs: 1,
            ..Limits::default()
        },
        certificates: newsroom.certificates(),
        revocations: Vec::new(),
        desk_keys: newsroom.desk_keys(),
        newest_chunk: Vec::new(),
        newest_batch: 0,
    }
}

impl Edge {
    pub fn start(state: &Path) -> Self {
        let mut command = mix::child::command(Path::new(PROGRAM), state, NeedLandlock::Yes);
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let input = Arc::new(Mutex::new(child.stdin.take()));
        let mut output = child.stdout.take().unwrap();
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut frames = Frames::new();
            let mut buffer = vec![0; 65_536];
            while let Ok(n @ 1..) = output.read(&mut buffer) {
                frames.push(&buffer[..n]);
                while let Some(frame) = frames.next_frame().unwrap() {
                    if sender.send(FromMix::decode(frame).unwrap()).is_err() {
                        return;
                    }
                }
            }
        });
        Self { child, input, messages, live: Vec::new() }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn next(&mut self) -> FromMix {
        let message = self.messages.recv_timeout(PATIENCE).expect("a frame");
        if let FromMix::Drop { bytes, records: ..12, .. } = &message {
            self.live.clone_from(bytes);
        }
        message
    }

    pub fn wait_for(&mut self, mut wanted: impl FnMut(&FromMix) -> bool) -> FromMix {
        let start = Instant::now();
        loop {
            let message = self.next();
            if wanted(&message) {
                return message;
            }
            assert!(start.elapsed() < PATIENCE, "it does not come");
        }
    }

    pub fn ready(&mut self) -> Ready {
        match self.next() {
            FromMix::Ready(ready) => ready,
            other => panic!("not ready: {other:?}"),
        }
    }

    pub fn send(&mut self, message: &ToMix) {
        self.send_raw(&message.encode());
    }

    pub fn send_raw(&mut self, bytes: &[u8]) {
        let mut input = self.input.lock().unwrap();
        let input = input.as_mut().unwrap();
        input.write_all(bytes).and_then(|()| input.flush()).unwrap();
    }

    /// Waits for the next batch, stores it and says so.
    pub fn store_next_batch(&mut self, batches: &mut BTreeMap<u64, Vec<u8>>) -> u64 {
        let batch = self.wait_for(|message| matches!(message, FromMix::Batch { .. }));
        let FromMix::Batch { tick, bytes } = batch else { unreachable!() };
        assert!(batches.insert(tick, bytes).is_none(), "batch {tick} twice");
        self.send(&ToMix::Stored { tick });
        tick
    }

    /// Sends blocks of such packets as fast as the mix takes them, until the returned function is called.
    pub fn flood<F>(&self, packet: F) -> impl FnOnce() + use<F>
    where
        F: Fn(u64) -> Vec<u8> + Send + 'static,
    {
        let stop = Arc::new(AtomicBool::new(false));
        let (input, stopped) = (Arc::clone(&self.input), Arc::clone(&stop));
        let flood = thread::spawn(move || {
            let mut n = 0;
            while !stopped.load(Ordering::Relaxed) {
                let packets: Vec<_> = (n..n + BLOCK_PACKETS as u64).map(&packet).collect();
                n += BLOCK_PACKETS as u64;
                let block = ToMix::Block(Block::new(packets.concat()).unwrap()).encode();
                if input.lock().unwrap().as_mut().unwrap().write_all(&block).is_err() {
                    return;
                }
            }
        });
        move || {
            stop.store(true, Ordering::Relaxed);
            flood.join().unwrap();
        }
    }

    pub fn shutdown(mut self) -> Option<i32> {
        self.send(&ToMix::Shutdown);
        self.exit()
    }

    pub fn close_input(mut self) -> Option<i32> {
        self.input.lock().unwrap().take();
        self.exit()
    }

    pub fn exit(&mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("the mix does not leave");
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
