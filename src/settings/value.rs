//! How a written value becomes a typed one. Each function tells what is wrong; the caller adds where.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use url::Url;
use webhooks::Secret;

use super::source::{Node, Placed};

/// The longest secret that is read from a file, in bytes.
const SECRET_LIMIT: usize = 8 * 1024;

/// A value, or what is wrong with what was written. Never repeats a secret.
pub(super) type Read<T> = Result<T, String>;

/// Text, without surrounding blanks, not empty.
pub(super) fn text(node: &Node) -> Read<String> {
    match node {
        Node::Text(text) if text.trim().is_empty() => Err("this is empty".to_owned()),
        Node::Text(text) => Ok(text.trim().to_owned()),
        Node::Integer(_)
        | Node::Float(_)
        | Node::Flag(_)
        | Node::List(_)
        | Node::Table(_)
        | Node::Other(_) => Err(format!("this is {}, not text", kind(node))),
    }
}

/// True or false; a variable says it as text.
pub(super) fn flag(node: &Node) -> Read<bool> {
    match node {
        Node::Flag(flag) => Ok(*flag),
        Node::Text(text) => {
            text.trim().parse().map_err(|_| format!("{text:?} is neither true nor false"))
        }
        Node::Integer(_) | Node::Float(_) | Node::List(_) | Node::Table(_) | Node::Other(_) => {
            Err(format!("this is {}, not true or false", kind(node)))
        }
    }
}

/// A whole number between two others; a variable says it as text.
pub(super) fn whole(least: usize, most: usize) -> impl Fn(&Node) -> Read<usize> {
    move |node| {
        let number = match node {
            Node::Integer(number) => usize::try_from(*number).ok(),
            Node::Text(text) => text.trim().parse().ok(),
            Node::Float(_) | Node::Flag(_) | Node::List(_) | Node::Table(_) | Node::Other(_) => {
                None
            }
        };
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| format!("this is no whole number from {least} to {most}"))
    }
}

/// A list of texts, not empty; one text stands for a list of one, and a variable uses commas.
pub(super) fn texts(node: &Node) -> Read<Vec<String>> {
    let found: Vec<String> = match node {
        Node::List(items) => items.iter().map(|item| text(&item.node)).collect::<Read<_>>()?,
        Node::Text(joined) => joined
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect(),
        Node::Integer(_) | Node::Float(_) | Node::Flag(_) | Node::Table(_) | Node::Other(_) => {
            return Err(format!("this is {}, not a list of texts", kind(node)));
        }
    };
    if found.is_empty() {
        return Err("this is empty".to_owned());
    }
    Ok(found)
}

/// A path. Nothing is opened.
pub(super) fn path(node: &Node) -> Read<PathBuf> {
    text(node).map(PathBuf::from)
}

/// A path of a file that this user may read.
pub(super) fn readable(node: &Node) -> Read<PathBuf> {
    let path = path(node)?;
    match std::fs::File::open(&path).and_then(|file| file.metadata()) {
        Ok(found) if found.is_file() => Ok(path),
        Ok(_) => Err(format!("{} is not a file", path.display())),
        Err(error) => Err(format!("{} cannot be read ({error})", path.display())),
    }
}

/// An https address with a host and neither query, fragment nor user.
pub(super) fn https(node: &Node) -> Read<Url> {
    let text = text(node)?;
    let url = Url::parse(&text).map_err(|error| format!("{text:?} is no address ({error})"))?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if url.scheme() != "https" || !url.has_host() || !plain {
        return Err(format!("{text:?} is not a plain https address"));
    }
    Ok(url)
}

/// An https address of a host, without a path.
pub(super) fn https_host(node: &Node) -> Read<Url> {
    let url = https(node)?;
    if url.path() == "/" { Ok(url) } else { Err(format!("{:?} has a path", url.as_str())) }
}

/// An Entra or Azure id, in lower case.
pub(super) fn guid(node: &Node) -> Read<String> {
    let text = text(node)?;
    let lengths = text.split('-').map(str::len);
    let hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    if lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(hex) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(format!("{text:?} is not a GUID"))
    }
}

