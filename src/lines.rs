//! Files of lines that are only ever appended to. A full disk or a crash may cut one off in the middle.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
};

/// Appends `text`, which is whole lines, durably. What was cut off before it stays a line of its own:
/// it must not swallow the first of these. `file` is open for appending and reading. Blocks on the disk.
///
/// # Errors
/// When the file cannot be written; a part of `text` may be in it.
pub(crate) fn append(file: &mut File, text: &str) -> io::Result<()> {
    // One write: lines of two processes do not mix.
    let written = if is_torn(file)? { format!("\n{text}") } else { text.to_owned() };
    file.write_all(written.as_bytes())?;
    file.sync_all()
}

fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_off_swallows_no_other() {
        let mut file = tempfile::tempfile().unwrap();
        append(&mut file, "one\n").unwrap();
        append(&mut file, "two\nthr").unwrap();
        append(&mut file, "four\n").unwrap();
        let mut text = String::new();
        file.rewind().unwrap();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "one\ntwo\nthr\nfour\n");
    }
}
