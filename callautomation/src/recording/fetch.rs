//! Fetching.

use azure_core::{
    Bytes,
    http::{
        self, AsyncRawResponse, AsyncResponseBody, Context, PipelineStreamOptions,
        headers::{HeaderName, Headers},
    },
};
use futures_util::TryStreamExt as _;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use url::Url;

use super::{ByteRange, DownloadError, range::ContentRange};
use crate::{
    Client, SendFailure, client::request_id, refusal::retry_after, signing::SignAs, wire::Target,
};

const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("accept-encoding");
const RANGE: HeaderName = HeaderName::from_static("range");
const CONTENT_RANGE: HeaderName = HeaderName::from_static("content-range");
const CONTENT_LENGTH: HeaderName = HeaderName::from_static("content-length");
const X_MS_HOST: HeaderName = HeaderName::from_static("x-ms-host");

/// What to fetch.
#[derive(Clone, Copy, Debug)]
pub struct RecordingDownload<'a> {
    /// `contentLocation` or `metadataLocation` of the event.
    pub location: &'a Url,
    /// Which part; [`ByteRange::from`]`(0)` is all of it.
    pub range: ByteRange,
    /// How often a transfer that breaks off is taken up again where it broke, at once.
    pub resumes: u32,
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes written so far, those of an earlier try included.
    pub received: u64,
    /// Bytes to come in all, if the storage told.
    pub total: Option<u64>,
}

impl<'a> RecordingDownload<'a> {
    /// The whole file, taken up again up to three times.
    pub fn new(location: &'a Url) -> Self {
        Self { location, range: ByteRange::from(0), resumes: 3 }
    }
}

/// An answer whose body is still to come.
pub(super) struct Arriving {
    /// Where in the file the body begins.
    pub(super) offset: u64,
    /// Length of the body.
    length: Option<u64>,
    body: AsyncResponseBody,
}

impl Client {
    /// Fetches a file into a writer and tells of each piece; returns the number of bytes.
    ///
    /// ```no_run
    /// # async fn fetch(client: &callautomation::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use callautomation::{ByteRange, RecordingDownload};
    ///
    /// let location = "https://eu-storage.asm.skype.com/v1/objects/…/content/audio".parse()?;
    /// let mut first_kilobyte = Vec::new();
    /// let what = RecordingDownload {
    ///     range: ByteRange { first: 0, last: Some(1_023) },
    ///     ..RecordingDownload::new(&location)
    /// };
    /// client.download_recording(what, &mut first_kilobyte, |_| ()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`ClientOptions::try_timeout`](crate::ClientOptions::try_timeout) bounds the wait for the
    /// answer and for each piece, not the whole; a transport with a limit for whole requests
    /// breaks long transfers off, and they are taken up again.
    ///
    /// # Errors
    ///
    /// [`DownloadError::Broken`] tells how much was written: go on with a range from there.
    pub async fn download_recording<W>(
        &self,
        what: RecordingDownload<'_>,
        to: &mut W,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<u64, DownloadError>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        let mut received = 0;
        let mut resumes = what.resumes;
        loop {
            let outcome = self.fetch_from(what, to, &mut received, &mut progress).await;
            match outcome {
                Ok(()) => break,
                Err(DownloadError::Broken { .. }) if resumes > 0 => resumes -= 1,
                Err(error) => return Err(error),
            }
        }
        to.flush().await.map_err(DownloadError::Write)?;
        Ok(received)
    }

    /// Fetches a small file, such as the metadata, into memory; at most `most` bytes.
    pub async fn read_recording(
        &self,
        location: &Url,
        most: usize,
    ) -> Result<Bytes, DownloadError> {
        let mut arriving = self.open(location, ByteRange::from(0)).await?;
        let mut whole = Vec::new();
        while let Some(piece) = self.next_piece(&mut arriving, whole.len() as u64).await? {
            if whole.len() + piece.len() > most {
                return Err(DownloadError::TooLong { most });
            }
            whole.extend_from_slice(&piece);
        }
        Ok(Bytes::from(whole))
    }

    /// One try from behind what was received.
    async fn fetch_from<W>(
        &self,
        what: RecordingDownload<'_>,
        to: &mut W,
        received: &mut u64,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<(), DownloadError>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        let rest = what.range.after(*received);
        if rest.is_empty() {
            return Ok(());
        }
        let arriving = self.open(what.location, rest).await?;
        if arriving.offset != rest.first || (what.range.last.is_some() && arriving.length.is_none())
        {
            return Err(DownloadError::OtherPart);
        }
        self.pump(arriving, to, received, progress).await
    }

