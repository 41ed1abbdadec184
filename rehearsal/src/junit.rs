//! Results as `JUnit` XML, which continuous integration reads.

use std::fmt::Write as _;

use crate::{Played, script};

/// The scenarios of one flow. The time of a case is that of the call, in seconds, not of playing it.
pub fn junit(flow: &str, played: &[(String, Played)]) -> String {
    let failed = played.iter().filter(|(_, played)| !played.passed()).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let total = seconds(played.iter().map(|(_, played)| played.took).sum());
    let (flow, count) = (escaped(flow), played.len());
    let counts = format!("tests=\"{count}\" failures=\"{failed}\" errors=\"0\" time=\"{total}\"");
    let _ = writeln!(xml, "<testsuites {counts}>\n  <testsuite name=\"{flow}\" {counts}>");
    for (file, played) in played {
        case(&mut xml, &flow, file, played);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn case(xml: &mut String, flow: &str, file: &str, played: &Played) {
    let (name, file) = (escaped(&played.title), escaped(file));
    let time = seconds(played.took);
    let _ = writeln!(
        xml,
        "    <testcase classname=\"{flow}\" name=\"{name}\" file=\"{file}\" time=\"{time}\">"
    );
    let failures: Vec<String> = played.failures().collect();
    if let Some(first) = failures.first() {
        let (first, all) = (escaped(first), escaped(&failures.join("\n")));
        let _ = writeln!(xml, "      <failure message=\"{first}\">{all}</failure>");
    }
    let _ =
        writeln!(xml, "      <system-out>{}</system-out>", escaped(&script(&played.told, false)));
    xml.push_str("    </testcase>\n");
}

fn seconds(millis: i64) -> String {
    format!("{}.{:03}", millis / 1_000, millis % 1_000)
}

/// Text for XML 1.0: what it cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(letter),
            control if u32::from(control) < 0x20 => {}
            '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StepPlayed;

    #[test]
    fn a_failure_is_told_and_nothing_breaks_the_xml() {
        let step = |ok: bool, detail: Option<&str>| StepPlayed {
            text: "the caller hears \"<a> & b\"".to_owned(),
            ok,
            at: 0,
            detail: detail.map(str::to_owned),
        };
        let played = |title: &str, steps: Vec<StepPlayed>| Played {
            title: title.to_owned(),
            steps,
            told: Vec::new(),
            hops: Vec::new(),
            outcome: None,
            agent: None,
            took: 61_250,
            engine_steps: 0,
        };
        let cases = [
            ("a.yaml".to_owned(), played("one", vec![step(true, None)])),
            ("b.yaml".to_owned(), played("two\u{1}", vec![step(false, Some("\"nothing\""))])),
        ];
        let xml = junit("help", &cases);
        assert!(xml.contains("tests=\"2\" failures=\"1\""), "{xml}");
        assert!(xml.contains("time=\"61.250\""), "{xml}");
        assert!(xml.contains("name=\"two\""), "{xml}");
        let message =
            "message=\"the caller hears &quot;&lt;a&gt; &amp; b&quot;: &quot;nothing&quot;\"";
        assert!(xml.contains(message), "{xml}");
        assert_eq!(xml.matches("<failure").count(), 1);
    }
}
