//! Digits that nobody may read: a card's number, a PIN.
//!
//! The operation context of such a question carries a mark. Whoever takes the answer in puts their count in the place
//! of the keys before anything is written, and keeps the digits in memory. The engine knows how many there are and
//! whether the check digit is right. Only a request to an endpoint can name them, by the number of the question.

use webhooks::{CallEvent, CallEventKind, Digits, Recognition, Tone, UnknownMembers, Untyped};

use crate::flow::pattern::luhn;

use super::state::Number;

/// What stands behind the number.
const MARK: &str = ".withheld";

/// The operation context of a command.
pub fn context_of(number: Number, sensitive: bool) -> String {
    if sensitive { format!("{number}{MARK}") } else { number.to_string() }
}

/// The number in an operation context; none where it is not one of ours.
pub fn number_in(context: &str) -> Option<Number> {
    context.strip_suffix(MARK).unwrap_or(context).parse().ok()
}

/// Whether a body may hold such digits: what cannot be read as an event must not be kept then.
pub fn is_marked(body: &[u8]) -> bool {
    body.windows(MARK.len()).any(|part| part == MARK.as_bytes())
}

/// Takes the keys out of an event whose context has the mark; gives the question's number and the digits, if digits
/// are what was typed. The stop key is not among them.
pub fn withhold(event: &mut CallEvent) -> Option<(Number, Digits)> {
    if let CallEventKind::Unknown { data, .. } = &mut event.kind {
        // A context that could not be read is among the data.
        let marked = event.operation_context.as_deref().is_some_and(|of| of.ends_with(MARK))
            || is_marked(data.expose().to_string().as_bytes());
        if marked {
            *data = Untyped::new(serde_json::Value::Null);
            event.unknown = UnknownMembers::default();
            event.result = None;
        }
        return None;
    }
    let context = event.operation_context.as_deref().filter(|context| context.ends_with(MARK))?;
    let number = number_in(context)?;
    // What this release does not know may be the keys by another name, and a message may repeat them.
    event.unknown = UnknownMembers::default();
    if let Some(result) = &mut event.result {
        result.message.clear();
    }
    let CallEventKind::RecognizeCompleted(recognition) = &mut event.kind else { return None };
    let digits = typed(recognition);
    *recognition = counted(digits.as_deref());
    digits.map(|digits| (number, Digits::new(digits)))
}

/// What stands in the journal in the place of digits.
pub fn counted(digits: Option<&str>) -> Recognition {
    let digits = digits.unwrap_or_default();
    Recognition::Withheld {
        digits: u8::try_from(digits.len()).unwrap_or(u8::MAX),
        luhn: luhn(digits),
    }
}

/// The digits without the key that ended them; none where anything else was typed.
pub fn typed(recognition: &Recognition) -> Option<String> {
    let Recognition::Dtmf { tones } = recognition else { return None };
    let keys: Option<String> = tones.iter().map(Tone::digit).collect();
    let keys = keys?;
    let digits = keys.strip_suffix(['#', '*']).unwrap_or(&keys);
    (!digits.is_empty() && digits.chars().all(|key| key.is_ascii_digit()))
        .then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use webhooks::parse_call_events;

    use super::*;

    fn event(context: &str, tones: &str) -> CallEvent {
        let body = format!(
            r#"[{{"id":"1","source":"calling/callConnections/c","specversion":"1.0","type":"Microsoft.Communication.RecognizeCompleted",
            "odd":"4111","data":{{"callConnectionId":"c","operationContext":"{context}","recognitionType":"dtmf","extra":"4111",
            "dtmfResult":{{"tones":[{tones}]}},"resultInformation":{{"code":200,"subCode":8531,"message":"4111"}}}}}}]"#
        );
        parse_call_events(body.as_bytes()).expect("an envelope").remove(0).expect("an event")
    }

    #[test]
    fn marked_keys_are_taken_out_of_the_event() {
        let four_ones = r#""four","one","one","one","pound""#;
        let mut marked = event("17.withheld", four_ones);
        let (number, digits) = withhold(&mut marked).expect("digits");
        assert_eq!((number, digits.expose()), (17, "4111"));
        let kept = serde_json::to_string(&marked).expect("JSON");
        assert!(!kept.contains("4111") && !kept.contains("\"one\""), "{kept}");
        assert_eq!(
            marked.kind,
            CallEventKind::RecognizeCompleted(Recognition::Withheld { digits: 4, luhn: false })
        );
    }

    #[test]
    fn what_is_no_digits_is_not_kept_either() {
        let mut marked = event("17.withheld", r#""one","star","one""#);
        assert_eq!(withhold(&mut marked), None);
        assert_eq!(
            marked.kind,
            CallEventKind::RecognizeCompleted(Recognition::Withheld { digits: 0, luhn: false })
        );
    }

    /// A type that this release does not know, or a context that it cannot read.
    #[test]
    fn a_marked_event_of_unknown_type_keeps_nothing() {
        for (name, context) in [
            ("Microsoft.Communication.RecognizeEnded", r#""17.withheld""#),
            ("Microsoft.Communication.RecognizeEnded", r#"{"of":"17.withheld"}"#),
            ("Contoso.Recognized", r#""17.withheld""#),
        ] {
            let body = format!(
                r#"[{{"id":"1","source":"calling/callConnections/c","specversion":"1.0","type":"{name}","odd":"4111",
                "data":{{"callConnectionId":"c","operationContext":{context},"tones":["four","one"],"digits":"4111",
                "resultInformation":{{"code":200,"subCode":8531,"message":"4111"}}}}}}]"#
            );
            let mut marked =
                parse_call_events(body.as_bytes()).expect("an envelope").remove(0).expect("event");
            assert_eq!(withhold(&mut marked), None);
            let kept = serde_json::to_string(&marked).expect("JSON");
            assert!(!kept.contains("4111") && !kept.contains("four"), "{kept}");
            assert!(kept.contains(name) && kept.contains("\"c\""), "{kept}");
            let plain = body.replace(".withheld", "");
            let mut plain =
                parse_call_events(plain.as_bytes()).expect("an envelope").remove(0).expect("event");
            let before = plain.clone();
            assert_eq!((withhold(&mut plain), plain), (None, before));
        }
    }

    #[test]
    fn other_events_are_left_as_they_are() {
        let mut plain = event("17", r#""one""#);
        let before = plain.clone();
        assert_eq!(withhold(&mut plain), None);
        assert_eq!(plain, before);
        assert_eq!(
            (number_in("17.withheld"), number_in("17"), number_in("x")),
            (Some(17), Some(17), None)
        );
    }
}
