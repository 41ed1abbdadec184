//! `switchboard export`: everything that is known of a caller or a call, as JSON.

use crate::{keeping::export_of, settings::Settings, terminal};

use super::{
    NO, OK,
    reading::{self, Which},
};

/// Writes a JSON array with one object for each call. Holds personal data.
pub async fn run(settings: &Settings, which: &Which) -> u8 {
    export(settings, which).await.unwrap_or_else(|code| code)
}

async fn export(settings: &Settings, which: &Which) -> Result<u8, u8> {
    let (_, ledger) = reading::open(settings).await?;
    let mut exports = Vec::new();
    for call in reading::find(&*ledger, which).await? {
        let export = export_of(&*ledger, &call).await.map_err(|error| reading::broken(&error))?;
        let Some(export) = export else {
            terminal::tell(&format!("error: there is no call {call}"));
            return Ok(NO);
        };
        exports.push(export);
    }
    terminal::say(&serde_json::to_string_pretty(&exports).unwrap_or_default());
    Ok(OK)
}
