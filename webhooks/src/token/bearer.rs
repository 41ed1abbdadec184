//! The token in the `Authorization` header.

use super::Refusal;

/// The longest token, in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// The token of the one `Authorization` header there has to be.
pub(super) fn bearer<'a>(headers: impl IntoIterator<Item = &'a str>) -> Result<&'a str, Refusal> {
    let mut headers = headers.into_iter();
    let header = headers.next().ok_or(Refusal::Missing)?;
    if headers.next().is_some() {
        return Err(Refusal::SeveralHeaders);
    }
    let (scheme, token) = header.trim().split_once(' ').ok_or(Refusal::NotBearer)?;
    let token = token.trim_start_matches(' ');
    if !scheme.eq_ignore_ascii_case("Bearer") || token.is_empty() {
        return Err(Refusal::NotBearer);
    }
    if token.len() > MAX_TOKEN {
        return Err(Refusal::TooLong);
    }
    if token.contains(|c: char| c.is_whitespace() || c == ',') {
        return Err(Refusal::NotBearer);
    }
    Ok(token)
}
