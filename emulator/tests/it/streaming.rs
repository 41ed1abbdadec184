//! The web sockets of media streaming and transcription, with a server of the application over TLS.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use emulator::world::CallId;
use emulator::{Options, Running};
use futures_util::{SinkExt as _, StreamExt as _};
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderMap;

use crate::support::{PATIENCE, World, world_with};

/// The application's web socket server; takes one connection at a time.
struct Bot {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

/// A connection of the emulator, and the headers it came with.
struct Line {
    socket: WebSocketStream<TlsStream<TcpStream>>,
    headers: HeaderMap,
}

impl Bot {
    async fn listen(emulator: &Running) -> Self {
        let issued = emulator.issue_certificate(&["localhost"]).expect("a certificate");
        let chain = rustls::pki_types::CertificateDer::pem_slice_iter(issued.cert_pem.as_bytes());
        let chain = chain.collect::<Result<Vec<_>, _>>().expect("a chain");
        let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(issued.key_pem.as_bytes());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key.expect("a key"))
            .expect("usable");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        Self { listener, acceptor: TlsAcceptor::from(Arc::new(tls)) }
    }

    fn address(&self) -> String {
        let port = self.listener.local_addr().expect("an address").port();
        format!("wss://localhost:{port}/media?secret=1")
    }

    async fn accept(&self) -> Line {
        let accepting = async {
            let (plain, _) = self.listener.accept().await.expect("a connection");
            let tls = self.acceptor.accept(plain).await.expect("TLS");
            let mut headers = HeaderMap::new();
            #[expect(clippy::result_large_err, reason = "the signature is the library's")]
            let keep = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
                assert_eq!(request.uri().to_string(), "/media?secret=1");
                headers = request.headers().clone();
                Ok(response)
            };
            let socket = tokio_tungstenite::accept_hdr_async(tls, keep).await.expect("a socket");
            Line { socket, headers }
        };
        tokio::time::timeout(PATIENCE, accepting).await.expect("the emulator dials")
    }
}

impl Line {
    async fn next(&mut self) -> Option<Value> {
        let message = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("a frame");
        match message {
            Some(Ok(Message::Text(text))) => Some(serde_json::from_str(&text).expect("JSON")),
            Some(Ok(other)) => {
                assert!(other.is_close(), "{other:?}");
                None
            }
            Some(Err(_)) | None => None,
        }
    }

    /// Reads on until a frame is what is looked for.
    async fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.next().await.expect("the socket is open");
            if is_it(&frame) {
                return frame;
            }
        }
    }

    async fn send(&mut self, frame: &Value) {
        self.socket.send(Message::text(frame.to_string())).await.expect("sent");
    }
}

async fn answered(world: &World, more: &Value) -> (CallId, String) {
    world.subscribe().await;
    let (call, context) = world.incoming().await;
    let mut body = json!({
        "incomingCallContext": context,
        "callbackUri": world.callbacks(),
        "operationContext": "answer",
        "callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://ai.example/"},
    });
    for (name, value) in more.as_object().expect("members") {
        body[name] = value.clone();
    }
    let (status, body) = world.post("/calling/callConnections:answer", &body).await;
    assert_eq!(status, 200, "{body}");
    world.callback("CallConnected", 1).await;
    (call, body["callConnectionId"].as_str().expect("a connection").to_owned())
}

fn media(address: &str, more: &Value) -> Value {
    let mut media = json!({"transportType": "websocket", "audioChannelType": "mixed",
        "transportUrl": address, "startMediaStreaming": true});
    for (name, value) in more.as_object().expect("members") {
        media[name] = value.clone();
    }
    json!({"mediaStreamingOptions": media})
}

/// A world in real time: audio is.
async fn real_world() -> World {
    world_with(Options { seed: Some(1), ..Options::default() }).await
}

