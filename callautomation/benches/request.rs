//! How long a request takes to build and to sign, on one core. Prints the median and the best of
//! many rounds; `cargo bench -p switchboard-callautomation`.
#![expect(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use callautomation::{
    AccessKey, AddParticipant, AnswerCall, CallIntelligenceOptions, Choice, GetCall, Play,
    PlaySource, Recognize, RecognizeInput, Request, ToSign,
};
use webhooks::{Identifier, Tone};

const ROUNDS: usize = 201;
const IN_A_ROUND: u32 = 1_000;
const HOST: &str = "contoso.communication.azure.com";
const DATE: &str = "Thu, 25 Jun 2026 10:00:00 GMT";
const CALL: &str = "18dea47f-b081-4107-9a5c-4300819d2c6c";

fn main() {
    let Ok(key) = AccessKey::from_base64("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=") else {
        return;
    };
    let context = "x".repeat(1_400);
    println!("{:<36} {:>10} {:>10} {:>10}", "build and sign", "body", "median", "best");
    measure("answer a call (context of 1.4 kB)", &key, || answer(&context));
    measure("play a text", &key, play);
    measure("recognize, four choices", &key, menu);
    measure("add a Teams user", &key, add);
    measure("get a call (no body)", &key, get);
}

fn answer(context: &str) -> Option<Request> {
    let mut answer = AnswerCall::new(context, "https://app.contoso.com/callback?call=42");
    answer.operation_context = Some("answer-42".to_owned());
    answer.call_intelligence_options =
        Some(CallIntelligenceOptions::new("https://contoso.cognitiveservices.azure.com/"));
    answer.request().ok()
}

fn play() -> Option<Request> {
    let words = [PlaySource::text("Welcome to Contoso. Please hold the line.").cached_as("hello")];
    Play::new(CALL, words).request().ok()
}

fn menu() -> Option<Request> {
    let choices = [Tone::One, Tone::Two, Tone::Three, Tone::Four].map(|tone| {
        Choice::new(format!("choice {}", tone.as_wire()), ["first phrase", "second"], Some(tone))
    });
    let input = RecognizeInput::Choices(choices.into());
    let mut ask = Recognize::new(CALL, Identifier::phone("+14255550123"), input);
    ask.prompts.push(PlaySource::text("Press one, two, three or four."));
    ask.request().ok()
}

fn add() -> Option<Request> {
    AddParticipant::new(CALL, Identifier::teams_user("a1e1e000-0000-4000-8000-000000000001"), 30)
        .request()
        .ok()
}

fn get() -> Option<Request> {
    GetCall::new(CALL).request().ok()
}

fn measure(name: &str, key: &AccessKey, build: impl Fn() -> Option<Request>) {
    let mut rounds: Vec<Duration> = (0..ROUNDS).map(|_| round(key, &build)).collect();
    rounds.sort_unstable();
    let show = |time: Option<&Duration>| format!("{:?}", time.copied().unwrap_or_default());
    let bytes = build().map_or(0, |request| request.body().len());
    let (median, best) = (show(rounds.get(ROUNDS / 2)), show(rounds.first()));
    println!("{name:<36} {bytes:>8} B {median:>10} {best:>10}");
}

/// The mean of one round.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn round(key: &AccessKey, build: &impl Fn() -> Option<Request>) -> Duration {
    let start = Instant::now();
    for _ in 0..IN_A_ROUND {
        if let Some(request) = black_box(build()) {
            let target = format!("{}?api-version={}", request.path(), callautomation::API_VERSION);
            black_box(key.sign(ToSign {
                method: request.method().as_str(),
                path_and_query: &target,
                host: HOST,
                date: DATE,
                body: request.body(),
            }));
        }
    }
    start.elapsed() / IN_A_ROUND
}
