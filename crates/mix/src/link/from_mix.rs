//! Frames from the mix to the edge.

use super::{Frame, LinkError, Reader, Writer};
use cage::Landlock;

/// What the mix sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromMix {
    /// 1: the sandbox is closed and tested; always the first frame.
    Ready(Ready),
    /// 2: a signed key list, to be served as it is until the next one.
    KeyList(Vec<u8>),
    /// 3: the batch of a tick. To be stored durably, then acknowledged by [`super::ToMix::Stored`].
    Batch {
        /// Its tick.
        tick: u64,
        /// The bytes to serve.
        bytes: Vec<u8>,
    },
    /// 4: a chunk of the dead drop. One with twelve records is closed and immutable; one with fewer replaces the live one.
    Drop {
        /// Its block.
        block: u64,
        /// Its records, 0–12.
        records: u16,
        /// The bytes to serve.
        bytes: Vec<u8>,
    },
    /// 5: what became of a bundle.
    BundleVerdict {
        /// As in the frame that brought the bundle.
        token: u64,
        /// Accepted or not.
        verdict: Verdict,
    },
    /// 6: something is wrong that a person should read; no secret in it. The mix goes on if it can.
    Fault(String),
}

/// What the sandbox gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The public key of the site's signer that this mix holds; must be the one in the certificate.
    pub signer: [u8; 32],
    /// How far the kernel enforces landlock.
    pub landlock: Landlock,
    /// What was tried after the sandbox was closed, and failed, one per line: "open a file: Permission denied".
    pub report: String,
}

/// What became of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It will be in the dead drop at its tick, unless the desk sends another one for that tick.
    /// The edge keeps the desk key that the bundle carries.
    Accepted,
    /// It is not used.
    Refused {
        /// Which kind of reason.
        refusal: Refusal,
        /// The reason in words, for the desk.
        why: String,
    },
}

/// Why a bundle is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The bytes are no bundle.
    Malformed,
    /// No valid certificate is known for this desk, or it was revoked.
    Desk,
    /// A signature, or the desk key in it, does not hold.
    Signature,
    /// It is not meant for the next tick or the one after it, or for another length of tick.
    Tick,
}

impl Refusal {
    const ALL: [Refusal; 4] =
        [Refusal::Malformed, Refusal::Desk, Refusal::Signature, Refusal::Tick];

    fn byte(self) -> u8 {
        match self {
            Refusal::Malformed => 1,
            Refusal::Desk => 2,
            Refusal::Signature => 3,
            Refusal::Tick => 4,
        }
    }
}

const LANDLOCK: [Landlock; 3] = [Landlock::Absent, Landlock::Partial, Landlock::Full];

fn landlock_byte(landlock: Landlock) -> u8 {
    match landlock {
        Landlock::Absent => 0,
        Landlock::Partial => 1,
        Landlock::Full => 2,
    }
}

impl FromMix {
    /// The frame as it travels, length included.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        let kind = match self {
            FromMix::Ready(ready) => {
                out.bytes(&ready.signer).u8(landlock_byte(ready.landlock)).text(&ready.report);
                1
            }
            FromMix::KeyList(bytes) => {
                out.bytes(bytes);
                2
            }
            FromMix::Batch { tick, bytes } => {
                out.u64(*tick).bytes(bytes);
                3
            }
            FromMix::Drop { block, records, bytes } => {
                out.u64(*block).u16(*records).bytes(bytes);
                4
            }
            FromMix::BundleVerdict { token, verdict } => {
                out.u64(*token);
                match verdict {
                    Verdict::Accepted => out.u8(0).text(""),
                    Verdict::Refused { refusal, why } => out.u8(refusal.byte()).text(why),
                };
                5
            }
            FromMix::Fault(text) => {
                out.text(text);
                6
            }
        };
        Frame { kind, body: out.0 }.encode()
    }

    /// Reads a frame. The signed bytes inside are not looked at.
    ///
    /// # Errors
    /// [`LinkError`]; never a fatal one.
    pub fn decode(frame: Frame) -> Result<Self, LinkError> {
        let body = frame.body;
        let mut reader = Reader::new("frame from the mix", &body);
        let message = match frame.kind {
            1 => {
                let signer = reader.array()?;
                let landlock = reader.u8()?;
                let landlock = LANDLOCK
                    .into_iter()
                    .find(|known| landlock_byte(*known) == landlock)
                    .ok_or_else(|| reader.value("unknown state of landlock"))?;
                FromMix::Ready(Ready { signer, landlock, report: reader.text()? })
            }
            2 => FromMix::KeyList(reader.rest().to_vec()),
            3 => FromMix::Batch { tick: reader.u64()?, bytes: reader.rest().to_vec() },
            4 => FromMix::Drop {
                block: reader.u64()?,
                records: reader.u16()?,
                bytes: reader.rest().to_vec(),
            },
            5 => {
                let token = reader.u64()?;
                let code = reader.u8()?;
                let why = reader.text()?;
                let refusal = Refusal::ALL.into_iter().find(|known| known.byte() == code);
                let verdict = match (code, refusal) {
                    (0, _) if why.is_empty() => Verdict::Accepted,
                    (_, Some(refusal)) => Verdict::Refused { refusal, why },
                    _ => return Err(reader.value("unknown verdict")),
                };
                FromMix::BundleVerdict { token, verdict }
            }
            6 => FromMix::Fault(reader.text()?),
            other => return Err(LinkError::Kind(other)),
        };
        reader.end()?;
        Ok(message)
    }
}
