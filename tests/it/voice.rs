//! Callers and voice agents, over real web sockets: the emulator is the call, a few lines here are the agent.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use emulator::{
    control::{Condition, EnvelopeSchema},
    world::{CallId, ClientState},
};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{ErrorResponse, Request, Response},
    },
};
use tokio_util::task::TaskTracker;

use crate::{
    flows::{about_to_serve, local_tls},
    rig::{CALLER, PATIENCE, Rig, count},
};

const FLOW: &str = r#"
flow: talk
start: helper
nodes:
  helper:
    stream:
      to: helper
      send: { number: caller.number }
      hand_over: { person: people }
      set: { topic: handed.topic }
      next: bye
      failed: sorry
  people: { queue: { name: support, announce: "It is about ${vars.topic}.", music: music/hold.wav, overflow: { after: 60s, next: sorry } } }
  bye: { say: { text: "Goodbye.", next: end } }
  sorry: { say: { text: "Sorry.", next: end } }
  end: { hangup: {} }
"#;
const SECRET: &str = "canary-of-the-agent";

type Socket = WebSocketStream<TlsStream<tokio::net::TcpStream>>;

/// A voice agent on this machine. What it hears comes here, and what is sent here it says.
struct Agent {
    port: u16,
    heard: mpsc::UnboundedReceiver<Value>,
    says: mpsc::UnboundedSender<Message>,
}

