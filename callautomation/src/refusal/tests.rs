use super::*;

fn read(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Refusal {
    let mut all = Headers::new();
    for (name, value) in headers {
        all.insert(*name, *value);
    }
    let now: Timestamp = "2026-06-25T10:00:00Z".parse().unwrap();
    Refusal::read(Operation::Play, status, &all, body.as_bytes(), now)
}

#[test]
fn the_sub_code_is_found_wherever_it_is_written() {
    for (body, code, sub_code) in [
        (r#"{"error":{"code":"8522","message":"gone"}}"#, Some("8522"), Some(8522)),
        (r#"{"error":{"code":8522,"message":"gone"}}"#, Some("8522"), Some(8522)),
        (r#"{"error":{"code":"404/8522"}}"#, Some("404/8522"), Some(8522)),
        (r#"{"error":{"code":"404","message":"not found"}}"#, Some("404"), None),
        (
            r#"{"error":{"code":"NotFound","innererror":{"code":"8522"}}}"#,
            Some("NotFound"),
            Some(8522),
        ),
        (
            r#"{"error":{"code":"NotFound","innererror":{"innererror":{"code":8522}}}}"#,
            Some("NotFound"),
            Some(8522),
        ),
        (
            r#"{"error":{"code":"BadRequest","details":[{"code":"x"},{"code":"8523"}]}}"#,
            Some("BadRequest"),
            Some(8523),
        ),
        (
            r#"{"error":{"code":"Bad","details":null,"message":"Failed. SubCode: 8501."}}"#,
            Some("Bad"),
            Some(8501),
        ),
        (
            r#"{"error":{"code":"Bad","message":"sub code = 8583, try later"}}"#,
            Some("Bad"),
            Some(8583),
        ),
        (
            r#"{"error":{"code":"Bad","message":"Ended. DiagCode: 0#7000.@"}}"#,
            Some("Bad"),
            Some(7000),
        ),
        (
            r#"{"error":{"code":"Bad","message":"call 4:+14255550123 is 8522 long"}}"#,
            Some("Bad"),
            None,
        ),
        (r#"{"code":"8522","message":"no envelope"}"#, Some("8522"), Some(8522)),
        (r#"{"error":{"code":{"odd":1},"message":[]}}"#, None, None),
        (r#"{"error":null}"#, None, None),
        ("<html>502</html>", None, None),
        ("", None, None),
    ] {
        let refusal = read(404, &[], body);
        assert_eq!((refusal.code.as_deref(), refusal.sub_code), (code, sub_code), "{body}");
    }
}

#[test]
fn deep_nesting_ends() {
    let body = format!(
        "{}{}{}",
        r#"{"error":"#,
        r#"{"innererror":"#.repeat(60),
        "{}".to_owned() + &"}".repeat(61)
    );
    assert_eq!(read(400, &[], &body).sub_code, None);
}

#[test]
fn the_waiting_time_is_read_in_each_form() {
    for (name, value, expected) in [
        ("retry-after", "7", Some(7_000)),
        ("retry-after", "Thu, 25 Jun 2026 10:00:30 GMT", Some(30_000)),
        ("retry-after", "Thu, 25 Jun 2026 09:00:00 GMT", Some(0)),
        ("retry-after", "soon", None),
        ("retry-after-ms", "250", Some(250)),
        ("x-ms-retry-after-ms", "250", Some(250)),
    ] {
        let waiting = read(429, &[(name, value)], "").retry_after;
        assert_eq!(waiting, expected.map(Duration::from_millis), "{name}: {value}");
    }
}

#[test]
fn the_text_says_what_to_do_and_holds_no_message() {
    let body = r#"{"error":{"code":"8522","message":"no +14255550123","target":"4:+14255550123"}}"#;
    let refusal = read(404, &[("ms-cv", "abc.1")], body);
    let shown = format!("{refusal} {refusal:?}");
    assert!(!shown.contains("4255550123"), "{shown}");
    assert!(shown.contains("sub-code 8522") && shown.contains("not found"), "{shown}");
    assert_eq!(refusal.message(), Some("no +14255550123"));
    assert_eq!(refusal.target(), Some("4:+14255550123"));
    assert_eq!(refusal.request_id.as_deref(), Some("abc.1"));
    let both = read(404, &[("ms-cv", "abc.1"), ("x-ms-request-id", "r1")], body);
    assert_eq!(both.request_id.as_deref(), Some("r1"));
    assert_eq!(both.correlation_vector.as_deref(), Some("abc.1"));
}

#[test]
fn long_texts_are_cut() {
    let body = format!(r#"{{"error":{{"code":"{0}","message":"{0}"}}}}"#, "é".repeat(5_000));
    let refusal = read(400, &[], &body);
    assert_eq!(refusal.code.unwrap().chars().count(), 100);
    assert_eq!(refusal.message.unwrap().chars().count(), 2_000);
}

proptest::proptest! {
    #[test]
    fn any_body_is_read_without_panic(body in ".*", status in 300_u16..600) {
        let refusal = read(status, &[], &body);
        proptest::prop_assert!(refusal.sub_code.is_none_or(|code| code >= 1_000));
        let wrapped = serde_json::json!({"error": {"code": body, "message": body}}).to_string();
        read(status, &[], &wrapped);
    }
}
