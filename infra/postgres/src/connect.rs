//! From a `DATABASE_URL` to a connection: libpq's meaning of `sslmode`, and parameters of other clients set aside.

use crate::{failure::failure, own_session};
use nova_environments::DatabaseUrl;
use nova_errors::{Code, Failure};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use std::{str::FromStr, sync::Arc, time::Duration};
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a server may take to answer a connection attempt.
const PATIENCE: Duration = Duration::from_secs(15);

/// Parameters that reach the driver; those of other clients (`pgbouncer`, `schema`, `connection_limit` …) do not.
const KNOWN: &[&str] = &[
    "host",
    "hostaddr",
    "port",
    "user",
    "password",
    "dbname",
    "options",
    "application_name",
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "target_session_attrs",
    "channel_binding",
    "load_balance_hosts",
    "sslnegotiation",
];

/// How far a server's certificate is checked, as in libpq.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    /// `disable`, `prefer`, `require`: encryption without a check, unless a root certificate is named.
    Nothing,
    /// `verify-ca`, and `require` with a root certificate: the chain, whatever the name.
    Chain,
    /// `verify-full`: chain and name.
    Full,
}

/// Connects to `database`, or to the database the URL names, with a session of the server that nobody else gets.
pub(crate) async fn connect(url: &DatabaseUrl, database: Option<&str>) -> Result<Client, Failure> {
    let client = open(url, database).await?;
    // Boxed: the future of everybody who connects would hold a second attempt.
    let verified = tokio::time::timeout(PATIENCE, Box::pin(own_session::verify(&client, url, database))).await;
    verified.map_err(|_| no_answer("asking which session answers"))??;
    Ok(client)
}

/// Connects without asking whose the session is: nothing may be set in it that outlives a transaction. The connection's
/// driver runs as a task of its own and ends with the client.
pub(crate) async fn open(url: &DatabaseUrl, database: Option<&str>) -> Result<Client, Failure> {
    let (mut config, tls) = configure(url)?;
    if let Some(database) = database {
        config.dbname(database);
    }
    if config.get_application_name().is_none() {
        config.application_name("nova");
    }
    let doing = "connecting to the server";
    let attempt = tokio::time::timeout(PATIENCE, Box::pin(config.connect(tls))).await;
    let attempt = attempt.map_err(|_| no_answer(doing))?;
    let (client, connection) = attempt.map_err(|error| failure(&error, doing))?;
    tokio::spawn(async move {
        // Whoever uses the client is told by its own calls; nothing is left to say here.
        let _ = connection.await;
    });
    Ok(client)
}

fn no_answer(doing: &str) -> Failure {
    let cause = format!("no answer within {} seconds, while {doing}", PATIENCE.as_secs());
    Failure::new(Code::UNREACHABLE, cause).retryable()
}

/// What a `DATABASE_URL` says to the driver, and how far the server's certificate is checked.
pub fn configure(url: &DatabaseUrl) -> Result<(Config, MakeRustlsConnect), Failure> {
    let bad = |what: &str| Failure::new(Code::BAD_URL, format!("DATABASE_URL: {what}"));
    let text = url.reveal();
    let (base, query) = text.split_once('?').unwrap_or((text, ""));
    if !base.starts_with("postgres://") && !base.starts_with("postgresql://") {
        return Err(bad("it does not begin with postgres://"));
    }
    let (mut mode, mut root_file, mut kept) = ("prefer".to_owned(), None, Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", value)) => value.clone_into(&mut mode),
            Some(("sslrootcert", value)) => root_file = Some(value.replace("%2F", "/")),
            Some((key, _)) if KNOWN.contains(&key) => kept.push(pair),
            _ => {}
        }
    }
    let (driver_mode, check) = match (mode.as_str(), root_file.is_some()) {
        ("disable", _) => ("disable", Check::Nothing),
        ("allow" | "prefer", _) => ("prefer", Check::Nothing),
        ("require", false) => ("require", Check::Nothing),
        ("require" | "verify-ca", _) => ("require", Check::Chain),
        ("verify-full", _) => ("require", Check::Full),
        _ => {
            return Err(bad(
                "sslmode is none of disable, allow, prefer, require, verify-ca, verify-full",
            ));
        }
    };
    let driver_parameter = format!("sslmode={driver_mode}");
    kept.push(&driver_parameter);
    // The parser's own message may quote the URL: it is not passed on.
    let config = Config::from_str(&format!("{base}?{}", kept.join("&")))
        .map_err(|_| bad("it cannot be parsed; special characters in user and password are percent-encoded"))?;
    Ok((config, MakeRustlsConnect::new(tls(check, root_file.as_deref())?)))
}

fn tls(check: Check, root_file: Option<&str>) -> Result<ClientConfig, Failure> {
    let broken = |what: String| Failure::new(Code::TLS, what);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| broken(error.to_string()))?;
    if check == Check::Nothing {
        let verifier = Arc::new(Unchecked { provider, chain: None });
        return Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth());
    }
    let roots = roots(root_file)?;
    if check == Check::Full {
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    }
    let chain = rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| broken(error.to_string()))?;
    let verifier = Arc::new(Unchecked {
        provider,
        chain: Some(chain),
    });
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

fn roots(file: Option<&str>) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    match file {
        Some(file) if file != "system" => {
            let unreadable = |what: String| Failure::new(Code::TLS, format!("sslrootcert {file}: {what}"));
            for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(error.to_string()))? {
                let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
                roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
            }
        }
        _ => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(roots)
}

/// Accepts a certificate whatever its name, and with no `chain` whoever signed it.
#[derive(Debug)]
struct Unchecked {
    provider: Arc<CryptoProvider>,
    chain: Option<Arc<rustls::client::WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else {
            return Ok(ServerCertVerified::assertion());
        };
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(rustls::Error::InvalidCertificate(
                rustls::CertificateError::NotValidForName | rustls::CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_other_clients_are_set_aside() {
        let url = DatabaseUrl::new("postgres://u:p@h/d?pgbouncer=true&schema=public&sslmode=require&connect_timeout=3");
        let (config, _) = configure(&url).unwrap();
        assert_eq!(config.get_dbname(), Some("d"));
        assert_eq!(config.get_connect_timeout(), Some(&Duration::from_secs(3)));
        assert_eq!(config.get_ssl_mode(), tokio_postgres::config::SslMode::Require);
    }

    #[test]
    fn a_url_that_cannot_be_parsed_is_not_quoted() {
        for url in [
            "mysql://u:secret@h/d",
            "postgres://u:secret@h:notaport/d",
            "postgres://u:secret@h/d?sslmode=maybe",
        ] {
            let failure = configure(&DatabaseUrl::new(url)).err().unwrap();
            assert_eq!(failure.code.number, 1208, "{url}");
            assert!(!failure.to_string().contains("secret"));
        }
    }
}