/// An address and port to listen on.
pub(super) fn socket(node: &Node) -> Read<SocketAddr> {
    let text = text(node)?;
    text.parse().map_err(|_| format!("{text:?} is not an address with a port"))
}

/// A duration within bounds, both included.
pub(super) fn between(shortest: Duration, longest: Duration) -> impl Fn(&Node) -> Read<Duration> {
    move |node| {
        let found = duration(&text(node)?)?;
        if (shortest..=longest).contains(&found) {
            Ok(found)
        } else {
            Err(format!("{found:?} is not within {shortest:?} and {longest:?}"))
        }
    }
}

/// A whole number and its unit: `ms`, `s`, `m`, `h` or `d`.
fn duration(text: &str) -> Read<Duration> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let in_ms = match unit.trim() {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    };
    number
        .parse::<u64>()
        .ok()
        .zip(in_ms)
        .and_then(|(number, unit)| number.checked_mul(unit))
        .map(Duration::from_millis)
        .ok_or_else(|| format!("{text:?} is not a number with a unit"))
}

/// A secret: text, or `{ file = "…" }` whose content it is, without the line's end.
pub(super) fn secret(node: &Node) -> Read<Secret> {
    let found = match node {
        Node::Text(text) => text.trim().to_owned(),
        Node::Table(table) => match (table.get("file"), table.len()) {
            (Some(Placed { node, .. }), 1) => secret_file(node)?,
            _ => return Err("this table has other keys than file".to_owned()),
        },
        Node::Integer(_) | Node::Float(_) | Node::Flag(_) | Node::List(_) | Node::Other(_) => {
            return Err(format!("this is {}, not text", kind(node)));
        }
    };
    if found.is_empty() {
        return Err("this is empty".to_owned());
    }
    Ok(Secret::new(found))
}

fn secret_file(node: &Node) -> Read<String> {
    let path = readable(node)?;
    let content = std::fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read ({error})", path.display()))?;
    if content.len() > SECRET_LIMIT {
        return Err(format!("{} is longer than a secret is", path.display()));
    }
    Ok(content.trim().to_owned())
}

/// What was written, for people.
pub(super) fn kind(node: &Node) -> &'static str {
    match node {
        Node::Text(_) => "text",
        Node::Integer(_) | Node::Float(_) => "a number",
        Node::Flag(_) => "true or false",
        Node::List(_) => "a list",
        Node::Table(_) => "a table",
        Node::Other(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    #[test]
    fn durations() {
        for (text, ms) in [
            ("5s", Some(5_000)),
            ("500ms", Some(500)),
            ("2 m", Some(120_000)),
            ("1h", Some(3_600_000)),
            ("5", None),
            ("s", None),
            ("-5s", None),
            ("1.5s", None),
            ("99999999999999999999h", None),
            ("18446744073709551615h", None),
        ] {
            let read = duration(text).ok();
            assert_eq!(read, ms.map(Duration::from_millis), "{text}");
        }
    }

    #[test]
    fn addresses() {
        for (text, good) in [
            ("https://contoso.communication.azure.com", true),
            ("https://localhost:8443/base", true),
            ("http://localhost", false),
            ("https://", false),
            ("contoso.communication.azure.com", false),
            ("https://host/?a=b", false),
            ("https://me:pass@host", false),
            ("https://host/#part", false),
        ] {
            assert_eq!(https(&written(text)).is_ok(), good, "{text}");
        }
        assert!(https_host(&written("https://localhost:8443/")).is_ok());
        assert!(https_host(&written("https://localhost:8443/base")).is_err());
    }

    #[test]
    fn guids() {
        let upper = "9B4D2C6E-0F0A-4E2B-8F49-1C1D3A5B7E90";
        assert_eq!(guid(&written(upper)), Ok(upper.to_lowercase()));
        for text in [
            "9b4d2c6e0f0a4e2b8f491c1d3a5b7e90",
            "9b4d2c6e-0f0a-4e2b-8f49-1c1d3a5b7e9g",
            "ada@contoso.com",
        ] {
            assert!(guid(&written(text)).is_err(), "{text}");
        }
    }
}
