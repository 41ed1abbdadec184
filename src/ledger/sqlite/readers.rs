//! The threads that read, each with its own connection. Reads are short: a long one would let the WAL
//! grow. Without threads (the simulator) a read runs where it is asked.

use std::{
    path::Path,
    sync::{Arc, Mutex, mpsc},
    thread::JoinHandle,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::ledger::port::LedgerError;

use super::open;

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// Reader threads and the way to them.
pub(super) struct Readers {
    sender: Mutex<Option<mpsc::Sender<Read>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    inline: Option<Mutex<Connection>>,
}

impl Readers {
    /// Opens the connections and starts the threads.
    pub(super) fn start(path: &Path, count: usize) -> Result<Self, LedgerError> {
        let (sender, receiver) = mpsc::channel::<Read>();
        let receiver = Arc::new(Mutex::new(receiver));
        let mut threads = Vec::new();
        for index in 0..count.max(1) {
            let conn = open::reader(path, false)?;
            let receiver = receiver.clone();
            let thread = std::thread::Builder::new()
                .name(format!("ledger-read-{index}"))
                .spawn(move || serve(&conn, &receiver))
                .map_err(|source| LedgerError::Database {
                    doing: "start its reader",
                    source: Box::new(source),
                })?;
            threads.push(thread);
        }
        Ok(Self { sender: Mutex::new(Some(sender)), threads: Mutex::new(threads), inline: None })
    }

    /// Opens one connection and starts no thread.
    pub(super) fn inline(path: &Path) -> Result<Self, LedgerError> {
        let conn = Some(Mutex::new(open::reader(path, true)?));
        Ok(Self { sender: Mutex::new(None), threads: Mutex::default(), inline: conn })
    }

    /// Runs a read on one of the threads.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, LedgerError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, LedgerError> + Send + 'static,
    {
        if let Some(conn) = &self.inline {
            return work(&*conn.lock().map_err(|_| LedgerError::Closed)?);
        }
        let (reply, answer) = oneshot::channel();
        let read: Read = Box::new(move |conn| {
            // Whoever asked may be gone; then nobody needs the answer.
            let _ = reply.send(work(conn));
        });
        self.hand_in(read)?;
        answer.await.unwrap_or(Err(LedgerError::Closed))
    }

    fn hand_in(&self, read: Read) -> Result<(), LedgerError> {
        let sender = self.sender.lock().map_err(|_| LedgerError::Closed)?;
        let sender = sender.as_ref().ok_or(LedgerError::Closed)?;
        sender.send(read).map_err(|_| LedgerError::Closed)
    }

    /// Lets the threads finish what they were given, and waits for them.
    pub(super) fn stop(&self) {
        if let Ok(mut sender) = self.sender.lock() {
            sender.take();
        }
        let threads = self.threads.lock().map(|mut threads| std::mem::take(&mut *threads));
        for thread in threads.unwrap_or_default() {
            // A reader that panicked has already told its caller that the ledger is closed.
            let _ = thread.join();
        }
    }
}

fn serve(conn: &Connection, reads: &Mutex<mpsc::Receiver<Read>>) {
    loop {
        let next = match reads.lock() {
            Ok(reads) => reads.recv(),
            Err(_) => return,
        };
        match next {
            Ok(read) => read(conn),
            Err(mpsc::RecvError) => return,
        }
    }
}
