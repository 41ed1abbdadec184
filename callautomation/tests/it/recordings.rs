//! Fetching and deleting files of recordings: what is signed for whom, parts, breaks, files.

use std::sync::Arc;

use callautomation::{
    AccessKey, ByteRange, Client, ClientOptions, Credential, DownloadError, Progress,
    RecordingDownload,
};
use jiff::Timestamp;
use url::Url;

use crate::{
    files::{Files, Habits},
    hmac_by_hand::{base64, hmac, sha256},
    server::Received,
};

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
const DATE: &str = "Thu, 25 Jun 2026 10:00:00 GMT";
const RESOURCE: &str = "contoso.communication.azure.com";

fn client(hosts: &[&str]) -> Client {
    let now: Timestamp = "2026-06-25T10:00:00Z".parse().unwrap();
    let options = ClientOptions {
        clock: Arc::new(move || now),
        allow_http_loopback: true,
        recording_hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        ..ClientOptions::default()
    };
    let endpoint = Url::parse(&format!("https://{RESOURCE}")).unwrap();
    let key = AccessKey::from_base64(&base64(KEY)).unwrap();
    Client::new(endpoint, Credential::AccessKey(key), options).unwrap()
}

fn client_for(files: &Files) -> Client {
    client(&[&files.address.to_string()])
}

/// 5,000 bytes that differ from place to place.
fn file() -> Vec<u8> {
    (0_u32..5_000).map(|at| (at * 7 % 251).to_le_bytes()[0]).collect()
}

fn storage(parts: bool, breaks: &[usize]) -> Files {
    Files::start(Habits { file: file(), parts, breaks: breaks.to_vec(), ..Habits::default() })
}

fn assert_signed(request: &Received) {
    assert_eq!(request.header("x-ms-host"), Some(RESOURCE));
    assert_eq!(request.header("x-ms-date"), Some(DATE));
    let hash = base64(&sha256(b""));
    let text = format!("{}\n{}\n{DATE};{RESOURCE};{hash}", request.method, request.target);
    let signature = base64(&hmac(KEY, text.as_bytes()));
    let expected = format!(
        "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"
    );
    assert_eq!(request.header("authorization"), Some(expected.as_str()));
}

#[tokio::test]
async fn a_whole_file_is_signed_for_the_resource_and_streamed() {
    let files = storage(true, &[]);
    let (mut got, mut told) = (Vec::new(), Vec::new());
    let location = files.location();
    let count = client_for(&files)
        .download_recording(RecordingDownload::new(&location), &mut got, |at| told.push(at))
        .await
        .unwrap();
    assert_eq!((count, &got), (5_000, &file()));
    assert_eq!(told.last(), Some(&Progress { received: 5_000, total: Some(5_000) }));
    assert!(told.is_sorted_by_key(|at| at.received));
    let [request] = &files.received()[..] else { panic!("asked more than once") };
    assert_eq!(request.target, "/v1/objects/d1/content/audio?x=1");
    assert_eq!(request.header("range"), None);
    assert_eq!(request.header("accept-encoding"), Some("identity"));
    let host = files.address.to_string();
    assert_eq!(request.header("host"), Some(host.as_str()));
    assert_signed(request);
}

#[tokio::test]
async fn a_part_is_the_part_that_was_asked_for() {
    let files = storage(true, &[]);
    let location = files.location();
    for (first, last, end) in
        [(0, Some(0), 1), (10, Some(19), 20), (4_990, None, 5_000), (4_990, Some(9_999), 5_000)]
    {
        let mut got = Vec::new();
        let range = ByteRange { first, last };
        let what = RecordingDownload { range, ..RecordingDownload::new(&location) };
        client_for(&files).download_recording(what, &mut got, |_| ()).await.unwrap();
        let first = usize::try_from(first).unwrap();
        assert_eq!(got, file()[first..end], "{range:?}");
    }
    let received = files.received();
    let asked: Vec<_> = received.iter().map(|request| request.header("range").unwrap()).collect();
    assert_eq!(asked, ["bytes=0-0", "bytes=10-19", "bytes=4990-", "bytes=4990-9999"]);
    received.iter().for_each(assert_signed);
}

