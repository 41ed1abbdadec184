//! `switchboard call`: a scripted call to a running emulator, for shells and CI.

mod api;
mod expect;
mod report;
mod script;

use std::time::Duration;

use clap::Args;
use engine::Millis;
use serde_json::{Value, json};

use crate::{clock::Clock, terminal};

use self::{
    api::{Api, ApiError, CallState},
    expect::Expectation,
    report::{Entry, Report, tell},
    script::{Script, Step},
};
use super::{BROKEN, NO, OK};

/// Between two attempts to reach an emulator that may be starting.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// An emulator and an application that were started a moment ago are there by then.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A call, what is done on it, and what is expected.
#[derive(Debug, Args)]
#[command(after_help = "\
Example, against `switchboard emulator` and a call bot:
  switchboard call +18005550100 --hear welcome --press 1 --accept adele --expect with=adele

Expectations: heard=TEXT  with=WHO  rings=WHO  event=NAME  request=OPERATION  outcome=REASON
  connected  listening  recording  recorded  ended
  Any other KEY=VALUE, such as queue=support, holds when the application sent it on this call: as a member of a
  request, inside an operation context, or as the header X-MS-Custom-KEY.

Exit code: 0 all went as scripted, 1 it did not, 64 wrong arguments, 70 no emulator answered.")]
pub struct Arguments {
    /// The number to dial, E.164; one of the emulator's.
    #[arg(value_name = "NUMBER")]
    to: String,
    /// The caller's number, E.164.
    #[arg(long, default_value = "+442079460123", value_name = "NUMBER")]
    from: String,
    /// The caller's name.
    #[arg(long, default_value = "Ada Caller", value_name = "NAME")]
    name: String,
    #[command(flatten)]
    script: Script,
    /// What must come true after the script; may be given several times.
    #[arg(long, value_name = "KEY=VALUE")]
    expect: Vec<Expectation>,
    /// How long each step and each expectation may take, seconds of real time.
    #[arg(long, default_value_t = 10, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=120))]
    within: u64,
    /// The control API of the emulator, as its ready line has it.
    #[arg(
        long,
        value_name = "URL",
        env = "SWITCHBOARD_CONTROL",
        default_value = "http://127.0.0.1:8090/control"
    )]
    control: String,
    /// Print what came of it as JSON.
    #[arg(long)]
    json: bool,
}

/// A call under way.
struct Line {
    api: Api,
    call: String,
    within: Duration,
    clock: Clock,
    began: Millis,
    report: Report,
}

/// A step or expectation that did not come about, and why.
enum Failure {
    /// The call did not go as scripted.
    Problem(String),
    /// The emulator could not be asked.
    Api(ApiError),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        match error {
            // The verb cannot be done now: that is an outcome of the script.
            ApiError::Refused { message, .. } => Self::Problem(message),
            ApiError::Unreachable { .. } | ApiError::Foreign { .. } => Self::Api(error),
        }
    }
}

/// Places the call, plays the script, checks the expectations, hangs up.
pub async fn run(arguments: Arguments) -> u8 {
    let json = arguments.json;
    match play(arguments).await {
        Ok(report) => {
            if json {
                terminal::say(&serde_json::to_string_pretty(&report).unwrap_or_default());
            }
            if report.passed { OK } else { NO }
        }
        Err(error) => {
            terminal::tell_error(&error);
            BROKEN
        }
    }
}

async fn play(arguments: Arguments) -> Result<Report, ApiError> {
    let api = Api::new(&arguments.control)?;
    let within = Duration::from_secs(arguments.within);
    if !is_subscribed(&api, within.max(STARTS_WITHIN)).await? {
        tell(0, "!", "no webhook is subscribed: the application hears nothing of this call");
    }
    let clock = Clock::start();
    let began = clock.now();
    tell(0, "→", &format!("{} dials {}", arguments.name, arguments.to));
    let call = match api.dial(&arguments.from, &arguments.name, &arguments.to).await {
        Ok(call) => call,
        Err(ApiError::Refused { message, .. }) => {
            tell(0, "✗", &message);
            let problem = Some(message);
            let step = Entry { at_ms: 0, text: "dials".to_owned(), ok: false, problem };
            return Ok(Report { steps: vec![step], ..Report::default() });
        }
        Err(error) => return Err(error),
    };
    let report = Report { call: call.clone(), ..Report::default() };
    let mut line = Line { api, call, within, clock, began, report };
    let done = line.steps(&arguments.script.0).await?;
    let came_true = done && line.expectations(&arguments.expect).await?;
    line.end().await?;
    line.report.passed = came_true;
    let verdict = if came_true { "✓" } else { "✗" };
    let words = if came_true { "as scripted" } else { "not as scripted" };
    tell(line.at(), verdict, words);
    Ok(line.report)
}

/// Waits until the emulator is there and has a webhook to tell of the call; both may be starting.
async fn is_subscribed(api: &Api, within: Duration) -> Result<bool, ApiError> {
    let clock = Clock::start();
    let deadline = clock.now() + Millis::try_from(within.as_millis()).unwrap_or(Millis::MAX);
    loop {
        match api.wait(json!("subscribed"), within).await {
            Err(ApiError::Unreachable { source, .. })
                if source.is_connect() && clock.now() < deadline =>
            {
                clock.sleep(BETWEEN_LOOKS).await;
            }
            answer => return answer,
        }
    }
}

