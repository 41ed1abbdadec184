//! A storage of a few lines: one file, with parts or without, and connections that break.

use std::{
    io::Write as _,
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use crate::server::{Received, read};

/// How the storage behaves.
#[derive(Clone, Default)]
pub(crate) struct Habits {
    /// The file.
    pub(crate) file: Vec<u8>,
    /// Answers `Range` with 206; sends the whole file otherwise.
    pub(crate) parts: bool,
    /// Request by request, after how many bytes of the body the connection breaks.
    pub(crate) breaks: Vec<usize>,
    /// Answers with this instead of the file.
    pub(crate) refuses: Option<u16>,
    /// Sends the part that begins so many bytes later.
    pub(crate) shifts: usize,
    /// Sends a part that is so many bytes longer than what was asked for.
    pub(crate) adds: usize,
    /// Sends so many bytes fewer than `Content-Range` says, as if that were all.
    pub(crate) keeps: usize,
}

pub(crate) struct Files {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Files {
    pub(crate) fn start(habits: Habits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (received, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let thread = std::thread::spawn({
            let (received, stop) = (Arc::clone(&received), Arc::clone(&stop));
            move || serve(&listener, &habits, &received, &stop)
        });
        Self { address, received, stop, thread: Some(thread) }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn location(&self) -> url::Url {
        url::Url::parse(&format!("http://{}/v1/objects/d1/content/audio?x=1", self.address))
            .unwrap()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn serve(
    listener: &TcpListener,
    habits: &Habits,
    received: &Mutex<Vec<Received>>,
    stop: &AtomicBool,
) {
    loop {
        let (mut stream, _) = listener.accept().unwrap();
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let Some(request) = read(&mut stream) else { continue };
        let number = {
            let mut all = received.lock().unwrap();
            all.push(request.clone());
            all.len() - 1
        };
        let (head, body) = answer(habits, &request);
        let sent = habits.breaks.get(number).map_or(body.len(), |&most| most.min(body.len()));
        // A client that has enough may have gone.
        drop(stream.write_all(head.as_bytes()));
        drop(stream.write_all(&body[..sent]));
    }
}

fn answer(habits: &Habits, request: &Received) -> (String, Vec<u8>) {
    let total = habits.file.len();
    let head = |status: u16, length: usize, more: String| {
        format!(
            "HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n{more}\r\n"
        )
    };
    if let Some(status) = habits.refuses {
        return (head(status, 0, "x-ms-request-id: r1\r\n".to_owned()), Vec::new());
    }
    let range = request.header("range").filter(|_| habits.parts).map(|range| {
        let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
        let last = if last.is_empty() { total - 1 } else { last.parse().unwrap() };
        (first.parse::<usize>().unwrap() + habits.shifts, (last + habits.adds).min(total - 1))
    });
    match range {
        None => (head(200, total, String::new()), habits.file.clone()),
        Some((first, _)) if first >= total => {
            (head(416, 0, format!("content-range: bytes */{total}\r\n")), Vec::new())
        }
        Some((first, last)) => {
            let part = habits.file[first..=last - habits.keeps].to_vec();
            let more = format!("content-range: bytes {first}-{last}/{total}\r\n");
            (head(206, part.len(), more), part)
        }
    }
}
