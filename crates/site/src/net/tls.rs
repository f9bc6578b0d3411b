//! TLS by rustls on aws-lc-rs: the newsroom's own certificate, or one that ACME (RFC 8555) fetches by TLS-ALPN-01
//! (RFC 8737). HTTP/2 and HTTP/1.1 by ALPN.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use futures_core::Stream;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{Acceptor as Hello, ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig};
use rustls_acme::caches::DirCache;
use rustls_acme::{AcmeConfig, is_tls_alpn_challenge};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use crate::status::Status;

/// Why TLS cannot be set up.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A PEM file cannot be read.
    #[error("{path}: {why}; it must be a PEM file that this user may read")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Certificate and key do not belong together, or rustls cannot use them.
    #[error("{certificate} and {key} cannot be used: {why}")]
    Pair {
        /// The file of the certificates.
        certificate: PathBuf,
        /// The file of the private key.
        key: PathBuf,
        /// What rustls says.
        why: String,
    },
    /// rustls refuses the settings.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// Where an ACME certificate comes from.
#[derive(Debug, Clone)]
pub(crate) struct Acme {
    pub(crate) domains: Vec<String>,
    /// `mailto:` addresses.
    pub(crate) contact: Vec<String>,
    /// URL of the directory.
    pub(crate) directory: String,
    /// A PEM file of the root that signed the directory's own certificate; `None`: the web's usual roots.
    pub(crate) directory_root: Option<PathBuf>,
    /// Folder for the account key and the certificates.
    pub(crate) cache: PathBuf,
}

/// Makes TLS of a connection. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Acceptor {
    normal: Arc<ServerConfig>,
    challenge: Option<Arc<ServerConfig>>,
}

impl Acceptor {
    /// The stream, or `None` if the handshake fails, or if it was an ACME challenge, which ends with its handshake.
    pub(super) async fn accept(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        let start = LazyConfigAcceptor::new(Hello::default(), stream).await.ok()?;
        match &self.challenge {
            Some(challenge) if is_tls_alpn_challenge(&start.client_hello()) => {
                let mut stream = start.into_stream(challenge.clone()).await.ok()?;
                let _ = tokio::io::AsyncWriteExt::shutdown(&mut stream).await;
                None
            }
            _ => start.into_stream(self.normal.clone()).await.ok(),
        }
    }
}

/// A certificate that can be exchanged while the site runs.
#[derive(Debug)]
pub(crate) struct OwnCertificate {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl OwnCertificate {
    /// Reads both files.
    pub(crate) fn load(certificate: &Path, key: &Path) -> Result<Arc<Self>, TlsError> {
        let current = RwLock::new(Arc::new(read_pair(certificate, key)?));
        Ok(Arc::new(Self { certificate: certificate.into(), key: key.into(), current }))
    }

    /// Reads both files again; what was in use stays so if they cannot be used.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        let fresh = Arc::new(read_pair(&self.certificate, &self.key)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// An acceptor with this certificate.
    pub(crate) fn acceptor(self: &Arc<Self>) -> Result<Acceptor, TlsError> {
        Ok(Acceptor { normal: server_config(self.clone())?, challenge: None })
    }
}

impl ResolvesServerCert for OwnCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read_pair(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let pem = |path: &Path| {
        let path = path.to_owned();
        move |error: rustls::pki_types::pem::Error| TlsError::Pem { path, why: error.to_string() }
    };
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(pem(certificate))?;
    if chain.is_empty() {
        return Err(TlsError::Pem { path: certificate.into(), why: "holds no certificate".into() });
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(pem(key))?;
    CertifiedKey::from_der(chain, private, &provider()).map_err(|error| TlsError::Pair {
        certificate: certificate.into(),
        key: key.into(),
        why: error.to_string(),
    })
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn server_config(resolver: Arc<dyn ResolvesServerCert>) -> Result<Arc<ServerConfig>, TlsError> {
    let setup = |error: rustls::Error| TlsError::Setup(error.to_string());
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(setup)?
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Tickets instead of a table: resuming a session needs no memory here.
    config.ticketer = aws_lc_rs::Ticketer::new().map_err(setup)?;
    config.send_tls13_tickets = 1;
    Ok(Arc::new(config))
}

/// Starts fetching and renewing a certificate. What happens goes to `status`, in words.
pub(crate) fn acme(acme: &Acme, status: Status) -> Result<(Acceptor, AcmeTask), TlsError> {
    let config = match &acme.directory_root {
        None => AcmeConfig::new_with_provider(&acme.domains, provider()),
        Some(root) => {
            AcmeConfig::new_with_client_config(&acme.domains, Arc::new(client_config(root)?))
        }
    };
    let mut state = config
        .contact(&acme.contact)
        .directory(&acme.directory)
        .cache(DirCache::new(acme.cache.clone()))
        .state();
    let normal = server_config(state.resolver())?;
    let challenge = state.challenge_rustls_config_with_provider(provider());
    let task = tokio::spawn(async move {
        loop {
            let event = std::future::poll_fn(|cx| std::pin::Pin::new(&mut state).poll_next(cx));
            match event.await {
                Some(Ok(event)) => status.line(&format!("certificate: {event:?}")),
                Some(Err(error)) => status.line(&format!("certificate: {error}; trying again")),
                None => return,
            }
        }
    });
    Ok((Acceptor { normal, challenge: Some(challenge) }, AcmeTask(task)))
}

/// Ends the fetching of certificates when dropped.
pub(crate) struct AcmeTask(tokio::task::JoinHandle<()>);

impl Drop for AcmeTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// For a directory of the newsroom's own, whose certificate is signed by the root in `file`.
fn client_config(file: &Path) -> Result<rustls::ClientConfig, TlsError> {
    let bad = |why: String| TlsError::Pem { path: file.to_owned(), why };
    let root = CertificateDer::from_pem_file(file).map_err(|e| bad(e.to_string()))?;
    let mut roots = RootCertStore::empty();
    roots.add(root).map_err(|e| bad(e.to_string()))?;
    let config = rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|e| TlsError::Setup(e.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
