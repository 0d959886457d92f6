use std::{path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::TlsAcceptor;

/// A file of the certificates for tests.
pub fn tls_file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/tls");
    folder.join(name).display().to_string()
}

/// What speaks TLS as `localhost`, by a certificate of the tests' own authority.
pub fn tls_acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_file(tls_file("server.pem")).expect("it is one");
    let key = PrivateKeyDer::from_pem_file(tls_file("server.key")).expect("it is one");
    // Named, for there may be two in a program.
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions that it knows")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they belong together");
    TlsAcceptor::from(Arc::new(config))
}
