//! A flow drawn by chance: its nodes lead forward, and back only where the caller has a say, so that the checker accepts most.
//! Some have a fault that it must find.

use std::fmt::Write as _;

use super::chance::Chance;

/// Most nodes of a flow, beside its end.
const MOST: usize = 14;
/// So many of a hundred flows have a fault put into them.
const FAULTY: usize = 15;

/// A flow's file.
pub(crate) fn flow(chance: &mut Chance) -> String {
    let count = 3 + chance.below(MOST - 2);
    let mut flow = String::from(
        "flow: random\nlanguages: { de-DE: de-DE-KatjaNeural }\nvars: { n: { type: int, start: 0 }, t: { type: text, start: \"\" } }\nstart: n0\nnodes:\n",
    );
    let faulty = chance.percent(FAULTY).then(|| chance.below(count));
    for at in 0..count {
        let mut maker = Maker { chance: &mut *chance, at, count, faulty: faulty == Some(at) };
        let node = maker.node();
        let _ = writeln!(flow, "  n{at}: {node}");
    }
    let _ = writeln!(flow, "  n{count}: {{ hangup: {{}} }}");
    flow
}

struct Maker<'c> {
    chance: &'c mut Chance,
    at: usize,
    count: usize,
    faulty: bool,
}

impl Maker<'_> {
    fn node(&mut self) -> String {
        match self.chance.below(if self.at < 2 { 26 } else { 24 }) {
            0 | 1 => {
                let (text, next) = (self.spoken(), self.next());
                format!("{{ say: {{ text: {text}, next: {next} }} }}")
            }
            2 => {
                let (next, failed) = (self.next(), self.forward());
                format!("{{ play: {{ file: a.wav, length: 5s, next: {next}, failed: {failed} }} }}")
            }
            3..=5 => self.menu(),
            6 => self.collect(),
            7 => self.consent(),
            8 => {
                let (next, otherwise) = (self.next(), self.forward());
                format!(
                    "{{ callback: {{ prompt: \"Your number.\", attempts: 2, next: {next}, otherwise: {otherwise} }} }}"
                )
            }
            9 => self.set(),
            10 => self.branch(),
            11 => self.http(),
            12 | 13 => self.queue(),
            14 => self.voicemail(),
            15..=19 => self.people(),
            20 | 21 => self.stream(),
            22 | 23 => self.ask(),
            24 => {
                let (open, closed) = (self.next(), self.forward());
                format!(
                    "{{ hours: {{ zone: Europe/Berlin, week: {{ mon-fri: \"09:00-17:00\" }}, open: {open}, closed: {closed} }} }}"
                )
            }
            _ => {
                let failed = self.next();
                format!("{{ redirect: {{ to: {{ phone: \"+18005550100\" }}, failed: {failed} }} }}")
            }
        }
    }

    /// The node after this one, so that each is come to; where a fault is wanted, sometimes one that is not there or lies before.
    fn next(&mut self) -> String {
        if self.faulty {
            self.faulty = false;
            return match self.chance.below(3) {
                0 => "nowhere".to_owned(),
                1 => format!("n{}", self.chance.below(self.at + 1)),
                _ => format!("n{}", self.count),
            };
        }
        format!("n{}", self.at + 1)
    }

    /// Any node behind this one.
    fn forward(&mut self) -> String {
        let ahead = self.count - self.at;
        format!("n{}", self.at + 1 + self.chance.below(ahead))
    }

    /// Any node at all: for what the caller chooses.
    fn anywhere(&mut self) -> String {
        let back = self.chance.percent(25);
        if back { format!("n{}", self.chance.below(self.at + 1)) } else { self.forward() }
    }

    fn spoken(&mut self) -> String {
        self.chance
            .pick(&[
                "\"Some words.\"",
                "\"Hello ${caller.name}, you have tried ${string(vars.n)} times.\"",
                "\"${vars.missing}\"",
                "{ en-US: \"Words.\", de-DE: \"Worte.\" }",
                "{ ssml: \"<speak>Words</speak>\" }",
            ])
            .to_owned()
    }

    fn retry(&mut self) -> String {
        let attempts = 1 + self.chance.below(3);
        let silence = 1 + self.chance.below(8);
        format!("attempts: {attempts}, silence: {silence}s")
    }

    fn menu(&mut self) -> String {
        let count = 1 + self.chance.below(4);
        let (tones, phrases) = self.chance.pick(&[(true, true), (true, false), (false, true)]);
        let words = ["alpha", "beta", "gamma", "delta"];
        let mut choices = Vec::new();
        for (at, word) in words.iter().enumerate().take(count) {
            let next = if at == 0 { self.next() } else { self.anywhere() };
            let tone = if tones { format!("tone: \"{at}\", ") } else { String::new() };
            let phrases = if phrases { format!("phrases: [{word}], ") } else { String::new() };
            choices.push(format!("{word}: {{ {tone}{phrases}next: {next} }}"));
        }
        let (prompt, retry, otherwise) = (self.spoken(), self.retry(), self.forward());
        let choices = choices.join(", ");
        format!(
            "{{ menu: {{ prompt: {prompt}, choices: {{ {choices} }}, {retry}, otherwise: {otherwise} }} }}"
        )
    }

    fn ask(&mut self) -> String {
        let more = self.chance.pick(&[
            "",
            "keys: \"Press 0 or 1.\", ",
            "into: t, ",
            "model: { url: \"https://ai.example/\", model: m }, ",
            "keys: \"Press 0 or 1.\", model: { url: \"https://ai.example/\", model: m, timeout: 1s }, ",
        ]);
        let (one, two) = (self.next(), self.anywhere());
        let (prompt, retry, otherwise) = (self.spoken(), self.retry(), self.forward());
        format!(
            "{{ ask: {{ prompt: {prompt}, intents: {{ alpha: {{ tone: \"0\", phrases: [alpha], next: {one} }}, beta: {{ tone: \"1\", phrases: [beta], next: {two} }} }}, {more}{retry}, otherwise: {otherwise} }} }}"
        )
    }

    fn collect(&mut self) -> String {
        let max = 1 + self.chance.below(6);
        let more = self.chance.pick(&[
            "",
            "luhn: true, ",
            "pattern: \"[1-9][0-9]*\", ",
            "confirm: { prompt: \"Right?\" }, ",
            "sensitive: true, ",
        ]);
        let (retry, next, otherwise) = (self.retry(), self.next(), self.forward());
        let into = if more.starts_with("sens") { "secret" } else { "t" };
        format!(
            "{{ collect: {{ prompt: \"Type.\", into: {into}, max: {max}, {more}{retry}, next: {next}, otherwise: {otherwise} }} }}"
        )
    }

    fn consent(&mut self) -> String {
        if self.chance.percent(50) {
            let (next, failed) = (self.next(), self.forward());
            return format!(
                "{{ consent: {{ text: \"This call is recorded.\", next: {next}, failed: {failed} }} }}"
            );
        }
        let (retry, yes, no, otherwise) =
            (self.retry(), self.next(), self.anywhere(), self.forward());
        format!(
            "{{ consent: {{ prompt: \"May we record?\", yes: {{ tone: \"1\", next: {yes} }}, no: {{ tone: \"2\", next: {no} }}, {retry}, otherwise: {otherwise} }} }}"
        )
    }

    fn set(&mut self) -> String {
        let vars = self.chance.pick(&[
            "vars: { n: \"vars.n + 1\" }",
            "vars: { n: \"int(vars.t)\" }",
            "vars: { x: \"vars.missing + 1\" }",
        ]);
        let (next, failed) = (self.next(), self.forward());
        format!("{{ set: {{ {vars}, next: {next}, failed: {failed} }} }}")
    }

    fn branch(&mut self) -> String {
        let when = self.chance.pick(&[
            "vars.n > 2",
            "vars.t == '12'",
            "caller.number.startsWith('+44')",
            "vars.missing",
            "call.consent",
        ]);
        let (target, otherwise) = (self.forward(), self.next());
        format!(
            "{{ branch: {{ when: [{{ if: \"{when}\", next: {target} }}], otherwise: {otherwise} }} }}"
        )
    }

    fn http(&mut self) -> String {
        let body = if self.chance.percent(40) { "body: { who: caller.number }, " } else { "" };
        let more = self.chance.pick(&["", "retries: 2, ", "retries: 1, sign: ours, "]);
        let (next, failed) = (self.next(), self.forward());
        format!(
            "{{ http: {{ url: \"https://api.example/${{vars.t}}\", {body}{more}timeout: 2s, set: {{ t: \"response.body.t\" }}, next: {next}, failed: {failed} }} }}"
        )
    }

    fn queue(&mut self) -> String {
        let more = self.chance.pick(&[
            "",
            "music: music/hold.wav, ",
            "announce: \"One moment.\", every: 10s, ",
            "music: music/hold.wav, announce: \"One moment.\", record: { consent: \"Recorded.\" }, ",
            "record: {}, ",
        ]);
        let after = 5 + self.chance.below(120);
        let (overflow, unavailable) = (self.next(), self.forward());
        format!(
            "{{ queue: {{ name: q, {more}ring: 10s, overflow: {{ after: {after}s, next: {overflow} }}, unavailable: {unavailable} }} }}"
        )
    }

    /// Somebody is rung, added, taken out; the caller is held or given away.
    fn people(&mut self) -> String {
        let who =
            |number: usize| format!("teams_user: a1e1e000-0000-4000-8000-00000000000{number}");
        let (one, other) = (who(1 + self.chance.below(3)), who(1 + self.chance.below(3)));
        let phone = "phone: \"+18005550101\"";
        let (next, failed) = (self.next(), self.forward());
        match self.chance.below(5) {
            0 => format!(
                "{{ ring: {{ people: [{{ {one} }}, {{ {phone} }}, {{ {other} }}], ring: 10s, otherwise: {next} }} }}"
            ),
            1 => format!(
                "{{ add: {{ who: {{ {one} }}, ring: 10s, next: {next}, failed: {failed} }} }}"
            ),
            2 => {
                format!("{{ remove: {{ who: {{ {one} }}, next: {next}, failed: {failed} }} }}")
            }
            3 => format!("{{ hold: {{ length: 7s, next: {next}, failed: {failed} }} }}"),
            _ => format!("{{ transfer: {{ to: {{ {one} }}, failed: {next} }} }}"),
        }
    }

    /// A voice agent, with ways to hand over that lead forward: the agent decides, not the caller.
    fn stream(&mut self) -> String {
        let max = 10 + self.chance.below(60);
        let (next, failed, handed) = (self.next(), self.forward(), self.forward());
        let more = self.chance.pick(&[
            "",
            "send: { who: caller.number, n: vars.n }, ",
            "send: { x: vars.missing }, ",
            "set: { t: \"handed.t\" }, ",
        ]);
        format!(
            "{{ stream: {{ to: helper, {more}max: {max}s, hand_over: {{ person: {handed} }}, next: {next}, failed: {failed} }} }}"
        )
    }

    fn voicemail(&mut self) -> String {
        let max = if self.chance.percent(50) { "max: 30s, " } else { "" };
        let next = self.next();
        format!("{{ voicemail: {{ prompt: \"Nobody is here.\", {max}next: {next} }} }}")
    }
}
