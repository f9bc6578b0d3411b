use envelope::{keys::SiteId, time::TickLength};
use proptest::{collection::vec, prelude::*};

use super::*;

fn hello() -> Hello {
    Hello {
        site: SiteId([7; 32]),
        tick: TickLength::HOUR,
        on_premises: true,
        limits: Limits::default(),
        certificates: vec![[1; 227], [2; 227]],
        revocations: vec![[3; 114]],
        desk_keys: vec![[4; 1342]],
        newest_chunk: vec![5; 16_976],
        newest_batch: 500_000,
    }
}

fn to_mix() -> Vec<ToMix> {
    vec![
        ToMix::Hello(Box::new(hello())),
        ToMix::Block(Block::new(vec![9; BLOCK_BYTES]).unwrap()),
        ToMix::Bundle { token: 77, bytes: Box::new([6; 2846]) },
        ToMix::Records(Records { certificates: vec![[1; 227]], revocations: vec![[2; 114]; 3] }),
        ToMix::Shutdown,
        ToMix::Stored { tick: 12 },
    ]
}

fn from_mix() -> Vec<FromMix> {
    let refused = |refusal| Verdict::Refused {
        refusal,
        why: "the desk «Город» is not enrolled".to_owned(),
    };
    let mut all = vec![
        FromMix::Ready(Ready {
            signer: [8; 32],
            landlock: Landlock::Full,
            report: "open a file: refused".to_owned(),
        }),
        FromMix::KeyList(vec![1, 2, 3]),
        FromMix::Batch { tick: 9, bytes: vec![4; 5000] },
        FromMix::Drop { block: 3, records: 12, bytes: vec![7; 100] },
        FromMix::BundleVerdict { token: 5, verdict: Verdict::Accepted },
        FromMix::Fault("the disk is full".to_owned()),
    ];
    all.extend(
        [Refusal::Malformed, Refusal::Desk, Refusal::Signature, Refusal::Tick]
            .map(|r| FromMix::BundleVerdict { token: 6, verdict: refused(r) }),
    );
    all
}

/// Cuts a stream into frames, feeding it in pieces of `step` bytes.
fn cut(stream: &[u8], step: usize) -> Vec<Frame> {
    let mut frames = Frames::new();
    let mut out = Vec::new();
    for piece in stream.chunks(step) {
        frames.push(piece);
        while let Some(frame) = frames.next_frame().unwrap() {
            out.push(frame);
        }
    }
    assert!(frames.is_empty());
    out
}

#[test]
fn everything_comes_back_in_order_whatever_the_pieces() {
    let stream: Vec<u8> = to_mix().iter().flat_map(ToMix::encode).collect();
    for step in [1, 7, 4096, 1 << 20] {
        let got: Vec<_> =
            cut(&stream, step).into_iter().map(|f| ToMix::decode(f).unwrap()).collect();
        assert!(got == to_mix(), "pieces of {step}");
    }
    let stream: Vec<u8> = from_mix().iter().flat_map(FromMix::encode).collect();
    let got: Vec<_> = cut(&stream, 13).into_iter().map(|f| FromMix::decode(f).unwrap()).collect();
    assert_eq!(got, from_mix());
}

#[test]
fn one_bad_frame_does_not_stop_the_ones_behind_it() {
    let mut stream = Frame { kind: 200, body: vec![1; 10] }.encode();
    stream.extend(Frame { kind: 2, body: vec![0; 5] }.encode());
    stream.extend(ToMix::Shutdown.encode());
    let mut got = cut(&stream, 9).into_iter().map(ToMix::decode);
    assert_eq!(got.next(), Some(Err(LinkError::Kind(200))));
    assert_eq!(got.next(), Some(Err(LinkError::Short("block"))));
    assert_eq!(got.next(), Some(Ok(ToMix::Shutdown)));
}

#[test]
fn a_length_out_of_range_ends_the_link_before_anything_is_stored() {
    for length in [0, MAX_FRAME + 1, u32::MAX] {
        let mut frames = Frames::new();
        frames.push(&length.to_be_bytes());
        let error = frames.next_frame().unwrap_err();
        assert_eq!(error, LinkError::Length(length));
        assert!(error.is_fatal());
    }
}

#[test]
fn every_frame_cut_short_or_made_longer_is_refused() {
    for message in to_mix() {
        let whole = cut(&message.encode(), 1 << 20).remove(0);
        for cut in [0, 1, whole.body.len() / 2, whole.body.len().saturating_sub(1)] {
            if cut < whole.body.len() {
                let frame = Frame { kind: whole.kind, body: whole.body[..cut].to_vec() };
                assert!(ToMix::decode(frame).is_err(), "type {} cut to {cut}", whole.kind);
            }
        }
        let mut body = whole.body.clone();
        body.push(0);
        assert!(ToMix::decode(Frame { kind: whole.kind, body }).is_err());
    }
}

#[test]
fn the_largest_batch_fits_a_frame() {
    let largest = envelope::sizes::batch(1024, envelope::sizes::MAX_DESKS) + 9;
    assert!(largest <= MAX_FRAME as usize);
}

#[test]
fn limits_name_the_setting_that_does_not_hold() {
    assert_eq!(Limits::default().check(), Ok(()));
    let error = Limits { noise_shift: 40, ..Limits::default() }.check().unwrap_err();
    assert_eq!(error.to_string(), "mix setting noise_shift = 40: must be 0 to 32");
    assert!(Limits { seen_bits: 27, ..Limits::default() }.check().is_err());
}

proptest! {
    #[test]
    fn decoders_never_panic(kind in any::<u8>(), body in vec(any::<u8>(), 0..3000)) {
        let _ = ToMix::decode(Frame { kind, body: body.clone() });
        let _ = FromMix::decode(Frame { kind, body });
    }

    #[test]
    fn what_decodes_encodes_to_the_same_bytes(kind in 1_u8..=6, body in vec(any::<u8>(), 0..200)) {
        let frame = Frame { kind, body };
        if let Ok(message) = FromMix::decode(frame.clone()) {
            prop_assert_eq!(message.encode(), frame.encode());
        }
        if let Ok(message) = ToMix::decode(frame.clone()) {
            prop_assert_eq!(message.encode(), frame.encode());
        }
    }

    #[test]
    fn damaged_hellos_never_panic(at in 0_usize..17_500, byte in any::<u8>()) {
        let mut stream = ToMix::Hello(Box::new(hello())).encode();
        let place = 5 + at % (stream.len() - 5);
        stream[place] = byte;
        let frame = cut(&stream, 1 << 20).remove(0);
        if let Ok(ToMix::Hello(read)) = ToMix::decode(frame) {
            prop_assert!(read.limits.check().is_ok());
        }
    }

    #[test]
    fn streams_of_anything_never_panic(pieces in vec(vec(any::<u8>(), 0..50), 0..50)) {
        let mut frames = Frames::new();
        for piece in pieces {
            frames.push(&piece);
            while let Ok(Some(frame)) = frames.next_frame() {
                let _ = ToMix::decode(frame);
            }
        }
    }
}
