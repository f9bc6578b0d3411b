//! Frames from the edge to the mix.

use envelope::sizes::{BUNDLE, CERTIFICATE, PACKET, REVOCATION};

use super::{Frame, Hello, LinkError, Reader, Writer, hello::MOST_RECORDS};

/// Packets in a block.
pub const BLOCK_PACKETS: usize = 64;
/// Bytes of a block: 262,144.
pub const BLOCK_BYTES: usize = BLOCK_PACKETS * PACKET;
/// The suite byte of a packet that only pads a block.
pub const PADDING_SUITE: u8 = 0;

/// What the edge sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToMix {
    /// 1: the first frame.
    Hello(Box<Hello>),
    /// 2: packets.
    Block(Block),
    /// 3: a desk's bundle of 2,846 bytes, as it was posted. `token` comes back with the verdict.
    Bundle {
        /// Chosen by the edge.
        token: u64,
        /// The bundle, unchecked.
        bytes: Box<[u8; BUNDLE]>,
    },
    /// 4: new certificates and revocations.
    Records(Records),
    /// 5: write the last snapshot and leave.
    Shutdown,
    /// 6: the batch of this tick is stored durably. What was in it leaves the pool; without this it is released again
    /// two ticks later.
    Stored {
        /// The batch's tick.
        tick: u64,
    },
}

/// Certificates and revocations that the mix may or may not know already; at most 256 of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    /// Certificates.
    pub certificates: Vec<[u8; CERTIFICATE]>,
    /// Revocations.
    pub revocations: Vec<[u8; REVOCATION]>,
}

/// Exactly 64 packets, in an order that tells nothing: the edge shuffles them and fills up with
/// packets of [`PADDING_SUITE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block(Vec<u8>);

impl Block {
    /// From 64 packets, one after the other.
    ///
    /// # Errors
    /// [`LinkError`] unless there are 262,144 bytes.
    pub fn new(bytes: Vec<u8>) -> Result<Self, LinkError> {
        match bytes.len() {
            BLOCK_BYTES => Ok(Self(bytes)),
            more if more > BLOCK_BYTES => Err(LinkError::Long("block", more - BLOCK_BYTES)),
            _ => Err(LinkError::Short("block")),
        }
    }

    /// The packets, padding included.
    pub fn packets(&self) -> impl Iterator<Item = &[u8]> {
        self.0.chunks_exact(PACKET)
    }
}

impl ToMix {
    /// The frame as it travels, length included.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        let kind = match self {
            ToMix::Hello(hello) => {
                hello.write(&mut out);
                1
            }
            ToMix::Block(block) => {
                out.bytes(&block.0);
                2
            }
            ToMix::Bundle { token, bytes } => {
                out.u64(*token).bytes(bytes.as_slice());
                3
            }
            ToMix::Records(records) => {
                out.list(&records.certificates).list(&records.revocations);
                4
            }
            ToMix::Shutdown => 5,
            ToMix::Stored { tick } => {
                out.u64(*tick);
                6
            }
        };
        Frame { kind, body: out.0 }.encode()
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`LinkError`]; never a fatal one.
    pub fn decode(frame: Frame) -> Result<Self, LinkError> {
        let body = frame.body;
        match frame.kind {
            1 => Ok(ToMix::Hello(Box::new(Hello::read(&body)?))),
            2 => Ok(ToMix::Block(Block::new(body)?)),
            3 => {
                let mut reader = Reader::new("bundle", &body);
                let (token, bytes) = (reader.u64()?, Box::new(reader.array()?));
                reader.end()?;
                Ok(ToMix::Bundle { token, bytes })
            }
            4 => {
                let mut reader = Reader::new("records", &body);
                let certificates = reader.list(MOST_RECORDS)?;
                let revocations = reader.list(MOST_RECORDS)?;
                reader.end()?;
                Ok(ToMix::Records(Records { certificates, revocations }))
            }
            5 => Reader::new("shutdown", &body).end().map(|()| ToMix::Shutdown),
            6 => {
                let mut reader = Reader::new("stored", &body);
                let tick = reader.u64()?;
                reader.end()?;
                Ok(ToMix::Stored { tick })
            }
            other => Err(LinkError::Kind(other)),
        }
    }
}
