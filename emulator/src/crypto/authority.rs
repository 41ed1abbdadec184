//! The emulator's certificate authority.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

const CERTIFICATE_FILE: &str = "emulator-ca.pem";
const KEY_FILE: &str = "emulator-ca-key.pem";

/// A certificate with its key, PEM.
#[derive(Clone)]
pub struct Certificate {
    /// The certificate, followed by the authority's.
    pub cert_pem: String,
    /// The private key, PKCS #8.
    pub key_pem: String,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Certificate")
    }
}

/// Why the authority cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorityError {
    #[error("the certificate authority in {path} cannot be read or written; check the folder")]
    File { path: PathBuf, source: std::io::Error },
    #[error(
        "the certificate could not be made; delete the emulator's state folder and start again"
    )]
    Make(#[source] rcgen::Error),
}

/// Issues certificates; kept in a folder so that clients trust it after a restart.
pub(crate) struct Authority {
    certificate_pem: String,
    file: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Reads the authority from `folder`, or makes one there.
    pub(crate) fn open(folder: &Path) -> Result<Self, AuthorityError> {
        let file = folder.join(CERTIFICATE_FILE);
        let key_file = folder.join(KEY_FILE);
        if file.exists() && key_file.exists() {
            return Self::load(file, &key_file);
        }
        Self::create(folder, file, &key_file)
    }

    fn load(file: PathBuf, key_file: &Path) -> Result<Self, AuthorityError> {
        let certificate_pem = read(&file)?;
        let key = KeyPair::from_pem(&read(key_file)?).map_err(AuthorityError::Make)?;
        Ok(Self { certificate_pem, file, issuer: Issuer::new(ca_params()?, key) })
    }

    fn create(folder: &Path, file: PathBuf, key_file: &Path) -> Result<Self, AuthorityError> {
        let params = ca_params()?;
        let key = KeyPair::generate().map_err(AuthorityError::Make)?;
        let certificate = params.self_signed(&key).map_err(AuthorityError::Make)?;
        let certificate_pem = certificate.pem();
        fs::create_dir_all(folder).map_err(|source| at(folder, source))?;
        write_private(key_file, &key.serialize_pem())?;
        fs::write(&file, &certificate_pem).map_err(|source| at(&file, source))?;
        Ok(Self { certificate_pem, file, issuer: Issuer::new(params, key) })
    }

    /// The authority's certificate, PEM.
    pub(crate) fn pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The file with that certificate.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// A server certificate for DNS names and IP addresses.
    pub(crate) fn issue(&self, names: &[&str]) -> Result<Certificate, AuthorityError> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).map_err(AuthorityError::Make)?;
        params.distinguished_name.push(DnType::CommonName, "Switchboard emulator");
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().map_err(AuthorityError::Make)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(AuthorityError::Make)?;
        Ok(Certificate {
            cert_pem: format!("{}{}", certificate.pem(), self.certificate_pem),
            key_pem: key.serialize_pem(),
        })
    }
}

/// The same in every run, so that a kept key and certificate fit what is issued with them.
fn ca_params() -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::new(Vec::new()).map_err(AuthorityError::Make)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let name = "Switchboard emulator (development only)";
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn read(path: &Path) -> Result<String, AuthorityError> {
    fs::read_to_string(path).map_err(|source| at(path, source))
}

fn at(path: &Path, source: std::io::Error) -> AuthorityError {
    AuthorityError::File { path: path.to_owned(), source }
}

/// Writes a file that only its owner reads.
fn write_private(path: &Path, text: &str) -> Result<(), AuthorityError> {
    use std::io::Write as _;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(|source| at(path, source))?;
    file.write_all(text.as_bytes()).map_err(|source| at(path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_the_same_after_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Authority::open(folder.path()).expect("made");
        let second = Authority::open(folder.path()).expect("read");
        assert_eq!(first.pem(), second.pem());
        let issued = second.issue(&["localhost", "127.0.0.1"]).expect("issued");
        assert!(issued.cert_pem.ends_with(first.pem()));
    }
}
