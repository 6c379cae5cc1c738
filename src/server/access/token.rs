//! Bearer tokens: 256 random bits, of which this machine keeps a hash.
//!
//! A token is as hard to guess as its hash is to invert, so one round of SHA-256 is enough: slow
//! hashes are for passwords, which people choose.

/// A new token.
pub fn generate() -> String {
    use base64::Engine;
    let bytes: [u8; 32] = rand::random();
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    format!("langdu_{text}")
}

/// The token in an `Authorization` header's value.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TokenHash;

    #[test]
    fn a_new_token_fits_its_hash_and_no_other() {
        let token = generate();
        let hash = TokenHash::try_from(TokenHash::of(&token).to_string()).unwrap();
        assert!(hash.fits(&token));
        assert!(!hash.fits(&generate()));
        assert!(!hash.fits(""));
    }

    #[test]
    fn only_bearer_headers_hold_a_token() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        for other in ["abc", "Basic abc", "Bearer", "Bearer "] {
            assert_eq!(bearer(other), None, "{other}");
        }
    }
}
