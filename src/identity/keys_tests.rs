use std::{
    collections::VecDeque,
    io::{Read as _, Write as _},
    sync::atomic::{AtomicUsize, Ordering},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::sync::Semaphore;

use super::*;

/// Answers fetches from a list, each when it is allowed to; then fails.
struct Script {
    answers: Mutex<VecDeque<Vec<u8>>>,
    allowed: Semaphore,
    fetches: AtomicUsize,
}

#[async_trait]
impl Fetch for Arc<Script> {
    async fn fetch(&self) -> Result<Vec<u8>, FetchError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        self.allowed.acquire().await.unwrap().forget();
        self.answers.lock().unwrap().pop_front().ok_or(FetchError::Status(500))
    }
}

fn script(answers: &[&[u8]], allowed: usize) -> (Arc<Script>, KeySource) {
    let script = Arc::new(Script {
        answers: Mutex::new(answers.iter().map(|answer| answer.to_vec()).collect()),
        allowed: Semaphore::new(allowed),
        fetches: AtomicUsize::new(0),
    });
    (script.clone(), KeySource::over(script, None))
}

fn fetches(script: &Script) -> usize {
    script.fetches.load(Ordering::SeqCst)
}

/// A document with keys of these ids. The modulus only looks like one.
fn document(kids: &[&str]) -> Vec<u8> {
    let keys: Vec<_> = kids
        .iter()
        .map(|kid| {
            let mut modulus = [0xc5; 256];
            modulus[..kid.len()].copy_from_slice(kid.as_bytes());
            modulus[0] = 0xff;
            let n = URL_SAFE_NO_PAD.encode(modulus);
            serde_json::json!({ "kty": "RSA", "use": "sig", "kid": kid, "n": n, "e": "AQAB" })
        })
        .collect();
    serde_json::to_vec(&serde_json::json!({ "keys": keys })).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_760_000_000 + seconds).unwrap()
}

async fn settle(source: &KeySource) {
    source.inner.tracker.close();
    source.inner.tracker.wait().await;
    source.inner.tracker.reopen();
}

#[tokio::test]
async fn many_callers_share_one_fetch() {
    let (script, source) = script(&[&document(&["a"])], 1);
    let (one, two) = tokio::join!(source.current(at(0)), source.current(at(0)));
    assert!(one.unwrap().has("a") && two.unwrap().has("a"));
    assert_eq!(fetches(&script), 1);
    source.current(at(3_599)).await.unwrap();
    assert_eq!(fetches(&script), 1, "not before an hour");
}

#[tokio::test]
async fn a_new_fetch_after_an_hour_makes_nobody_wait_and_withdraws_keys() {
    let (script, source) = script(&[&document(&["a"]), &document(&["b"])], 1);
    source.current(at(0)).await.unwrap();
    assert!(source.current(at(3_601)).await.unwrap().has("a"), "served while fetching");
    script.allowed.add_permits(1);
    settle(&source).await;
    let set = source.current(at(3_602)).await.unwrap();
    assert!(set.has("b") && !set.has("a"));
}

#[tokio::test]
async fn the_last_good_keys_serve_for_a_day_when_fetching_fails() {
    let (script, source) = script(&[&document(&["a"]), b"<html>", &document(&["b", "b"])], 99);
    source.current(at(0)).await.unwrap();
    for hour in 1..24 {
        assert!(source.current(at(hour * 3_600 + 1)).await.unwrap().has("a"), "{hour}");
        settle(&source).await;
    }
    assert!(fetches(&script) > 20);
    assert!(source.current(at(86_400)).await.is_err());
}

#[tokio::test]
async fn without_any_keys_tries_follow_each_other_but_not_for_each_request() {
    let (script, source) = script(&[b"", b"", &document(&["a"])], 9);
    assert!(source.current(at(0)).await.is_err());
    assert!(source.current(at(1)).await.is_err());
    assert_eq!(fetches(&script), 1);
    assert!(source.current(at(2)).await.is_err());
    assert!(source.current(at(4)).await.unwrap().has("a"));
    assert_eq!(fetches(&script), 3);
}

