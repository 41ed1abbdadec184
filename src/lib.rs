//! Switchboard: a contact-centre service for Azure Communication Services and Microsoft Teams.
//!
//! The binary is thin; everything is here so that tests build the same application as `main` does.
//!
//! | module | what it holds |
//! |---|---|
//! | [`app`] | the composition root; [`service`]: what it composes, behind doors that the simulator has too |
//! | [`settings`] | what a deployment decides; [`fit`]: whether the flow fits it; [`flow_files`]: the files of a flow; [`reload`]: a changed flow |
//! | [`clock`], [`ids`] | the only doors for time and for ids |
//! | [`http`] | the public listener; [`intake`]: from a verified webhook to an input |
//! | [`admission`] | who is let in while the ledger is slow or down, and the last resort for the others |
//! | [`ledger`] | the durable store; [`storage`]: which one the settings name; [`sealing`]: keys and what they do |
//! | [`runner`] | deadlines, queues, decisions, the follow-up of commits |
//! | [`dispatch`] | sends commands, retries, settles |
//! | [`agents`] | roster and presence; [`graph`]: the presence API; [`identity`]: tokens out, keys in |
//! | [`voice`] | web sockets between calls and voice agents |
//! | [`keeping`] | how long data is kept, and how it is taken out |
//! | [`trace`] | the read model of the journal |
//! | [`telemetry`], [`terminal`] | logs; what commands print |
//! | [`commands`], [`demo`] | the commands of the binary; [`flowchart`]: drawings of a flow |

pub mod admission;
pub mod agents;
pub mod app;
pub mod clock;
pub mod commands;
pub mod demo;
pub mod dispatch;
pub mod fit;
pub mod flow_files;
pub mod flowchart;
pub mod going_on;
pub mod graph;
pub mod http;
pub mod identity;
pub mod ids;
pub mod intake;
pub mod keeping;
pub mod ledger;
mod lines;
pub mod reload;
pub mod runner;
pub mod sealing;
pub mod service;
pub mod settings;
pub mod storage;
pub mod telemetry;
pub mod terminal;
pub mod trace;
pub mod voice;
pub mod withheld;
