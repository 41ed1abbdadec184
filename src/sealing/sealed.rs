//! AES-256-GCM with random nonces. Sealed bytes are nonce (12), ciphertext, tag (16).

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use super::SealingError;

/// Length of a key, in bytes.
pub(super) const KEY_LEN: usize = 32;

/// 32 random bytes.
pub(super) fn random_key() -> Result<[u8; KEY_LEN], SealingError> {
    let mut bytes = [0; KEY_LEN];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| SealingError::NoRandomness)?;
    Ok(bytes)
}

/// The cipher for a key.
pub(super) fn cipher(key: &[u8; KEY_LEN]) -> Result<RandomizedNonceKey, SealingError> {
    RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| SealingError::NoRandomness)
}

/// Encrypts, bound to `aad`.
pub(super) fn seal(
    key: &RandomizedNonceKey,
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, SealingError> {
    let mut sealed = vec![0; NONCE_LEN];
    sealed.reserve_exact(plain.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(plain);
    let (nonce, tag) = key
        .seal_in_place_separate_tag(Aad::from(aad), &mut sealed[NONCE_LEN..])
        .map_err(|_| SealingError::NoRandomness)?;
    sealed[..NONCE_LEN].copy_from_slice(nonce.as_ref());
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed)
}

/// Decrypts what [`seal`] made with the same key and `aad`.
pub(super) fn open(
    key: &RandomizedNonceKey,
    aad: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, SealingError> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealingError::Damaged)?;
    if body.len() < AES_256_GCM.tag_len() {
        return Err(SealingError::Damaged);
    }
    let mut plain = body.to_vec();
    let length = key
        .open_in_place(Nonce::from(nonce), Aad::from(aad), &mut plain)
        .map_err(|_| SealingError::DoesNotOpen)?
        .len();
    plain.truncate(length);
    Ok(plain)
}
