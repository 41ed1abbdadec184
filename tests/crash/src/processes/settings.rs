//! The service's settings file.

use std::{fmt::Write as _, path::Path};

use super::{
    emulator::{Emulator, oid},
    postgres::PASSWORD,
};

/// For whom Event Grid's tokens are.
pub(crate) const AUDIENCE: &str = "api://switchboard-crash";

/// Where a replica finds the world and the world finds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    /// Where it listens.
    pub(crate) listen: u16,
    /// Where the world reaches all replicas.
    pub(crate) public: u16,
    /// Where it reaches the world.
    pub(crate) outward: u16,
    /// Where it reaches the database; none is SQLite.
    pub(crate) database: Option<u16>,
}

/// The text of the settings of one replica.
pub(crate) fn settings(
    emulator: &Emulator,
    folder: &Path,
    name: &str,
    ports: Ports,
    agents: usize,
) -> String {
    // Everything of the world is behind one listener; the replica's own proxy stands before it.
    let direct = emulator.text("https");
    let world = format!("https://localhost:{}", ports.outward);
    let there = |member: &str| emulator.text(member).replace(direct, &world);
    let at = |file: &str| folder.join(file).display().to_string();
    let tenant = emulator.text("tenant_id");
    let mut text = format!(
        r#"[acs]
endpoint = "{world}"
resource_id = "{resource}"
credential = "entra"
cognitive_services_endpoint = "https://crash.cognitiveservices.azure.com/"
callback_issuer = "{issuer}"
callback_keys = "{callback_keys}"
[entra]
tenant_id = "{tenant}"
kind = "client_secret"
client_id = "{client}"
client_secret = "{secret}"
authority = "{authority}"
[event_grid]
tenant_id = "{tenant}"
audience = "{AUDIENCE}"
keys_url = "{grid_keys}"
[graph]
endpoint = "{graph}"
scope = "https://graph.microsoft.com/.default"
poll = "1s"
[http]
listen = "127.0.0.1:{listen}"
public_url = "https://localhost:{public}"
tls_certificate = "{crt}"
tls_key = "{key}"
drain = "1s"
[tls]
extra_root = "{roots}"
[last_resort]
redirect = "+442079460999"
own_numbers = ["+18005550100"]
spool = "{spool}"
[sealing]
key_ring = "{keys}"
erasures = "{erasures}"
[flow]
file = "{flow}"
[log]
filter = "info"
[ledger]
{ledger}
[[queue]]
name = "support"
wrap_up = "1s"
missed_pause = "3s"
agents = [
"#,
        resource = emulator.text("resource_id"),
        issuer = emulator.text("callback_issuer"),
        callback_keys = there("callback_keys"),
        client = emulator.text("client_id"),
        secret = emulator.text("client_secret"),
        authority = there("authority"),
        grid_keys = there("event_grid_keys"),
        graph = there("graph"),
        listen = ports.listen,
        public = ports.public,
        crt = at("service.crt"),
        key = at("service.key"),
        roots = at("roots.pem"),
        spool = at(&format!("{name}.turned-away")),
        keys = at("keys"),
        erasures = at("erasures"),
        flow = at("flow.yaml"),
        ledger = ledger(ports.database, folder),
    );
    for index in 0..agents {
        let _ = writeln!(text, "{{ id = \"{}\", name = \"Agent {index}\" }},", oid(index));
    }
    text.push_str("]\n");
    text
}

fn ledger(database: Option<u16>, folder: &Path) -> String {
    match database {
        Some(port) => format!(
            "url = \"postgres://switchboard@localhost:{port}/switchboard?sslmode=require\"\n\
             password = \"{PASSWORD}\"\nconnections = 12"
        ),
        None => format!("path = \"{}\"", folder.join("ledger.db").display()),
    }
}
