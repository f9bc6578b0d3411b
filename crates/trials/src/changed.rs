//! Builds of the site's scripts that give a source away, for positive controls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use crate::recorder::Rewrite;
use crate::visit;

/// Lines of a script, what they become, in which file (without its hash and `.js`).
pub type Changes = &'static [(&'static str, &'static str, &'static str)];

/// The site's scripts with some lines changed and, if asked for, with spies in front; and how often that was done.
#[must_use]
pub fn changed(changes: Changes, spy: bool) -> (Rewrite, Arc<AtomicUsize>) {
    let done = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&done);
    let rewrite: Rewrite = Arc::new(move |path, body| {
        let mut text = match std::str::from_utf8(&body) {
            Ok(text) if path.ends_with(".js") => text.to_owned(),
            _ => return body,
        };
        let is = |file: &str| path.starts_with(&format!("/assets/{file}."));
        for (file, before, after) in changes {
            if is(file) && text.contains(before) {
                text = text.replace(before, after);
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
        for (_, front) in visit::SPY.iter().filter(|(file, _)| spy && is(file)) {
            text.insert_str(0, front);
            count.fetch_add(1, Ordering::Relaxed);
        }
        Bytes::from(text)
    });
    (rewrite, done)
}

/// Sources send a request more for every packet.
pub const ONE_MORE: Changes = &[(
    "worker",
    "const answer = await talk('/cover', packet);",
    "const answer = await talk('/cover', packet); if (item) await talk('/cover', packet);",
)];

/// Real packets are sealed (the same kinds of work) and sent by the page itself, when their slot has come.
pub const ON_THE_MAIN_THREAD: Changes = &[
    (
        "worker",
        "const answer = await talk('/cover', packet);",
        "const answer = item ? await new Promise((done) => { globalThis.direct = done; postMessage({ type: 'direct', packet }); }) : await talk('/cover', packet);",
    ),
    (
        "worker",
        "const message = data;",
        "const message = data; if (message.type === 'direct') { globalThis.direct(new Uint8Array()); return; }",
    ),
    (
        "page",
        "const message = data;",
        "const message = data; if (message.type === 'direct') { (async () => {
           const pair = await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
           const bits = await crypto.subtle.deriveBits({ name: 'X25519', public: pair.publicKey }, pair.privateKey, 256);
           const key = await crypto.subtle.importKey('raw', bits, 'AES-GCM', false, ['encrypt']);
           await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, new Uint8Array(4000));
           await fetch(new URL('/cover', location.origin), { method: 'POST', headers: { 'content-type': 'application/octet-stream' },
             body: message.packet, cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer',
             signal: AbortSignal.timeout(30000) });
           worker?.postMessage({ type: 'direct' }); })(); return; }",
    ),
];

/// The same without jitter: whoever watches is given the jitter, which can only help him.
pub const WITHOUT_JITTER: Changes =
    &[("schedule", "export const JITTER_MS = 250;", "export const JITTER_MS = 0;")];
