//! What only enrolled desks may do: fetch batches and hand in bundles.

use std::time::Duration;

use assent::{MAX_PACKAGE, Package};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use envelope::bundle::Bundle;
use envelope::deskkey::DeskKey;
use envelope::fetch::Token;
use envelope::keys::DeskId;
use envelope::mail::Mail;
use envelope::sizes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use hyper::body::Incoming;
use mix::link::{Refusal, Verdict};
use tokio::sync::oneshot;

use super::{Edge, Inner, Outcome, current};
use crate::approvals::ApprovalError;
use crate::link::Command;
use crate::net::{Answer, read_at_most};
use crate::printer::PrintError;
use crate::store::{Records, StoreError};

/// How long a desk waits for the mix to say whether it takes a bundle.
const VERDICT: Duration = Duration::from_secs(10);
/// How long a story may take to come.
const UPLOAD: Duration = Duration::from_secs(300);
/// Seconds for which mail is kept: as long as private keys are.
const MAIL_KEPT: u64 = 21 * 86_400;
const SCHEME: &str = "Subrosa ";

impl Edge {
    /// A batch, for a desk that shows who it is.
    pub(super) async fn batch(
        &self,
        tick: u64,
        path: &str,
        headers: &HeaderMap,
    ) -> Response<Answer> {
        let Inner { parts, answers } = self.0.as_ref();
        if let Err(why) = self.authenticate(path, headers) {
            return self.refused(&why);
        }
        match parts.store.run(move |records| records.batch(tick)).await {
            Ok(Some(bytes)) => answers.fresh(bytes.into()),
            Ok(None) => answers.words(StatusCode::NOT_FOUND, "no batch of this tick is kept"),
            Err(_) => self.not_now(),
        }
    }