impl Agent {
    /// Waits for calls, one after the other.
    async fn start(rig: &Rig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let tls = TlsAcceptor::from(Arc::new(local_tls(rig)));
        let (tell, heard) = mpsc::unbounded_channel();
        let (says, mut saying) = mpsc::unbounded_channel();
        TaskTracker::new().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(stream) = tls.accept(stream).await else { continue };
                if let Ok(socket) = accept_hdr_async(stream, admit).await {
                    talk(socket, &tell, &mut saying).await;
                }
            }
        });
        Self { port, heard, says }
    }

    /// The next frame that fits.
    async fn hears(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = async {
            loop {
                let frame = self.heard.recv().await.unwrap();
                if wanted(&frame) {
                    return frame;
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.expect("the agent hears it")
    }

    fn says(&self, frame: &Value) {
        self.says.send(Message::text(frame.to_string())).unwrap();
    }
}

/// Who does not show the secret of the settings is no service of ours.
#[expect(clippy::result_large_err, reason = "the library's own type")]
fn admit(request: &Request, response: Response) -> Result<Response, ErrorResponse> {
    let shown = request.headers().get("authorization").map(|value| value.as_bytes().to_vec());
    if shown == Some(format!("Bearer {SECRET}").into_bytes()) {
        return Ok(response);
    }
    let mut refused = ErrorResponse::new(None);
    *refused.status_mut() = 401.try_into().unwrap();
    Err(refused)
}

async fn talk(
    mut socket: Socket,
    tell: &mpsc::UnboundedSender<Value>,
    says: &mut mpsc::UnboundedReceiver<Message>,
) {
    loop {
        tokio::select! {
            said = says.recv() => {
                let Some(message) = said else { return };
                if socket.send(message).await.is_err() {
                    return;
                }
            }
            frame = socket.next() => match frame {
                Some(Ok(Message::Text(text))) => {
                    let _ = tell.send(serde_json::from_str(&text).unwrap());
                }
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map(|frame| u16::from(frame.code));
                    let _ = tell.send(json!({ "kind": "Closed", "code": code }));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            }
        }
    }
}

/// A service whose flow talks with the agent that listens at this port.
async fn with_agent(port: impl FnOnce(&Rig) -> u16) -> Rig {
    let mut rig = about_to_serve(FLOW, &[]).await;
    let port = port(&rig);
    let agent = format!(
        "[voice_agents.helper]\nurl = \"wss://localhost:{port}/calls?model=x\"\nbearer = \"{SECRET}\"\n[log]"
    );
    rig.change_settings("[log]", &agent);
    rig.serve();
    rig.subscribe(EnvelopeSchema::EventGrid).await;
    rig
}

async fn talking() -> (Rig, Agent, CallId) {
    let mut rig = about_to_serve(FLOW, &[]).await;
    let mut agent = Agent::start(&rig).await;
    let section = format!(
        "[voice_agents.helper]\nurl = \"wss://localhost:{}/calls?model=x\"\nbearer = \"{SECRET}\"\n[log]",
        agent.port
    );
    rig.change_settings("[log]", &section);
    rig.serve();
    rig.subscribe(EnvelopeSchema::EventGrid).await;
    let call = rig.dial();
    let first = agent.hears(|_| true).await;
    assert_eq!((&first["kind"], &first["call"]["agent"]), (&json!("Call"), &json!("helper")));
    assert_eq!(first["call"]["send"], json!({ "number": CALLER }));
    let second = agent.hears(|_| true).await;
    assert_eq!(second["audioMetadata"]["sampleRate"], 24_000, "{second}");
    (rig, agent, call)
}

/// Half a second of a tone, as an agent sends it: PCM, 16 bits, 24,000 samples a second.
fn tone() -> Value {
    let samples = (0..12_000_i32).flat_map(|at| {
        let sample = if (at / 27) % 2 == 0 { 8_000_i16 } else { -8_000 };
        sample.to_le_bytes()
    });
    let data = STANDARD.encode(samples.collect::<Vec<u8>>());
    json!({ "Kind": "AudioData", "AudioData": { "Data": data }, "StopAudio": null })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_and_a_voice_agent_hear_each_other_until_it_hands_over_to_a_person() {
    let (rig, mut agent, call) = talking().await;
    rig.control().play_wav(call, None, include_bytes!("../../src/http/hold.wav")).unwrap();
    let sound = |frame: &Value| frame["audioData"]["silent"] == json!(false);
    let frame = agent.hears(sound).await;
    let data = frame["audioData"]["data"].as_str().unwrap();
    assert_eq!(STANDARD.decode(data).unwrap().len(), 960, "20 ms");
    rig.control().press(call, "5").unwrap();
    assert_eq!(agent.hears(|frame| frame["kind"] == "DtmfData").await["dtmfData"]["data"], "5");
    agent.says(&tone());
    rig.until(Condition::Heard(call, "audio: 500 ms".to_owned())).await;

    agent.says(
        &json!({ "kind": "HandOver", "handOver": { "to": "person", "set": { "topic": "tea" } } }),
    );
    rig.until(Condition::Heard(call, "It is about tea.".to_owned())).await;
    assert_eq!(agent.hears(|frame| frame["kind"] == "Closed").await["code"], 1000);
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::With(call, "adele".to_owned())).await;
    rig.control().hang_up(call).unwrap();
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "connected", "{trace:#}");
    for (kind, words) in [
        ("command", "StartMediaStreaming"),
        ("command", "StopMediaStreaming"),
        ("event", "the voice agent has taken the call"),
        ("event", "the voice agent hands the caller over: person"),
    ] {
        assert_eq!(count(&trace, kind, words), 1, "{words} {trace:#}");
    }
    let told = trace.to_string();
    assert!(told.contains("frames went to the voice agent, 1 came back"), "{trace:#}");
    let heard = &data[data.len() - 40..];
    for kept in [told, rig.log(), rig.command(&["export", trace["id"].as_str().unwrap()])] {
        assert!(
            !kept.contains(heard) && !kept.contains(SECRET),
            "sound and secrets are kept nowhere"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_ends_or_breaks_off_has_its_way_and_one_who_hangs_up_ends_the_talk() {
    let (rig, agent, call) = talking().await;
    agent.says.send(Message::Close(None)).unwrap();
    rig.until(Condition::Heard(call, "Goodbye.".to_owned())).await;
    rig.until(Condition::Ended(call)).await;
    let mut agent = agent;
    for (frame, heard) in [
        (Message::binary(vec![1, 2, 3]), "Sorry."),
        (Message::text("{\"kind\":\"HandOver\"}"), "Sorry."),
        (Message::text("{\"kind\":\"HandOver\",\"handOver\":{\"to\":\"nowhere\"}}"), "Sorry."),
    ] {
        let call = rig.dial();
        agent.hears(|frame| frame["kind"] == "AudioMetadata").await;
        agent.says.send(frame).unwrap();
        rig.until(Condition::Heard(call, heard.to_owned())).await;
        rig.until(Condition::Ended(call)).await;
    }
    let call = rig.dial();
    agent.hears(|frame| frame["kind"] == "AudioMetadata").await;
    rig.control().hang_up(call).unwrap();
    agent.hears(|frame| frame["kind"] == "Closed").await;
    rig.until(Condition::Ended(call)).await;
    assert_eq!(rig.trace().await["outcome"], "abandoned");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_does_not_accept_leads_where_the_flow_says() {
    let nobody = |_: &Rig| {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let rig = with_agent(nobody).await;
    let call = rig.dial();
    rig.until(Condition::Heard(call, "Sorry.".to_owned())).await;
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "completed", "{trace:#}");
    assert_eq!(count(&trace, "event", "MediaStreamingFailed"), 1, "{trace:#}");
    assert_eq!(count(&trace, "command", "StopMediaStreaming"), 0, "{trace:#}");
}

/// The agent of another company: it does not know our secret.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_opens_no_web_socket_and_gets_no_secret() {
    let (rig, mut agent, call) = talking().await;
    let trace_id = || async {
        let calls: Value = serde_json::from_str(&rig.command(&["trace", "--json"])).unwrap();
        calls[0]["id"].as_str().unwrap().to_owned()
    };
    let id = trace_id().await;
    let signature = "0.AAAAAAAAAAAAAAAAAAAAAA";
    for path in [format!("/media/{id}/{signature}"), format!("/media/x/{signature}")] {
        let request = rig
            .client()
            .get(rig.url(&path))
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    // The talk that is under way does not notice.
    agent.says(&tone());
    rig.until(Condition::Heard(call, "audio: 500 ms".to_owned())).await;
    rig.control().hang_up(call).unwrap();
    agent.hears(|frame| frame["kind"] == "Closed").await;
}

/// Killed with the sockets in its hand: the caller does not wait for ever, also where nobody tells of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_talk_whose_process_dies_goes_the_way_of_failure() {
    let (mut rig, _agent, call) = talking().await;
    rig.kill();
    rig.serve();
    rig.until(Condition::Heard(call, "Sorry.".to_owned())).await;
    rig.until(Condition::Ended(call)).await;
    assert_eq!(rig.trace().await["outcome"], "completed");
}

/// SIGTERM: the socket ends before the listener, and the caller is told of it by the next process.
#[tokio::test(flavor = "multi_thread")]
async fn a_talk_does_not_keep_a_process_from_stopping() {
    let (mut rig, mut agent, call) = talking().await;
    assert_eq!(rig.terminate(), Some(0), "{}", rig.log());
    agent.hears(|frame| frame["kind"] == "Closed").await;
    rig.serve();
    rig.until(Condition::Heard(call, "Sorry.".to_owned())).await;
}
