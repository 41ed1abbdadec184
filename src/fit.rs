//! Whether a flow and the settings belong together. Checked at start: a caller should not be the first to notice.

use std::fmt;

use engine::flow::{Expression, Flow, Node, Spoken, Text};

use crate::{
    flow_files::{Sounds, is_playable},
    settings::Settings,
};

/// The prompts that this release serves to ACS without any file of the flow's author.
pub const SERVED_PROMPTS: [&str; 2] = ["music/hold.wav", engine::call::BEEP];

/// What does not fit, each with its place and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfits(pub Vec<String>);

impl fmt::Display for Misfits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for Misfits {}

/// Checks what the flow wants against what the settings give; warns of what only might be meant.
///
/// # Errors
/// Everything that would fail a caller, at once.
pub fn check_fit(flow: &Flow, sounds: &Sounds, settings: &Settings) -> Result<(), Misfits> {
    let mut found = Vec::new();
    if flow.needs_speech() && settings.acs.cognitive_services_endpoint.is_none() {
        found.push("the flow speaks: give acs.cognitive_services_endpoint".to_owned());
    }
    for (name, node) in &flow.nodes {
        check_sounds(name, node, sounds, &mut found);
        for text in node.heard().into_iter().flat_map(Spoken::texts) {
            check_constants(name, text, settings, &mut found);
        }
        for callee in node.callees() {
            check_constants(name, &callee.address, settings, &mut found);
        }
        check_endpoint(name, node, settings, &mut found);
        check_node(name, node, settings, &mut found);
    }
    found.dedup();
    if found.is_empty() { Ok(()) } else { Err(Misfits(found)) }
}

fn check_node(name: &str, node: &Node, settings: &Settings, found: &mut Vec<String>) {
    match node {
        Node::Queue(queue) => match settings.queues.iter().find(|known| known.name == queue.name) {
            None => found.push(format!(
                "node {name} asks for queue {}: add a [[queue]] of this name",
                queue.name
            )),
            Some(known) if known.agents.is_empty() => {
                tracing::warn!(queue.name, "the queue has no agents: callers will find nobody");
            }
            Some(_) => {}
        },
        Node::Http(http) => {
            for (_, member) in &http.body {
                check_expression(name, member, settings, found);
            }
        }
        Node::Stream(stream) => {
            if !settings.voice_agents.contains_key(&stream.to) {
                found.push(format!(
                    "node {name} asks for voice agent {to}: add [voice_agents.{to}]",
                    to = stream.to
                ));
            }
            for (_, sent) in &stream.send {
                check_expression(name, sent, settings, found);
            }
        }
        Node::Say(_)
        | Node::Play(_)
        | Node::Menu(_)
        | Node::Collect(_)
        | Node::Consent(_)
        | Node::Callback(_)
        | Node::Ask(_)
        | Node::Record(_)
        | Node::Transfer(_)
        | Node::Ring(_)
        | Node::Add(_)
        | Node::Remove(_)
        | Node::Hold(_)
        | Node::Voicemail(_)
        | Node::Set(_)
        | Node::Branch(_)
        | Node::Hours(_)
        | Node::Flow(_)
        | Node::Return(_)
        | Node::Redirect(_)
        | Node::Reject(_)
        | Node::Hangup => {}
    }
}

/// What it asks over HTTP, and what it shows there.
fn check_endpoint(name: &str, node: &Node, settings: &Settings, found: &mut Vec<String>) {
    if let Some(url) = node.endpoint() {
        check_constants(name, url, settings, found);
        if settings.flow.http_hosts.is_empty() {
            found.push(format!("node {name} asks an endpoint: list its host in flow.http_hosts"));
        }
    }
    for secret in node.secrets() {
        if !settings.flow.secrets.contains_key(secret) {
            found.push(format!("node {name} needs the secret {secret}: add it to flow.secrets"));
        }
    }
}

fn check_sounds(name: &str, node: &Node, sounds: &Sounds, found: &mut Vec<String>) {
    for path in node.sounds() {
        match sounds.get(path) {
            None if SERVED_PROMPTS.contains(&path) => {}
            None => found.push(format!(
                "node {name} plays {path}: put it into the folder prompts beside the flow's file"
            )),
            Some(file) if is_playable(file) => {}
            Some(_) => found.push(format!(
                "node {name} plays {path}: make it a WAV file, PCM, mono, 16 bit, 16 kHz"
            )),
        }
    }
}

/// Constants that a text reads must be there.
fn check_constants(name: &str, text: &Text, settings: &Settings, found: &mut Vec<String>) {
    for (_, expression) in text.expressions() {
        check_expression(name, expression, settings, found);
    }
}

fn check_expression(
    name: &str,
    expression: &Expression,
    settings: &Settings,
    found: &mut Vec<String>,
) {
    let references = expression.references().iter();
    for constant in
        references.filter(|read| read.root == "config").filter_map(|read| read.field.as_ref())
    {
        if !settings.flow.constants.contains_key(constant) {
            found.push(format!("node {name} reads config.{constant}: add it to flow.constants"));
        }
    }
}