#[tokio::test]
async fn a_rolled_key_is_fetched_once() {
    let (script, source) = script(&[&document(&["a"]), &document(&["a", "b"])], 9);
    source.current(at(0)).await.unwrap();
    let (one, two) = tokio::join!(source.with_key("b", at(60)), source.with_key("b", at(60)));
    assert!(one.unwrap().unwrap().has("b") && two.unwrap().unwrap().has("b"));
    assert_eq!(fetches(&script), 2);
}

#[tokio::test]
async fn made_up_key_ids_cost_one_fetch_in_five_minutes() {
    let set = document(&["a"]);
    let (script, source) = script(&[&set, &set, &set], 9);
    source.current(at(0)).await.unwrap();
    for n in 0..1_000 {
        let unknown = source.with_key(&format!("made up {n}"), at(60)).await;
        assert!(unknown.unwrap().is_none());
    }
    assert_eq!(fetches(&script), 2);
    assert!(source.with_key("another", at(361)).await.unwrap().is_none());
    assert_eq!(fetches(&script), 3);
}

#[tokio::test]
async fn an_unknown_key_while_fetching_fails_is_our_inability() {
    let (_, source) = script(&[&document(&["a"])], 9);
    source.current(at(0)).await.unwrap();
    assert!(source.with_key("b", at(60)).await.is_err());
    assert!(source.with_key("b", at(61)).await.is_err());
    assert!(source.current(at(62)).await.unwrap().has("a"), "known keys still serve");
}

/// Answers one connection on loopback, in plain text, and ends.
fn serve(answer: Vec<u8>) -> Url {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4_096];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(&answer);
    });
    Url::parse(&format!("http://127.0.0.1:{port}/keys")).unwrap()
}

async fn got(answer: &str, body: &[u8]) -> Result<Vec<u8>, FetchError> {
    let url = serve([answer.as_bytes(), b"\r\n\r\n", body].concat());
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Web { url, client }.get().await
}

#[tokio::test]
async fn documents_are_read_up_to_their_limit_and_redirects_not_followed() {
    let good = got("HTTP/1.1 200 OK\r\nContent-Length: 2", b"{}").await;
    assert_eq!(good.unwrap(), b"{}");
    let large = got("HTTP/1.1 200 OK\r\nConnection: close", &vec![b' '; MAX_KEY_SET + 1]).await;
    assert!(matches!(large, Err(FetchError::Body(BodyError::TooLong { .. }))), "{large:?}");
    let moved = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0";
    assert!(matches!(got(moved, b"").await, Err(FetchError::Status(302))));
}

#[tokio::test]
async fn keys_are_never_fetched_without_tls() {
    let url = Url::parse("http://127.0.0.1:1/keys").unwrap();
    let web = Web { url, client: Client::builder().build().unwrap() };
    assert!(matches!(web.fetch().await, Err(FetchError::NotHttps)));
}

#[tokio::test]
async fn f45_a_process_that_starts_without_its_issuer_believes_by_the_keys_it_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not-there-yet/turned-away.callback-keys");
    let kept = |url: &str| Some(KeptKeys::new(&file, url));
    let process = |answers: &[&[u8]], url: &str| {
        let (script, _) = script(answers, 9);
        KeySource::over(script, kept(url))
    };
    let good = document(&["a"]);
    let first = process(&[good.as_slice()], "https://issuer");
    assert!(first.current(at(0)).await.unwrap().has("a"));
    settle(&first).await;

    let alone = process(&[], "https://issuer");
    assert!(alone.current(at(3_600 * 23)).await.unwrap().has("a"), "for a day");
    settle(&alone).await;
    assert!(alone.current(at(3_600 * 25)).await.is_err(), "and no longer");
    let other = process(&[], "https://another");
    assert!(other.current(at(60)).await.is_err(), "not the keys of another address");
    let newer = document(&["b"]);
    let rolled = process(&[newer.as_slice()], "https://issuer");
    assert!(rolled.with_key("b", at(120)).await.unwrap().unwrap().has("b"), "a new key is fetched");
    settle(&rolled).await;
    assert!(process(&[], "https://issuer").current(at(130)).await.unwrap().has("b"));
    std::fs::write(&file, b"half a li").unwrap();
    assert!(process(&[], "https://issuer").current(at(140)).await.is_err(), "but starts");
}
