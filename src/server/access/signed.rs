//! Signed addresses: a page that the portal vouches for until a stated time.
//!
//! The portal computes HMAC-SHA256 over the page's address, a line feed and the expiry in seconds
//! since 1970, and adds `expires` and `signature` (hex) to the query. The signature is of the page
//! and not of a route, so that one serves its reading, its listening page and its audio.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::Sha256;

/// Fewest bytes of a key: as many as the hash has.
const SHORTEST_KEY: usize = 32;

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The file cannot be read.
    #[error("the signing key {} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// It can be guessed.
    #[error(
        "the signing key {} has {bytes} bytes, fewer than {SHORTEST_KEY}: make one with \
         `openssl rand -hex 32`", path.display()
    )]
    TooShort {
        /// The file.
        path: PathBuf,
        /// How many it has.
        bytes: usize,
    },
}

/// Why a signed address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::server) enum NotSigned {
    #[error("the address is not signed: add expires and signature, see docs/security.md")]
    Missing,
    #[error("the signature is not of this address")]
    Wrong,
    #[error("the signature has expired: ask the portal for a new address")]
    Expired,
}

/// Signs and checks addresses.
pub struct Signer {
    key: Vec<u8>,
}

/// What is added to an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Signature {
    /// Until when the signature is good, in seconds since 1970; where addresses are signed.
    pub(crate) expires: Option<u64>,
    /// Of the page's address and `expires`, in hexadecimal digits; where addresses are signed.
    pub(crate) signature: Option<String>,
}

impl Signer {
    /// A signer with the key of a file; white space around it does not count.
    ///
    /// # Errors
    ///
    /// When it cannot be read or is too short.
    pub fn open(path: &Path) -> Result<Self, SigningKeyError> {
        let key = std::fs::read(path).map_err(|source| SigningKeyError::Read {
            path: path.to_owned(),
            source,
        })?;
        let key = key.trim_ascii().to_vec();
        if key.len() < SHORTEST_KEY {
            return Err(SigningKeyError::TooShort {
                path: path.to_owned(),
                bytes: key.len(),
            });
        }
        Ok(Self { key })
    }

    /// The signature of `url` until `expires`, in seconds since 1970.
    pub fn sign(&self, url: &str, expires: u64) -> String {
        let tag = self.mac(url, expires).finalize().into_bytes();
        let mut hex = String::with_capacity(tag.len() * 2);
        for byte in tag {
            // Writing into a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    pub(in crate::server) fn check(
        &self,
        url: &str,
        signature: &Signature,
    ) -> Result<(), NotSigned> {
        let (Some(expires), Some(given)) = (signature.expires, &signature.signature) else {
            return Err(NotSigned::Missing);
        };
        let given = unhex(given).ok_or(NotSigned::Wrong)?;
        // Takes as long whether it is right or not.
        self.mac(url, expires)
            .verify_slice(&given)
            .map_err(|_| NotSigned::Wrong)?;
        if expires < now() {
            return Err(NotSigned::Expired);
        }
        Ok(())
    }

    fn mac(&self, url: &str, expires: u64) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(url.as_bytes());
        mac.update(b"\n");
        mac.update(expires.to_string().as_bytes());
        mac
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://www.example.gov.cn/zwgk/1.html";

    fn signer() -> Signer {
        Signer {
            key: b"0123456789abcdef0123456789abcdef".to_vec(),
        }
    }

    fn signed(expires: u64, signature: &str) -> Signature {
        Signature {
            expires: Some(expires),
            signature: Some(signature.to_owned()),
        }
    }

    /// `printf 'https://www.example.gov.cn/zwgk/1.html\n4102444800' | openssl dgst -sha256 -hmac
    /// 0123456789abcdef0123456789abcdef`
    const BY_OPENSSL: &str = "5313105249652d3717297432eca042475a7f3b93ae23fc92c42b6b2b36177fbf";

    #[test]
    fn the_signature_is_what_openssl_computes() {
        assert_eq!(signer().sign(PAGE, 4_102_444_800), BY_OPENSSL);
        let given = signed(4_102_444_800, BY_OPENSSL);
        assert_eq!(signer().check(PAGE, &given), Ok(()));
    }

    #[test]
    fn another_page_another_time_and_another_key_are_refused() {
        let signer = signer();
        let soon = now() + 60;
        let signature = signer.sign(PAGE, soon);
        let other = Signer {
            key: b"another key that is long enough for it".to_vec(),
        };
        let given = signed(soon, &signature);
        assert_eq!(signer.check(PAGE, &given), Ok(()));
        assert_eq!(signer.check("https://a.cn/", &given), Err(NotSigned::Wrong));
        assert_eq!(
            signer.check(PAGE, &signed(soon + 1, &signature)),
            Err(NotSigned::Wrong)
        );
        assert_eq!(other.check(PAGE, &given), Err(NotSigned::Wrong));
        assert_eq!(
            signer.check(PAGE, &signed(soon, "zz")),
            Err(NotSigned::Wrong)
        );
        assert_eq!(
            signer.check(PAGE, &Signature::default()),
            Err(NotSigned::Missing)
        );
    }

    #[test]
    fn a_signature_ends() {
        let signer = signer();
        let past = now() - 1;
        let given = signed(past, &signer.sign(PAGE, past));
        assert_eq!(signer.check(PAGE, &given), Err(NotSigned::Expired));
    }

    #[test]
    fn a_key_that_can_be_guessed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "secret\n").unwrap();
        let refused = Signer::open(&file).err().unwrap();
        assert!(refused.to_string().contains("6 bytes"), "{refused}");
        std::fs::write(&file, format!("{}\n", "k".repeat(32))).unwrap();
        assert!(Signer::open(&file).is_ok());
    }
}
