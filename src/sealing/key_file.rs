//! The key file: one `id:base64` a line, `#` begins a remark, the first key is current.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::sealed::KEY_LEN;

/// A line of the key file.
pub(super) type Line = (String, [u8; KEY_LEN]);

const REMARK: &str = "# Key ring of Switchboard. The first key is current; the others still open what they sealed.\n\
    # Whoever reads this file can read callers' data; whoever loses it loses that data.\n";

/// All keys of a file's text, or everything that is wrong with it.
pub(super) fn parse(text: &str) -> Result<Vec<Line>, Vec<String>> {
    let mut keys: Vec<Line> = Vec::new();
    let mut problems = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match parse_line(line) {
            Ok((id, _)) if keys.iter().any(|(known, _)| *known == id) => {
                problems.push(format!("line {}: key id {id} is used twice", index + 1));
            }
            Ok(key) => keys.push(key),
            Err(problem) => problems.push(format!("line {}: {problem}", index + 1)),
        }
    }
    if keys.is_empty() && problems.is_empty() {
        problems.push("it holds no key: add a line `id:base64 of 32 random bytes`".to_owned());
    }
    if problems.is_empty() { Ok(keys) } else { Err(problems) }
}

/// Never repeats the line: it may hold a key.
fn parse_line(line: &str) -> Result<Line, &'static str> {
    let (id, key) =
        line.split_once(':').ok_or("no `:` between the key's id and the key in base64")?;
    let id = id.trim();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if id.is_empty() || id.len() > 16 || !id.chars().all(fits) {
        return Err("the key's id must be 1 to 16 lower-case letters and digits");
    }
    let bytes = STANDARD.decode(key.trim()).map_err(|_| "the key is not base64 with padding")?;
    let bytes = bytes.try_into().map_err(|_| "the key must have exactly 32 bytes")?;
    Ok((id.to_owned(), bytes))
}

/// The file's text for these keys.
pub(super) fn render(keys: &[Line]) -> String {
    let mut text = REMARK.to_owned();
    for (id, key) in keys {
        text.extend([id.as_str(), ":", &STANDARD.encode(key), "\n"]);
    }
    text
}

/// Creates the file, readable by its owner only. Fails if there is one.
pub(super) fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Puts another text in the file's place, in one instant.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let fresh = path.with_added_extension("new");
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    create(&fresh, text)?;
    std::fs::rename(&fresh, path)?;
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_listed_at_once_and_show_no_key() {
        let good = STANDARD.encode([7; 32]);
        let text =
            format!("# remark\nk1:{good}\nk1:{good}\nKEY:{good}\nk2:****\nk3:c2hvcnQ=\nnothing\n");
        let problems = parse(&text).unwrap_err();
        let lines: Vec<_> =
            problems.iter().map(|p| p.split(':').next().unwrap_or_default().to_owned()).collect();
        assert_eq!(lines, ["line 3", "line 4", "line 5", "line 6", "line 7"]);
        assert!(problems.iter().all(|problem| !problem.contains(&good)));
        assert_eq!(parse("# only a remark\n").unwrap_err().len(), 1);
    }

    #[test]
    fn what_is_rendered_parses() {
        let keys = vec![("k2".to_owned(), [2; 32]), ("k1".to_owned(), [1; 32])];
        assert_eq!(parse(&render(&keys)).unwrap(), keys);
    }
}