#[tokio::test]
async fn another_part_is_not_taken() {
    let location = |files: &Files| files.location();
    let range = ByteRange { first: 10, last: Some(19) };
    for files in [
        storage(false, &[]),
        Files::start(Habits { file: file(), parts: true, shifts: 1, ..Habits::default() }),
        Files::start(Habits { file: file(), parts: true, adds: 1, ..Habits::default() }),
    ] {
        let location = location(&files);
        let what = RecordingDownload { range, ..RecordingDownload::new(&location) };
        let mut got = Vec::new();
        let error = client_for(&files).download_recording(what, &mut got, |_| ()).await;
        assert!(matches!(error, Err(DownloadError::OtherPart)), "{error:?}");
        assert!(got.is_empty());
    }
    let files = storage(true, &[]);
    let location = files.location();
    let what =
        RecordingDownload { range: ByteRange::from(5_000), ..RecordingDownload::new(&location) };
    let error = client_for(&files).download_recording(what, &mut Vec::new(), |_| ()).await;
    assert!(matches!(error, Err(DownloadError::PastEnd { total: Some(5_000) })), "{error:?}");
}

#[tokio::test]
async fn a_part_that_is_short_is_a_broken_transfer() {
    let files = Files::start(Habits { file: file(), parts: true, keeps: 3, ..Habits::default() });
    let location = files.location();
    let range = ByteRange { first: 10, last: Some(19) };
    let what = RecordingDownload { range, resumes: 0, ..RecordingDownload::new(&location) };
    let mut got = Vec::new();
    let error = client_for(&files).download_recording(what, &mut got, |_| ()).await.unwrap_err();
    assert!(matches!(error, DownloadError::Broken { received: 7, .. }), "{error:?}");
    assert_eq!(got, file()[10..17]);
}

#[tokio::test]
async fn a_broken_transfer_goes_on_where_it_broke() {
    let files = storage(true, &[1_000, 500]);
    let location = files.location();
    let mut got = Vec::new();
    let what = RecordingDownload::new(&location);
    let count = client_for(&files).download_recording(what, &mut got, |_| ()).await.unwrap();
    assert_eq!((count, got), (5_000, file()));
    let received = files.received();
    let asked: Vec<_> = received.iter().map(|request| request.header("range")).collect();
    assert_eq!(asked, [None, Some("bytes=1000-"), Some("bytes=1500-")]);
}

#[tokio::test]
async fn without_resumes_it_tells_how_much_came() {
    let files = storage(true, &[1_000]);
    let location = files.location();
    let client = client_for(&files);
    let mut got = Vec::new();
    let what = RecordingDownload { resumes: 0, ..RecordingDownload::new(&location) };
    let error = client.download_recording(what, &mut got, |_| ()).await.unwrap_err();
    let DownloadError::Broken { received, .. } = error else { panic!("{error:?}") };
    assert_eq!((received, got.len()), (1_000, 1_000));
    let rest = RecordingDownload { range: ByteRange::from(received), ..what };
    client.download_recording(rest, &mut got, |_| ()).await.unwrap();
    assert_eq!(got, file());
}

#[tokio::test]
async fn into_a_file_also_after_a_break_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.wav");
    let part = folder.path().join("call.wav.part");
    for (before, parts, breaks, requests) in [
        (None, true, vec![], 1),
        (None, true, vec![4_000, 10, 10], 4),
        // A storage without parts begins anew.
        (None, false, vec![4_000], 2),
        (Some(3_000), true, vec![], 1),
        (Some(3_000), false, vec![], 1),
        // All of it was there.
        (Some(5_000), true, vec![], 1),
        // It cannot be of this recording.
        (Some(6_000), true, vec![], 2),
    ] {
        let files = storage(parts, &breaks);
        if let Some(length) = before {
            let mut old = file();
            old.resize(length, 0xee);
            std::fs::write(&part, &old).unwrap();
        }
        let mut last = None;
        let count = client_for(&files)
            .download_recording_to_file(&files.location(), &path, |at| last = Some(at))
            .await
            .unwrap();
        assert_eq!(count, 5_000, "{before:?} {breaks:?}");
        assert!(std::fs::read(&path).unwrap() == file(), "{before:?} {breaks:?}");
        assert!(!part.exists());
        assert_eq!(files.received().len(), requests, "{before:?} {breaks:?}");
        let end = Progress { received: 5_000, total: Some(5_000) };
        assert!(last.is_none_or(|at| at == end), "{last:?}");
        std::fs::remove_file(&path).unwrap();
    }
}

