//! A certificate by ACME (RFC 8555) and TLS-ALPN-01 (RFC 8737), against a certificate authority of our own: it
//! validates as a real one does, by connecting to the site.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Newsroom, STORY, request, send};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertificateParams, CertificateSigningRequestParams, Issuer, KeyPair};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

const DOMAIN: &str = "news.example";
const TOKEN: &str = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// Takes any certificate: what a certificate authority does while it validates.
#[derive(Debug)]
struct Anything;

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}

/// A certificate authority with one account, one order and one name.
struct Authority {
    url: String,
    issuer: Issuer<'static, KeyPair>,
    root_pem: String,
    root: CertificateDer<'static>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    site: Option<SocketAddr>,
    thumbprint: String,
    validated: bool,
    certificate: Option<String>,
    orders: u32,
}

impl Authority {
    async fn start() -> Arc<Self> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        let own_key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let own = own.signed_by(&own_key, &issuer).unwrap();
        let tls = rustls::ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![own.der().clone()],
                PrivateKeyDer::Pkcs8(own_key.serialize_der().into()),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = Arc::new(Self {
            url: format!("https://localhost:{}", listener.local_addr().unwrap().port()),
            root_pem: root.pem(),
            root: root.der().clone(),
            issuer,
            state: Mutex::default(),
        });
        let (acceptor, serving) = (TlsAcceptor::from(Arc::new(tls)), authority.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, serving) = (acceptor.clone(), serving.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = hyper::service::service_fn(move |request| {
                        let serving = serving.clone();
                        async move { Ok::<_, std::convert::Infallible>(serving.answer(request).await) }
                    });
                    let _ = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        authority
    }

    async fn answer(&self, request: http::Request<Incoming>) -> http::Response<Full<bytes::Bytes>> {
        let path = request.uri().path().to_owned();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let jws: Value = serde_json::from_slice(&body).unwrap_or_default();
        let part = |name: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(jws[name].as_str().unwrap_or_default()).unwrap();
            serde_json::from_slice::<Value>(&bytes).unwrap_or_default()
        };
        let url = |path: &str| format!("{}{path}", self.url);
        let mut answer = http::Response::builder().header("replay-nonce", "bm9uY2U");
        let text = match path.as_str() {
            "/directory" => json!({
                "newNonce": url("/nonce"), "newAccount": url("/account"), "newOrder": url("/order"),
            })
            .to_string(),
            "/nonce" => String::new(),
            "/account" => {
                let jwk = &part("protected")["jwk"];
                // RFC 7638: the required members in their order, without blanks.
                let canonical = format!(
                    "{{\"crv\":{},\"kty\":{},\"x\":{},\"y\":{}}}",
                    jwk["crv"], jwk["kty"], jwk["x"], jwk["y"]
                );
                self.state.lock().unwrap().thumbprint =
                    URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
                answer = answer.status(201).header("location", url("/account/1"));
                "{}".into()
            }
            "/order" => {
                assert_eq!(part("payload")["identifiers"][0]["value"], DOMAIN);
                self.state.lock().unwrap().orders += 1;
                answer = answer.status(201).header("location", url("/order/1"));
                self.order()
            }
            "/order/1" => self.order(),
            "/authorization/1" => {
                let valid = self.state.lock().unwrap().validated;
                json!({
                    "status": if valid { "valid" } else { "pending" },
                    "identifier": { "type": "dns", "value": DOMAIN },
                    "challenges": [
                        { "type": "http-01", "url": url("/no"), "token": TOKEN },
                        { "type": "tls-alpn-01", "url": url("/challenge/1"), "token": TOKEN },
                    ],
                })
                .to_string()
            }
            "/challenge/1" => {
                let validated = self.validate().await;
                self.state.lock().unwrap().validated = validated;
                "{}".into()
            }
            "/finalize/1" => {
                let csr = part("payload")["csr"].as_str().unwrap().to_owned();
                let csr = URL_SAFE_NO_PAD.decode(csr).unwrap();
                let csr = CertificateSigningRequestParams::from_der(&csr.into()).unwrap();
                let certificate = csr.signed_by(&self.issuer).unwrap();
                self.state.lock().unwrap().certificate = Some(certificate.pem());
                self.order()
            }
            "/certificate/1" => self.state.lock().unwrap().certificate.clone().unwrap(),
            other => panic!("{other}"),
        };
        answer.body(Full::new(text.into())).unwrap()
    }

    fn order(&self) -> String {
        let state = self.state.lock().unwrap();
        let status = match (&state.certificate, state.validated) {
            (Some(_), _) => "valid",
            (None, true) => "ready",
            (None, false) => "pending",
        };
        json!({
            "status": status,
            "authorizations": [format!("{}/authorization/1", self.url)],
            "finalize": format!("{}/finalize/1", self.url),
            "certificate": format!("{}/certificate/1", self.url),
        })
        .to_string()
    }

    /// Connects to the site as RFC 8737 says, and looks for the key authorization's hash in its certificate.
    async fn validate(&self) -> bool {
        let (site, thumbprint) = {
            let state = self.state.lock().unwrap();
            (state.site, state.thumbprint.clone())
        };
        let Some(site) = site else { return false };
        let mut config = rustls::ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anything))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"acme-tls/1".to_vec()];
        let stream = TcpStream::connect(site).await.unwrap();
        let name = ServerName::try_from(DOMAIN).unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        let session = stream.get_ref().1;
        let certificate = session.peer_certificates().unwrap()[0].clone();
        let hash = Sha256::digest(format!("{TOKEN}.{thumbprint}"));
        session.alpn_protocol() == Some(b"acme-tls/1")
            && certificate.windows(32).any(|window| window == hash.as_slice())
    }
}

/// Reads the story over TLS, if the site has a certificate of this authority.
async fn story(at: SocketAddr, authority: &Authority) -> Option<u16> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.root.clone()).unwrap();
    let config = rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(at).await.unwrap();
    let name = ServerName::try_from(DOMAIN).unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
    Some(send(&mut stream, &request("GET", STORY, "", &[])).await?.status)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_fetched_used_and_kept() {
    let authority = Authority::start().await;
    let acme = format!(
        "[tls]\nmode = \"acme\"\ndomains = [\"{DOMAIN}\"]\ncontact = [\"mailto:desk@{DOMAIN}\"]\n\
         directory = \"{}/directory\"\ndirectory_root = \"directory.pem\"\n",
        authority.url
    );
    let site = Newsroom::new(3600, &acme);
    site.configure("base_url = \"http://127.0.0.1\"", &format!("base_url = \"https://{DOMAIN}\""));
    std::fs::write(site.folder.join("directory.pem"), &authority.root_pem).unwrap();
    let running = site.start().await;
    let at = running.local_addr();
    authority.state.lock().unwrap().site = Some(at);
    let mut status = None;
    for _ in 0..150 {
        status = story(at, &authority).await;
        if status.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(status, Some(200), "{}", site.lines.text());
    site.lines.wait_for("certificate: CertCacheStore").await;
    running.shutdown().await;

    // Kept for its owner only, and used again without asking anybody.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(site.folder.join("tls")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
    let running = site.start().await;
    site.lines.wait_for("certificate: DeployedCachedCert").await;
    assert_eq!(story(running.local_addr(), &authority).await, Some(200));
    assert_eq!(authority.state.lock().unwrap().orders, 1);
    running.shutdown().await;
}
