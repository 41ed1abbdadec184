//! Streams: their sockets, what goes through them, and their events.

use serde_json::{Value, json};

use super::{Bench, CALLER};
use crate::wire::Answer;
use crate::wire::Strict as _;
use crate::world::{AcsRequest, Action, CallId, SocketNews, SocketOrder, SocketPlan};

/// A call with both streams, which do not run yet.
fn streaming(more: &Value) -> (Bench, CallId, String) {
    let mut bench = Bench::new();
    let call = bench.dial();
    let context = bench.grid.last().expect("announced")["incomingCallContext"].clone();
    let mut media = json!({"transportType": "websocket", "audioChannelType": "mixed",
        "transportUrl": "wss://app/media", "enableBidirectional": true, "enableDtmfTones": true});
    for (name, value) in more.as_object().expect("members") {
        media[name] = value.clone();
    }
    let body = json!({"incomingCallContext": context, "callbackUri": "https://app/cb",
        "callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://ai"},
        "mediaStreamingOptions": media,
        "transcriptionOptions": {"transportType": "websocket", "locale": "en-US",
            "transportUrl": "wss://app/text", "enableIntermediateResults": true}});
    let request = Answer::parse(&body).expect("read").request;
    let version = "2026-03-12".to_owned();
    let reply = bench.acs(AcsRequest::Answer { version, request }).expect("answered");
    let body = reply.body.expect("properties");
    let connection = body["callConnectionId"].as_str().expect("an id").to_owned();
    bench.advance(200);
    bench.callbacks.clear();
    (bench, call, connection)
}

impl Bench {
    fn plan(&mut self) -> SocketPlan {
        let order = self.sockets.pop();
        let Some(SocketOrder::Open(plan)) = order else { panic!("{order:?}") };
        *plan
    }

    /// Every socket that is to be opened is open.
    pub(super) fn open_sockets(&mut self) {
        for order in std::mem::take(&mut self.sockets) {
            if let SocketOrder::Open(plan) = order {
                self.news(&plan, SocketNews::Opened);
            }
        }
    }

    fn news(&mut self, plan: &SocketPlan, news: SocketNews) {
        let connection = plan.connection.clone();
        self.apply(Action::Socket { connection, socket: plan.socket, news }).expect("told");
    }

    fn opened(&mut self, connection: &str, verb: &str) -> SocketPlan {
        let body =
            if verb == ":startTranscription" { json!({"locale": "en-US"}) } else { json!({}) };
        self.operate(connection, verb, &body).expect("accepted");
        let plan = self.plan();
        self.news(&plan, SocketNews::Opened);
        self.events();
        plan
    }

    fn frames(&mut self) -> Vec<Value> {
        let orders = std::mem::take(&mut self.sockets);
        let frames = orders.into_iter().filter_map(|order| match order {
            SocketOrder::Send { frame, .. } => Some(frame),
            SocketOrder::Open(_) | SocketOrder::Close { .. } => None,
        });
        frames.collect()
    }

    /// `state` of the media stream in the properties.
    fn stream_state(&mut self, connection: &str) -> Value {
        let reply = self.acs(AcsRequest::GetCall { connection: connection.to_owned() });
        let body = reply.expect("found").body.expect("a body");
        body["mediaStreamingSubscription"]["state"].clone()
    }

    fn details(&self) -> Value {
        let update = &self.callbacks.last().expect("an event").body[0]["data"];
        update["mediaStreamingUpdate"]["mediaStreamingStatusDetails"].clone()
    }
}

#[test]
fn a_stream_has_started_when_its_socket_is_open() {
    let (mut bench, _, connection) = streaming(&json!({}));
    let start = json!({"operationContext": "go"});
    bench.operate(&connection, ":startMediaStreaming", &start).expect("accepted");
    assert!(bench.events().is_empty());
    assert_eq!(bench.stream_state(&connection), "inactive");
    let plan = bench.plan();
    assert_eq!(plan.address, "wss://app/media");
    assert_eq!(plan.metadata["audioMetadata"]["length"], 640);
    assert!(bench.operate(&connection, ":startMediaStreaming", &start).is_err(), "being opened");
    bench.news(&plan, SocketNews::Opened);
    assert_eq!(bench.events(), ["MediaStreamingStarted go 200/0"]);
    assert_eq!(bench.stream_state(&connection), "active");
    bench.operate(&connection, ":stopMediaStreaming", &json!({})).expect("accepted");
    assert_eq!(bench.events(), ["MediaStreamingStopped go 200/0"], "with the start's context");
    assert!(
        matches!(bench.sockets.last(), Some(SocketOrder::Close { socket }) if *socket == plan.socket)
    );
    bench.news(&plan, SocketNews::Lost);
    assert!(bench.events().is_empty(), "news of an old socket");
}

#[test]
fn a_socket_that_fails_or_breaks_is_told() {
    let (mut bench, _, connection) = streaming(&json!({"startMediaStreaming": true}));
    let plan = bench.plan();
    bench.news(&plan, SocketNews::Failed);
    assert_eq!(bench.details(), "streamConnectionUnsuccessful");
    assert_eq!(bench.events(), ["MediaStreamingFailed - 500/8603"]);
    bench.sockets.clear();
    let plan = bench.opened(&connection, ":startMediaStreaming");
    bench.news(&plan, SocketNews::Lost);
    assert_eq!(bench.details(), "streamConnectionInterrupted");
    assert_eq!(bench.events(), ["MediaStreamingFailed - 500/8603"]);
    assert!(bench.operate(&connection, ":stopMediaStreaming", &json!({})).is_err());
}