#[tokio::test]
async fn a_transfer_that_keeps_breaking_leaves_its_part() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.wav");
    let files = storage(true, &[100; 4]);
    let client = client_for(&files);
    let broken = client.download_recording_to_file(&files.location(), &path, |_| ()).await;
    assert!(matches!(broken, Err(DownloadError::Broken { received: 400, .. })), "{broken:?}");
    assert!(!path.exists());
    client.download_recording_to_file(&files.location(), &path, |_| ()).await.unwrap();
    assert!(std::fs::read(&path).unwrap() == file());
    let received = files.received();
    assert_eq!(received.last().unwrap().header("range"), Some("bytes=400-"));
}

#[tokio::test]
async fn small_files_fit_into_memory_up_to_a_limit() {
    let files = storage(true, &[]);
    let client = client_for(&files);
    let whole = client.read_recording(&files.location(), 5_000).await.unwrap();
    assert_eq!(whole, file());
    let error = client.read_recording(&files.location(), 4_999).await.unwrap_err();
    assert!(matches!(error, DownloadError::TooLong { most: 4_999 }));
}

#[tokio::test]
async fn deleting_and_refusals() {
    let files = storage(true, &[]);
    client_for(&files).delete_recording(&files.location()).await.unwrap();
    assert_eq!(files.received()[0].method, "DELETE");
    assert_signed(&files.received()[0]);
    for status in [302, 401, 404, 500] {
        let files = Files::start(Habits { refuses: Some(status), ..Habits::default() });
        let client = client_for(&files);
        let mut got = Vec::new();
        let location = files.location();
        let what = RecordingDownload::new(&location);
        let download = client.download_recording(what, &mut got, |_| ()).await.unwrap_err();
        let delete = client.delete_recording(&location).await.unwrap_err();
        for error in [download, delete] {
            let DownloadError::Refused { status: told, request_id, .. } = error else {
                panic!("{error:?}")
            };
            assert_eq!((told, request_id.as_deref()), (status, Some("r1")));
        }
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = Url::parse(&format!("http://{closed}/x")).unwrap();
    let error = client(&[&closed.to_string()]).delete_recording(&nobody).await.unwrap_err();
    assert!(matches!(error, DownloadError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn the_credential_is_not_sent_elsewhere() {
    let files = storage(true, &[]);
    let stranger = client(&[]);
    let (location, mut got) = (files.location(), Vec::new());
    let what = RecordingDownload::new(&location);
    let errors = [
        stranger.download_recording(what, &mut got, |_| ()).await.unwrap_err(),
        stranger.read_recording(&location, 10).await.unwrap_err(),
        stranger.delete_recording(&location).await.unwrap_err(),
    ];
    for error in errors {
        let DownloadError::UntrustedHost { host } = &error else { panic!("{error:?}") };
        assert_eq!(host, "127.0.0.1");
    }
    assert!(files.received().is_empty());
}

#[tokio::test]
async fn errors_do_not_tell_the_address() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let files = storage(true, &[10]);
    for address in [closed, files.address] {
        let location = Url::parse(&format!("http://{address}/CANARY?sig=CANARY")).unwrap();
        let what = RecordingDownload { resumes: 0, ..RecordingDownload::new(&location) };
        let client = client(&[&address.to_string()]);
        let error = client.download_recording(what, &mut Vec::new(), |_| ()).await.unwrap_err();
        let mut told = format!("{error:?}");
        let mut next: Option<&dyn std::error::Error> = Some(&error);
        while let Some(cause) = next {
            told.push_str(&cause.to_string());
            next = cause.source();
        }
        assert!(!told.contains("CANARY"), "{told}");
    }
}