fn samples(frame: &Value) -> Vec<i16> {
    let data = frame["audioData"]["data"].as_str().expect("data");
    let bytes = STANDARD.decode(data).expect("base64");
    bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn audio_goes_out_as_frames_of_20_ms() {
    let world = real_world().await;
    let bot = Bot::listen(&world.emulator).await;
    let options = media(
        &bot.address(),
        &json!({"enableDtmfTones": true, "audioChannelType":
        "unmixed", "audioFormat": "pcm24KMono"}),
    );
    let (call, connection) = answered(&world, &options).await;
    let mut line = bot.accept().await;
    assert_eq!(line.headers["x-ms-call-connection-id"], connection.as_str());
    let correlation = world.control().call(call).expect("the call").correlation_id;
    assert_eq!(line.headers["x-ms-call-correlation-id"], correlation.as_str());
    let token = line.headers["authorization"].to_str().expect("text").strip_prefix("Bearer ");
    let claims = token.expect("a token").split('.').nth(1).expect("claims");
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 24 * 3_600);
    assert_eq!(claims["aud"], world.emulator.ready().resource_id);

    let first = line.next().await.expect("metadata");
    assert_eq!(first["kind"], "AudioMetadata");
    assert_eq!(first["audioMetadata"]["sampleRate"], 24_000);
    assert_eq!(first["audioMetadata"]["length"], 960);
    let started = world.callback("MediaStreamingStarted", 1).await;
    assert_eq!(started.event()["data"]["operationContext"], "answer");

    let silent = line.until(|frame| frame["kind"] == "AudioData").await;
    assert_eq!(silent["audioData"]["silent"], true);
    assert_eq!(silent["audioData"]["participantRawID"], "4:+442079460123");
    world.control().press(call, "5").expect("pressed");
    world.control().say(call, "Hello, is there anybody?").expect("said");
    line.until(|frame| frame["dtmfData"]["data"] == "5").await;
    let spoken = line.until(|frame| frame["audioData"]["silent"] == false).await;
    assert_eq!(samples(&spoken).len(), 480);
    let times: Vec<String> = {
        let mut times = Vec::new();
        for _ in 0..3 {
            let frame = line.until(|frame| frame["kind"] == "AudioData").await;
            times.push(frame["audioData"]["timestamp"].as_str().expect("a time").to_owned());
        }
        times
    };
    let at = |text: &String| text.parse::<jiff::Timestamp>().expect("a time").as_millisecond();
    assert!(times.windows(2).all(|pair| at(&pair[1]) - at(&pair[0]) == 20), "{times:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_application_is_heard_and_can_take_back_what_it_said() {
    let world = real_world().await;
    let bot = Bot::listen(&world.emulator).await;
    let options = media(&bot.address(), &json!({"enableBidirectional": true}));
    let (call, _) = answered(&world, &options).await;
    let mut line = bot.accept().await;
    world.callback("MediaStreamingStarted", 1).await;
    let sound = vec![0x10_u8; 16_000 * 2 / 5];
    let frame = json!({"Kind": "AudioData", "AudioData": {"Data": STANDARD.encode(&sound)},
        "StopAudio": null});
    line.send(&frame).await;
    let heard = |text: &'static str| {
        let control = world.control();
        async move {
            let condition = format!("call:{call}:heard:{text}").parse().expect("a condition");
            assert!(control.wait(&condition, PATIENCE).await, "{:?}", control.call(call));
        }
    };
    heard("audio: 200 ms").await;
    let file = world.control().heard_wav(call, None).expect("a file");
    assert!(file[44..].windows(2).filter(|two| *two == [0x10, 0x10]).count() > 3_000);

    let long = vec![0x10_u8; 16_000 * 2 * 20];
    line.send(&json!({"kind": "audioData", "audioData": {"data": STANDARD.encode(&long)}})).await;
    let sent = tokio::time::Instant::now();
    line.send(&json!({"kind": "stopAudio", "stopAudio": {}})).await;
    let longest = |texts: Vec<String>| texts.iter().filter(|one| one.starts_with("audio:")).count();
    let control = world.control();
    let stopped = control.wait_for(PATIENCE, |view| {
        longest(view.calls[0].heard.iter().map(|one| one.text.clone()).collect()) == 2
    });
    assert!(stopped.await, "20 s of audio were taken back");
    assert!(sent.elapsed() < PATIENCE, "told at once");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_cannot_be_opened_or_breaks_is_told() {
    let world = real_world().await;
    let bot = Bot::listen(&world.emulator).await;
    let nobody = media("wss://localhost:1/media", &json!({}));
    let (_, connection) = answered(&world, &nobody).await;
    let failed = world.callback("MediaStreamingFailed", 1).await;
    let data = &failed.event()["data"];
    assert_eq!(data["resultInformation"]["subCode"], 8603);
    assert_eq!(
        data["mediaStreamingUpdate"]["mediaStreamingStatusDetails"],
        "streamConnectionUnsuccessful"
    );
    let log = world.control().deliveries(0);
    let entry = log.iter().find(|entry| entry.kind == "socket").expect("in the log");
    assert!(entry.lost && entry.problem.as_deref().is_some_and(|why| why.contains("reached")));
    let hang_up = format!("/calling/callConnections/{connection}:terminate");
    assert_eq!(world.post(&hang_up, &json!({})).await.0, 204);

    let (_, context) = world.incoming().await;
    let mut body = media(&bot.address(), &json!({}));
    body["incomingCallContext"] = json!(context);
    body["callbackUri"] = json!(world.callbacks());
    world.post("/calling/callConnections:answer", &body).await;
    let line = bot.accept().await;
    world.callback("MediaStreamingStarted", 1).await;
    drop(line);
    let failed = world.callback("MediaStreamingFailed", 2).await;
    let update = &failed.event()["data"]["mediaStreamingUpdate"];
    assert_eq!(update["mediaStreamingStatusDetails"], "streamConnectionInterrupted");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transcription_tells_what_is_said_until_it_is_stopped() {
    let world = real_world().await;
    let bot = Bot::listen(&world.emulator).await;
    let options = json!({"transcriptionOptions": {"transportType": "websocket", "locale": "en-US",
        "transportUrl": bot.address(), "speechModelEndpointId": "model"}});
    let (call, connection) = answered(&world, &options).await;
    let path = |verb: &str| format!("/calling/callConnections/{connection}:{verb}Transcription");
    assert_eq!(world.post(&path("start"), &json!({"locale": "de-DE"})).await.0, 202);
    let mut line = bot.accept().await;
    let first = line.next().await.expect("metadata");
    let metadata = &first["transcriptionMetadata"];
    assert_eq!(metadata["locale"], "de-DE");
    assert_eq!(metadata["callConnectionId"], connection.as_str());
    assert_eq!(metadata["speechRecognitionModelEndpointId"], "model");
    world.callback("TranscriptionStarted", 1).await;
    world.control().say(call, "Guten Tag").expect("said");
    let said = line.next().await.expect("a result");
    assert_eq!(said["transcriptionData"]["text"], "Guten Tag");
    assert_eq!(
        said["transcriptionData"]["resultStatus"], "Final",
        "no intermediate ones asked for"
    );
    assert_eq!(world.post(&path("update"), &json!({"locale": "en-US"})).await.0, 202);
    world.callback("TranscriptionUpdated", 1).await;
    assert_eq!(world.post(&path("stop"), &json!({})).await.0, 202);
    world.callback("TranscriptionStopped", 1).await;
    assert_eq!(line.next().await, None, "closed");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_hears_and_speaks_through_a_web_socket() {
    let world = real_world().await;
    let (call, connection) = world.answered().await;
    let root = world.emulator.ready().control.replace("http://", "ws://");
    let mut phone = connect(&format!("{root}/calls/{call}/audio?rate=8000")).await;
    let play = json!({"playSources": [{"kind": "file", "file": {"uri": "https://x/hold.wav"}}]});
    let path = format!("/calling/callConnections/{connection}:play");
    assert_eq!(world.post(&path, &play).await.0, 202);
    let hearing = async {
        loop {
            let message = phone.next().await.expect("open").expect("a message");
            let Message::Binary(bytes) = message else { panic!("{message:?}") };
            assert_eq!(bytes.len(), 320, "20 ms at 8 kHz");
            if bytes.iter().any(|byte| *byte != 0) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, hearing).await.expect("music is heard");
    // What the caller says into the socket is in what a second listener hears.
    let adele =
        json!({"participantToAdd": {"rawId": "8:orgid:a1e1e000-0000-4000-8000-000000000001"}});
    let add = format!("/calling/callConnections/{connection}/participants:add");
    assert_eq!(world.post(&add, &adele).await.0, 202);
    world.control().accept("adele").expect("accepted");
    phone.send(Message::binary(vec![0x22_u8; 16_000])).await.expect("sent");
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let file = world.control().heard_wav(call, Some("adele")).expect("a file");
        if file[44..].windows(2).any(|two| two == [0x22, 0x22]) {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "Adele hears the caller");
        tokio::task::yield_now().await;
    }
    let foreign = connect_from(&format!("{root}/calls/{call}/audio"), "https://evil.example").await;
    assert!(foreign.is_err(), "pages of other origins may not listen");
    world.stop().await;
}

type Phone = WebSocketStream<TcpStream>;

async fn connect(address: &str) -> Phone {
    connect_from(address, "").await.expect("connected")
}

async fn connect_from(
    address: &str,
    origin: &str,
) -> Result<Phone, Box<tokio_tungstenite::tungstenite::Error>> {
    use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
    let url = url::Url::parse(address).expect("an address");
    let socket = url.socket_addrs(|| None).expect("an address")[0];
    let plain = TcpStream::connect(socket).await.expect("connected");
    let mut request = address.into_client_request().expect("a request");
    if !origin.is_empty() {
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
    }
    let opened = tokio_tungstenite::client_async(request, plain).await;
    opened.map(|(socket, _)| socket).map_err(Box::new)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sounds_come_as_wav_files_and_tones_and_others_are_refused() {
    let world = real_world().await;
    let (call, _) = world.answered().await;
    let address = format!("{}/calls/{call}/audio", world.emulator.ready().control);
    let post = |kind: &'static str, body: Vec<u8>| {
        world.client.post(&address).header("content-type", kind).body(body).send()
    };
    let wav = world.control().heard_wav(call, None).expect("a file");
    let mut beep = wav[..44].to_vec();
    beep[40..44].copy_from_slice(&3_200_u32.to_le_bytes());
    beep.extend([1_u8; 3_200]);
    let cases = [
        ("audio/wav", beep, 204),
        ("application/json", br#"{"tone": 440, "ms": 100}"#.to_vec(), 204),
        ("application/json", br#"{"tone": 1, "ms": 100}"#.to_vec(), 400),
        ("application/json", b"{}".to_vec(), 400),
        ("audio/wav", b"no file".to_vec(), 400),
        ("audio/wav", vec![0; 25 * 1024 * 1024], 413),
    ];
    for (kind, body, status) in cases {
        let size = body.len();
        assert_eq!(post(kind, body).await.expect("an answer").status(), status, "{kind} {size}");
    }
    let heard = format!("{}/calls/{call}/heard.wav", world.emulator.ready().control);
    let answer = world.client.get(heard).send().await.expect("an answer");
    assert!(answer.bytes().await.expect("a body").starts_with(b"RIFF"));
    world.stop().await;
}
