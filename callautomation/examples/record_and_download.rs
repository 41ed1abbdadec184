//! Records a call, waits for the file, fetches it with progress, and deletes it.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

#[expect(dead_code, unreachable_pub, reason = "each example uses a part of it")]
mod support;

use callautomation::{
    DownloadError, HangUp, Play, PlaySource, RecordingFormat, RecordingScope, StartRecording,
    StopRecording,
};
use support::{Outcome, Received, World};
use url::Url;
use webhooks::{CallEventKind, RecordingChunk};

fn main() -> Outcome<()> {
    support::run(example)
}

async fn example() -> Outcome<()> {
    let mut world = World::join().await?;
    let call = world.answered_call("+14255550123").await?;

    let start = StartRecording {
        recording_state_callback_uri: Some(world.callback.clone()),
        recording_format_type: RecordingFormat::Wav,
        ..StartRecording::new(RecordingScope::Connection(call.id.clone()))
    };
    let recording = world.client.call(&start, None).await?;
    let recording = recording.recording_id.ok_or("the answer has no recording id")?;
    let words = [PlaySource::text("This call is recorded.")];
    world.client.call(&Play::new(call.id.clone(), words), None).await?;
    world.until(|event| matches!(event, CallEventKind::PlayCompleted).then_some(())).await?;
    world.client.call(&StopRecording::new(recording), None).await?;
    world.client.call(&HangUp::new(call.id), None).await?;

    let file = loop {
        if let Received::Recorded(file) = world.next().await? {
            break file;
        }
    };
    for chunk in &file.chunks {
        fetch(&world, chunk).await?;
    }
    Ok(())
}

async fn fetch(world: &World, chunk: &RecordingChunk) -> Outcome<()> {
    let address = |text: &Option<String>| -> Outcome<Url> {
        Ok(Url::parse(text.as_deref().ok_or("the event lacks an address")?)?)
    };
    let metadata = world.client.read_recording(&address(&chunk.metadata_location)?, 65_536).await?;
    println!("metadata: {}", String::from_utf8_lossy(&metadata));

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("recording.wav");
    let content = address(&chunk.content_location)?;
    let told = |at: callautomation::Progress| println!("{} of {:?} bytes", at.received, at.total);
    let length = world.client.download_recording_to_file(&content, &path, told).await?;
    println!("fetched {length} bytes from {}", world.storage);
    if !std::fs::read(&path)?.starts_with(b"RIFF") {
        return Err("that is no WAV file".into());
    }

    world.client.delete_recording(&address(&chunk.delete_location)?).await?;
    match world.client.read_recording(&content, 65_536).await {
        Err(DownloadError::Refused { status: 404, .. }) => println!("deleted"),
        other => return Err(format!("it should be gone: {other:?}").into()),
    }
    Ok(())
}
