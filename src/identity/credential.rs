//! Tokens for ACS and Graph, by the kind of identity in the settings.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use azure_core::{
    cloud::{CloudConfiguration, CustomConfiguration},
    credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions},
    error::ErrorKind,
    http::{ClientOptions, RetryOptions},
};
use azure_identity::{
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use callautomation::{SteadyCredential, TokenPace};
use reqwest::Client;

use super::{IdentityError, transport};
use crate::{
    clock::Clock,
    settings::{Entra, EntraCredential, Settings},
};

/// One try at Entra's token endpoint.
const ENTRA_TRY: Duration = Duration::from_secs(10);
/// The machine's identity endpoint may be away for 70 s while it is upgraded, and the library tries
/// again for as long (GRAPH-ENTRA-TEAMS.md 2.2).
const MACHINE_TRY: Duration = Duration::from_secs(80);

/// The credential that the settings describe. It refreshes ahead of time, serves a valid token while
/// refreshing fails, and lets nobody wait for more than 5 s.
///
/// Settings without `[entra]` give a credential that refuses: nothing asks it then, since loading
/// requires the section where it is needed.
///
/// # Errors
/// When the credential cannot be built, such as without a token file in Kubernetes.
pub fn token_credential(
    settings: &Settings,
    client: &Client,
) -> Result<Arc<dyn TokenCredential>, IdentityError> {
    let Some(entra) = settings.entra.clone() else {
        return Ok(Arc::new(Absent));
    };
    let attempt = match &entra.credential {
        EntraCredential::ManagedIdentity { .. } => MACHINE_TRY,
        EntraCredential::ClientSecret { .. } | EntraCredential::WorkloadIdentity { .. } => {
            ENTRA_TRY
        }
    };
    let client = client.clone();
    let make = move || build(&entra, &client);
    make().map_err(IdentityError::Credential)?;
    let clock = Clock::start();
    let pace = TokenPace { attempt, ..TokenPace::default() };
    let now = Arc::new(move || clock.timestamp());
    Ok(Arc::new(SteadyCredential::reporting(make, now, pace, |error, pause| {
        let error = error as &dyn std::error::Error;
        tracing::warn!(error, retry_in_ms = pause.as_millis(), "no new token could be had");
    })))
}

/// A new credential each time: the library's own cache would hide a refresh ahead of time.
fn build(entra: &Entra, client: &Client) -> azure_core::Result<Arc<dyn TokenCredential>> {
    match &entra.credential {
        EntraCredential::ClientSecret { client_id, client_secret } => {
            let options = ClientSecretCredentialOptions {
                client_options: options(entra, client, RetryOptions::none()),
            };
            let secret = Secret::new(client_secret.expose().to_owned());
            let (tenant, id) = (&entra.tenant_id, client_id.clone());
            Ok(ClientSecretCredential::new(tenant, id, secret, Some(options))?)
        }
        EntraCredential::ManagedIdentity { client_id } => {
            let options = ManagedIdentityCredentialOptions {
                user_assigned_id: client_id.clone().map(UserAssignedId::ClientId),
                client_options: options(entra, client, RetryOptions::default()),
            };
            Ok(ManagedIdentityCredential::new(Some(options))?)
        }
        EntraCredential::WorkloadIdentity { client_id } => {
            let options = WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions {
                    client_options: options(entra, client, RetryOptions::none()),
                },
                client_id: client_id.clone(),
                tenant_id: Some(entra.tenant_id.clone()),
                ..WorkloadIdentityCredentialOptions::default()
            };
            Ok(WorkloadIdentityCredential::new(Some(options))?)
        }
    }
}

fn options(entra: &Entra, client: &Client, retry: RetryOptions) -> ClientOptions {
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host = entra.authority.to_string();
    ClientOptions {
        retry,
        transport: Some(transport(client)),
        cloud: Some(Arc::new(CloudConfiguration::from(cloud))),
        ..ClientOptions::default()
    }
}

/// Stands where the settings have no `[entra]`.
#[derive(Debug)]
struct Absent;

#[async_trait]
impl TokenCredential for Absent {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let advice = "the settings have no [entra]: write it with tenant_id and kind";
        Err(azure_core::Error::with_message(ErrorKind::Credential, advice))
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn entra(credential: EntraCredential, authority: &str) -> Entra {
        Entra {
            tenant_id: "2b1a7c3e-90f4-4c59-8f1d-5d6f0c4e7a21".to_owned(),
            credential,
            authority: Url::parse(authority).unwrap(),
        }
    }

    fn secret() -> EntraCredential {
        EntraCredential::ClientSecret {
            client_id: "c0a1e6b2-5a1c-4e7e-a4f4-0d7d3c1b2a99".to_owned(),
            client_secret: webhooks::Secret::new("canary"),
        }
    }

    #[test]
    fn credentials_are_built_and_show_no_secret() {
        let client = Client::builder().build().unwrap();
        let managed = EntraCredential::ManagedIdentity { client_id: None };
        for credential in [secret(), managed] {
            let entra = entra(credential, "https://login.microsoftonline.com");
            let built = build(&entra, &client).unwrap();
            assert!(!format!("{built:?}{entra:?}").contains("canary"));
        }
    }

    #[test]
    fn an_authority_without_tls_is_refused() {
        let client = Client::builder().build().unwrap();
        assert!(build(&entra(secret(), "http://localhost"), &client).is_err());
    }
}