    /// Writes what arrives, counting on from `received`.
    pub(super) async fn pump<W>(
        &self,
        mut arriving: Arriving,
        to: &mut W,
        received: &mut u64,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<(), DownloadError>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        let end = arriving.length.map(|length| received.saturating_add(length));
        while let Some(piece) = self.next_piece(&mut arriving, *received).await? {
            to.write_all(&piece).await.map_err(DownloadError::Write)?;
            *received += piece.len() as u64;
            progress(Progress { received: *received, total: end });
        }
        let short = end.is_some_and(|end| *received < end);
        if short {
            let source = SendFailure::text("the body ended early");
            return Err(DownloadError::Broken { received: *received, source });
        }
        Ok(())
    }

    async fn next_piece(
        &self,
        arriving: &mut Arriving,
        received: u64,
    ) -> Result<Option<Bytes>, DownloadError> {
        let broken = |source| DownloadError::Broken { received, source };
        let piece = tokio::time::timeout(self.try_timeout(), arriving.body.try_next()).await;
        match piece {
            Ok(Ok(piece)) => Ok(piece),
            Ok(Err(error)) => Err(broken(SendFailure::from_chain(&error, str::to_owned))),
            Err(_) => Err(broken(SendFailure::timed_out(self.try_timeout()))),
        }
    }

    /// Asks for a part of a file.
    pub(super) async fn open(
        &self,
        location: &Url,
        range: ByteRange,
    ) -> Result<Arriving, DownloadError> {
        let answer = self.ask_storage(http::Method::Get, location, range.header()).await?;
        let (status, headers, body) = answer.deconstruct();
        let number = |name| headers.get_optional_str(name)?.parse().ok();
        match u16::from(status) {
            200 => Ok(Arriving { offset: 0, length: number(&CONTENT_LENGTH), body }),
            206 => {
                let sent = headers.get_optional_str(&CONTENT_RANGE).and_then(ContentRange::parse);
                let bytes = sent.and_then(|sent| sent.bytes).ok_or(DownloadError::OtherPart)?;
                let (offset, last) = bytes;
                if range.last.is_some_and(|wanted| last > wanted) {
                    return Err(DownloadError::OtherPart);
                }
                Ok(Arriving { offset, length: Some(last - offset + 1), body })
            }
            416 => {
                let sent = headers.get_optional_str(&CONTENT_RANGE).and_then(ContentRange::parse);
                Err(DownloadError::PastEnd { total: sent.and_then(|sent| sent.total) })
            }
            status => Err(self.refused(status, &headers)),
        }
    }

    pub(super) fn refused(&self, status: u16, headers: &Headers) -> DownloadError {
        DownloadError::Refused {
            status,
            request_id: request_id(headers),
            retry_after: retry_after(headers, self.now()),
        }
    }

    /// Sends a request to the storage, authorized for the resource.
    pub(super) async fn ask_storage(
        &self,
        method: http::Method,
        location: &Url,
        range: Option<String>,
    ) -> Result<AsyncRawResponse, DownloadError> {
        self.recording_hosts().check(location)?;
        let mut shown = location.clone();
        shown.set_path("/recording");
        shown.set_query(None);
        shown.set_fragment(None);
        let mut real = location.clone();
        real.set_fragment(None);
        let host = self.host();
        let mut request = http::Request::new(shown, method);
        request.insert_header(X_MS_HOST, host.clone());
        // A file is what it is: byte ranges of a compressed one would not fit together.
        request.insert_header(ACCEPT_ENCODING, "identity");
        if let Some(range) = range {
            request.insert_header(RANGE, range);
        }
        let context = Context::new().with_value(Target(real)).with_value(SignAs(host));
        let options = PipelineStreamOptions { skip_checks: true, ..Default::default() };
        let sending = self.pipeline().stream(&context, &mut request, Some(options));
        let failure = match tokio::time::timeout(self.try_timeout(), sending).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => SendFailure::from_chain(&error, str::to_owned),
            Err(_) => SendFailure::timed_out(self.try_timeout()),
        };
        Err(DownloadError::Unreachable(failure))
    }
}