impl Line {
    fn at(&self) -> Millis {
        self.clock.now() - self.began
    }

    /// Plays the steps; false at the first that fails.
    async fn steps(&mut self, steps: &[Step]) -> Result<bool, ApiError> {
        for step in steps {
            let entry = match self.step(step).await {
                Ok(()) => self.entry(step.text(), None),
                Err(Failure::Problem(problem)) => self.entry(step.text(), Some(problem)),
                Err(Failure::Api(error)) => return Err(error),
            };
            let ok = entry.ok;
            self.report.steps.push(entry);
            if !ok {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn entry(&self, text: String, problem: Option<String>) -> Entry {
        let entry = Entry { at_ms: self.at(), text, ok: problem.is_none(), problem };
        entry.tell();
        entry
    }

    async fn step(&self, step: &Step) -> Result<(), Failure> {
        let call = &self.call;
        match step {
            Step::Hear(text) => {
                self.live(&format!("call:{call}:heard:{text}"), "it was not heard").await
            }
            Step::Press(tones) => {
                self.listening().await?;
                self.act(&format!("/calls/{call}/press"), Some(json!({"tones": tones}))).await
            }
            Step::Say(text) => {
                self.listening().await?;
                self.act(&format!("/calls/{call}/say"), Some(json!({"text": text}))).await
            }
            Step::Accept(who) => self.ringing(who, "accept").await,
            Step::Decline(who) => self.ringing(who, "decline").await,
            Step::Ignore(who) => self.ringing(who, "ignore").await,
            Step::Leave(who) => {
                self.live(&format!("call:{call}:with:{who}"), "is not on the call").await?;
                self.act(&format!("/users/{who}/leave"), None).await
            }
            Step::Pause(ms) => {
                self.clock.sleep(Duration::from_millis(*ms)).await;
                Ok(())
            }
            Step::HangUp => self.act(&format!("/calls/{call}/hangup"), None).await,
        }
    }

    async fn act(&self, path: &str, body: Option<Value>) -> Result<(), Failure> {
        Ok(self.api.act(path, body).await?)
    }

    async fn listening(&self) -> Result<(), Failure> {
        let condition = format!("call:{}:listening", self.call);
        self.live(&condition, "the application does not listen").await
    }

    async fn ringing(&self, who: &str, verb: &str) -> Result<(), Failure> {
        self.live(&format!("user:{who}:ringing"), "it does not ring").await?;
        self.act(&format!("/users/{who}/{verb}"), None).await
    }

    /// Waits for a condition, but not beyond the end of the call.
    async fn live(&self, condition: &str, problem: &str) -> Result<(), Failure> {
        let ended = format!("call:{}:ended", self.call);
        let either = json!({"any": [condition, ended]});
        let in_time = self.api.wait(either, self.within).await?;
        // The end may have come after it.
        if in_time && self.api.wait(json!(condition), Duration::ZERO).await? {
            return Ok(());
        }
        let call = self.api.call(&self.call).await?;
        let late = if in_time { "" } else { " in time" };
        Err(Failure::Problem(format!("{problem}{late}; {}", describe(&call))))
    }

    /// Checks the expectations, each awaited; all are told.
    async fn expectations(&mut self, expectations: &[Expectation]) -> Result<bool, ApiError> {
        let mut all = true;
        for expectation in expectations {
            let condition = json!(expectation.condition(&self.call));
            let text = format!("expected {}", expectation.text);
            let problem = match self.api.wait(condition, self.within).await {
                Ok(true) => None,
                Ok(false) => Some(format!("no; {}", describe(&self.api.call(&self.call).await?))),
                Err(ApiError::Refused { message, .. }) => Some(message),
                Err(error) => return Err(error),
            };
            all &= problem.is_none();
            let entry = self.entry(text, problem);
            self.report.expectations.push(entry);
        }
        Ok(all)
    }

    /// Leaves nothing behind: a call that goes on is hung up.
    async fn end(&mut self) -> Result<(), ApiError> {
        let call = self.api.call(&self.call).await?;
        if call.state != "ended" {
            match self.api.act(&format!("/calls/{}/hangup", self.call), None).await {
                Ok(()) => tell(self.at(), "→", "hangs up"),
                // It ended by itself meanwhile.
                Err(ApiError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
            self.api.wait(json!(format!("call:{}:ended", self.call)), self.within).await?;
        }
        let call = self.api.call(&self.call).await?;
        self.report.heard = call.heard.into_iter().map(|heard| heard.text).collect();
        self.report.outcome = call.end_reason;
        Ok(())
    }
}

/// How the call stands, for somebody who wonders why.
fn describe(call: &CallState) -> String {
    let mut text = match &call.end_reason {
        Some(reason) => format!("the call is over ({reason})"),
        None => format!("the call is {}", call.state),
    };
    let names: Vec<&str> = call.participants.iter().map(|one| one.name.as_str()).collect();
    if !names.is_empty() {
        text = format!("{text} with {}", names.join(", "));
    }
    match call.heard.last() {
        Some(heard) => format!("{text}; last heard: “{}”", heard.text),
        None => format!("{text}; nothing was heard"),
    }
}
