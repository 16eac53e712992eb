//! What TLS is given: who is trusted, and who this is.
#![cfg_attr(not(feature = "tls"), allow(dead_code, reason = "what is switched off would read it"))]

use std::path::PathBuf;

use super::arm::Kind;
use super::environment::{Environment, Said};
use super::error::InstallError;
use super::settings::Exporting;

/// The files in PEM that TLS is given.
#[derive(Debug, Default)]
pub(super) struct Tls {
    /// Who is trusted, in the place of the platform's roots.
    certificate: Option<Said<PathBuf>>,
    client_certificate: Option<Said<PathBuf>>,
    client_key: Option<Said<PathBuf>>,
}

impl Tls {
    pub(super) fn resolve(
        environment: &Environment,
        exporting: &Exporting,
        kind: Kind,
        endpoint: &str,
    ) -> Result<Self, InstallError> {
        let file = |setting: &str, variable: &str, of_builder: &Option<PathBuf>| {
            let said = match of_builder {
                Some(path) => Some(Said::by_builder(path.clone())),
                None => environment.pem(kind, variable)?,
            };
            // Where nothing is encrypted, they are not looked at.
            let said = said.filter(|_| endpoint.starts_with("https://"));
            if let Some(said) = &said {
                environment.note(kind.name(), setting, &said.value.display(), &said.source);
            }
            Ok::<_, InstallError>(said)
        };
        Ok(Self {
            certificate: file("certificate", "CERTIFICATE", &exporting.certificate)?,
            client_certificate: file(
                "client certificate",
                "CLIENT_CERTIFICATE",
                &exporting.client_certificate,
            )?,
            client_key: file("client key", "CLIENT_KEY", &exporting.client_key)?,
        })
    }
}

/// Who this is, in PEM.
#[cfg(feature = "tls")]
pub(super) struct Identity {
    pub(super) certificate: Vec<u8>,
    pub(super) key: Vec<u8>,
}

#[cfg(feature = "tls")]
impl Tls {
    /// Who is trusted, in the place of the platform's roots.
    pub(super) fn authority(&self) -> Result<Option<Vec<u8>>, InstallError> {
        self.certificate.as_ref().map(read_pem).transpose()
    }

    /// The certificate and the key that say who this is.
    pub(super) fn identity(&self) -> Result<Option<Identity>, InstallError> {
        match (&self.client_certificate, &self.client_key) {
            (Some(certificate), Some(key)) => {
                Ok(Some(Identity { certificate: read_pem(certificate)?, key: read_pem(key)? }))
            }
            (None, None) => Ok(None),
            (Some(alone), None) | (None, Some(alone)) => Err(InstallError::InvalidSetting {
                setting: alone.source.to_string(),
                value: alone.value.display().to_string(),
                reason: "a client's certificate and its key go together; the other one is not set"
                    .to_owned(),
            }),
        }
    }
}

#[cfg(feature = "tls")]
fn read_pem(file: &Said<PathBuf>) -> Result<Vec<u8>, InstallError> {
    std::fs::read(&file.value).map_err(|error| InstallError::InvalidSetting {
        setting: file.source.to_string(),
        value: file.value.display().to_string(),
        reason: format!("this file cannot be read: {error}"),
    })
}