#[test]
fn sockets_close_with_the_call() {
    let (mut bench, call, connection) = streaming(&json!({}));
    let media = bench.opened(&connection, ":startMediaStreaming").socket;
    let text = bench.opened(&connection, ":startTranscription").socket;
    bench.apply(Action::HangUp { call }).expect("hung up");
    let closed: Vec<u64> = bench
        .sockets
        .iter()
        .filter_map(|order| match order {
            SocketOrder::Close { socket } => Some(*socket),
            SocketOrder::Open(_) | SocketOrder::Send { .. } => None,
        })
        .collect();
    assert_eq!(closed, [media, text]);
    assert!(bench.world.stream_window(&connection, media, 0, i64::MAX).is_none());
}

#[test]
fn streams_carry_people_and_keys_but_not_the_application() {
    let (mut bench, call, connection) = streaming(&json!({"audioChannelType": "unmixed"}));
    let plan = bench.opened(&connection, ":startMediaStreaming");
    let music = json!({"playSources": [{"kind": "file", "file": {"uri": "https://x/hold.wav"}}]});
    bench.play(&connection, &music).expect("accepted");
    let now = bench.now;
    let window = |bench: &Bench| bench.world.stream_window(&connection, plan.socket, now, now + 20);
    assert!(window(&bench).expect("it runs").sounds.is_empty());
    bench.say(call, "yes");
    let both = window(&bench).expect("it runs");
    assert_eq!((both.people, both.sounds.len()), (vec![format!("4:{CALLER}")], 1));
    bench.press(call, "3#");
    let keys: Vec<_> = bench.frames().iter().map(|one| one["dtmfData"]["data"].clone()).collect();
    assert_eq!(keys, [json!("3"), json!("#")]);
}

#[test]
fn what_the_application_sends_is_heard_and_can_be_taken_back() {
    let (mut bench, call, connection) = streaming(&json!({}));
    let socket = bench.opened(&connection, ":startMediaStreaming").socket;
    let send = |bench: &mut Bench, audio: Option<Vec<i16>>| {
        let connection = connection.clone();
        bench.apply(Action::StreamIn { connection, socket, audio }).expect("taken");
    };
    send(&mut bench, Some(vec![100; 16_000]));
    send(&mut bench, Some(vec![100; 16_000]));
    let texts = |bench: &Bench| -> Vec<String> {
        bench.world.view().calls[0].heard.iter().map(|one| one.text.clone()).collect()
    };
    bench.advance(2_039);
    assert!(texts(&bench).is_empty());
    let caller = bench.world.heard_by(call, None, bench.now - 1_000, bench.now).expect("there");
    assert!(!caller.is_empty());
    bench.advance(1);
    assert_eq!(texts(&bench), ["audio: 2000 ms"]);
    send(&mut bench, Some(vec![100; 32_000]));
    bench.advance(540);
    send(&mut bench, None);
    assert_eq!(texts(&bench), ["audio: 2000 ms", "audio: 540 ms"]);
    bench.advance(10_000);
    assert_eq!(texts(&bench).len(), 2);
    let later = bench.world.heard_by(call, None, bench.now - 9_000, bench.now).expect("there");
    assert!(later.is_empty());
}

#[test]
fn a_sentence_is_transcribed_as_it_is_said() {
    let (mut bench, call, connection) = streaming(&json!({}));
    bench.opened(&connection, ":startTranscription");
    bench.say(call, "My bag, please: it is lost.");
    assert!(bench.frames().is_empty(), "nothing has been said yet");
    bench.advance(10_000);
    let frames = bench.frames();
    let data: Vec<_> = frames.iter().map(|frame| &frame["transcriptionData"]).collect();
    let texts: Vec<_> = data.iter().map(|data| (&data["text"], &data["resultStatus"])).collect();
    assert_eq!(
        texts,
        [
            (&json!("My bag, please:"), &json!("Intermediate")),
            (&json!("My bag, please: it is lost."), &json!("Final")),
        ]
    );
    let last = data[1];
    assert_eq!(last["participantRawID"], format!("4:{CALLER}"));
    assert_eq!(last["words"][1]["text"], "bag");
    assert!(last["offset"].as_i64().expect("a number") > 1 << 53);
    // 27 characters of 60 ms.
    assert_eq!(last["duration"], 27 * 60 * 10_000);
    let words = last["words"].as_array().expect("a list");
    let ends = |word: &Value| word["offset"].as_i64().unwrap() + word["duration"].as_i64().unwrap();
    assert!(words.windows(2).all(|pair| ends(&pair[0]) == pair[1]["offset"].as_i64().unwrap()));
    assert_eq!(ends(&words[5]) - last["offset"].as_i64().unwrap(), 27 * 60 * 10_000);
    bench.operate(&connection, ":stopTranscription", &json!({})).expect("accepted");
    bench.say(call, "nobody listens");
    bench.advance(10_000);
    assert!(bench.frames().is_empty());
}

#[test]
fn a_stream_without_tls_is_refused() {
    let mut bench = Bench::new();
    bench.dial();
    let context = bench.grid.last().expect("announced")["incomingCallContext"].clone();
    let body = json!({"incomingCallContext": context, "callbackUri": "https://app/cb",
        "mediaStreamingOptions": {"transportType": "websocket", "audioChannelType": "mixed",
            "transportUrl": "ws://localhost/media"}});
    let request = Answer::parse(&body).expect("read").request;
    let version = "2026-03-12".to_owned();
    let refused = bench.acs(AcsRequest::Answer { version, request }).expect_err("refused");
    assert_eq!((refused.status, refused.sub_code), (400, 8523));
}