    /// Checks `Authorization: Subrosa …` for a path. The error is in words for the desk.
    fn authenticate(&self, path: &str, headers: &HeaderMap) -> Result<(), String> {
        let parts = &self.0.parts;
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err("one Authorization header is due".into());
        };
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.strip_prefix(SCHEME))
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .ok_or("Authorization must be: Subrosa and base64url without padding")?;
        let token = Token::decode(&token).map_err(|error| error.to_string())?;
        let now = parts.clock.now();
        let roster = current(&parts.roster);
        let desk = roster.desk(token.claimed_desk(), now).map_err(|error| error.to_string())?;
        let checked = token.verify(&parts.site, desk, now, path);
        checked.map(drop).map_err(|error| error.to_string())
    }

    /// A desk's bundle. It is checked here as far as the edge can, so that strangers cannot occupy the mix.
    pub(super) async fn bundle(&self, headers: &HeaderMap, body: Incoming) -> Outcome {
        let Inner { parts, answers } = self.0.as_ref();
        let bytes = self.body(headers, body, sizes::BUNDLE).await?;
        let (bytes, id, key) = match self.check_bundle(&bytes) {
            Ok(bundle) => (Box::new(*bundle.as_bytes()), bundle.desk, bundle.desk_key),
            Err(answer) => return Ok(*answer),
        };
        let (verdict, wait) = oneshot::channel();
        if parts.commands.try_send(Command::Bundle { bytes, verdict }).is_err() {
            return Ok(self.not_now());
        }
        Ok(match tokio::time::timeout(VERDICT, wait).await {
            Ok(Ok(Verdict::Accepted)) => {
                self.keep_desk_key(id, &key).await;
                answers.no_content()
            }
            Ok(Ok(Verdict::Refused { refusal: Refusal::Malformed, why })) => {
                answers.words(StatusCode::BAD_REQUEST, &why)
            }
            Ok(Ok(Verdict::Refused { refusal: Refusal::Tick, why })) => {
                answers.words(StatusCode::CONFLICT, &why)
            }
            Ok(Ok(Verdict::Refused { refusal: Refusal::Desk | Refusal::Signature, why })) => {
                self.refused(&why)
            }
            Ok(Err(_)) | Err(_) => self.not_now(),
        })
    }

    /// A desk's letters to its colleagues. Real and random ones look alike, and every desk brings as many in every tick.
    pub(super) async fn post_mail(&self, headers: &HeaderMap, body: Incoming) -> Outcome {
        let Inner { parts, answers } = self.0.as_ref();
        let bytes = self.body(headers, body, sizes::MAIL).await?;
        let mail = match Mail::decode(&bytes) {
            Ok(mail) => mail,
            Err(error) => return Ok(answers.words(StatusCode::BAD_REQUEST, &error.to_string())),
        };
        let (roster, now) = (current(&parts.roster), parts.clock.now());
        let mail = roster
            .desk(mail.claimed_desk(), now)
            .map_err(|error| error.to_string())
            .and_then(|desk| mail.verify(&parts.site, desk).map_err(|error| error.to_string()));
        let mail = match mail {
            Ok(mail) => mail,
            Err(why) => return Ok(self.refused(&why)),
        };
        let next = parts.tick.tick_at(now) + 1;
        if mail.length != parts.tick || !(next..=next + 1).contains(&mail.tick) {
            let why = "mail is taken for the next tick and the one after it";
            return Ok(answers.words(StatusCode::CONFLICT, why));
        }
        let forget = next.saturating_sub(MAIL_KEPT / u64::from(parts.tick.secs()));
        let keep = move |records: &mut dyn Records| {
            records.put_mail(mail.tick, mail.desk.0, mail.as_bytes(), forget)
        };
        Ok(match parts.store.run(keep).await {
            Ok(()) => answers.no_content(),
            Err(StoreError::Immutable { .. }) => {
                let why = "other mail of this desk is here for this tick";
                answers.words(StatusCode::CONFLICT, why)
            }
            Err(_) => self.not_now(),
        })
    }

    /// All desks' mail of a tick that has begun, for a desk that shows who it is.
    pub(super) async fn mail(
        &self,
        tick: u64,
        path: &str,
        headers: &HeaderMap,
    ) -> Response<Answer> {
        let Inner { parts, answers } = self.0.as_ref();
        if let Err(why) = self.authenticate(path, headers) {
            return self.refused(&why);
        }
        if tick > parts.tick.tick_at(parts.clock.now()) {
            return answers.words(StatusCode::NOT_FOUND, "this tick has not begun");
        }
        match parts.store.run(move |records| records.mail(tick)).await {
            Ok(bytes) => answers.fresh(bytes.into()),
            Err(_) => self.not_now(),
        }
    }

    /// The newsroom's policy, for a desk that shows who it is: whoever approves must know under what.
    pub(super) fn policy(&self, path: &str, headers: &HeaderMap) -> Response<Answer> {
        let Inner { parts, answers } = self.0.as_ref();
        if let Err(why) = self.authenticate(path, headers) {
            return self.refused(&why);
        }
        match parts.printer.policy() {
            Some(bytes) => answers.fresh(bytes.into()),
            None => answers.words(StatusCode::NOT_FOUND, "this site has no policy"),
        }
    }

    /// A story with its approvals. The answer says what is missing, and whose.
    pub(super) async fn publish(&self, headers: &HeaderMap, body: Incoming) -> Outcome {
        let Inner { parts, answers } = self.0.as_ref();
        // Before any of it is read: it may be large.
        self.authenticate("/desk/publish", headers).map_err(|why| Box::new(self.refused(&why)))?;
        let due = || format!("at most {MAX_PACKAGE} bytes are taken");
        let bytes = read_at_most(headers, body, MAX_PACKAGE, UPLOAD)
            .await
            .map_err(|error| Box::new(answers.unread(error, due)))?;
        let printer = parts.printer.clone();
        let print = move || {
            let refused = |why: String| (StatusCode::UNPROCESSABLE_ENTITY, why);
            let package = Package::decode(&bytes).map_err(|error| refused(error.to_string()))?;
            printer.publish(&package).map_err(|error| (status(&error), error.to_string()))
        };
        Ok(match tokio::task::spawn_blocking(print).await {
            Ok(Ok(_)) => answers.no_content(),
            Ok(Err((status, why))) => answers.words(status, &why),
            Err(_) => self.not_now(),
        })
    }

    fn check_bundle(&self, bytes: &Bytes) -> Result<Bundle, Box<Response<Answer>>> {
        let Inner { parts, answers } = self.0.as_ref();
        let malformed = |why: &str| Box::new(answers.words(StatusCode::BAD_REQUEST, why));
        let bundle = Bundle::decode(bytes).map_err(|error| malformed(&error.to_string()))?;
        let roster = current(&parts.roster);
        let desk = roster
            .desk(bundle.claimed_desk(), parts.clock.now())
            .map_err(|error| Box::new(self.refused(&error.to_string())))?;
        bundle.verify(&parts.site, desk).map_err(|error| Box::new(self.refused(&error.to_string())))
    }

    /// Keeps a desk's key for the mix's next start. Should the disk be full, the desk brings it again at the next tick.
    async fn keep_desk_key(&self, id: DeskId, bytes: &[u8; sizes::DESK_KEY]) {
        let parts = &self.0.parts;
        let now = parts.clock.now();
        let Ok(key) = DeskKey::decode(bytes) else { return };
        let roster = current(&parts.roster);
        let Ok(desk) = roster.desk(id, now) else { return };
        let Ok(key) = key.verify(&parts.site, desk, now) else { return };
        let keep = move |records: &mut dyn crate::store::Records| {
            records.put_desk_key(key.desk.0, key.week, key.as_bytes())
        };
        let _ = parts.store.run(keep).await;
    }

    fn refused(&self, why: &str) -> Response<Answer> {
        let mut answer = self.0.answers.words(StatusCode::UNAUTHORIZED, why);
        let scheme = HeaderValue::from_static("Subrosa");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        answer
    }
}

/// Whether it is the story, or the site.
fn status(error: &PrintError) -> StatusCode {
    match error {
        PrintError::Full { .. } => StatusCode::INSUFFICIENT_STORAGE,
        PrintError::File { .. }
        | PrintError::Unfinished { .. }
        | PrintError::InTheWay { .. }
        | PrintError::Approval(ApprovalError::File { .. } | ApprovalError::Store(_))
        | PrintError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        PrintError::Press(_)
        | PrintError::Approval(_)
        | PrintError::NoApprovals
        | PrintError::Taken(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
