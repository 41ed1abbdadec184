//! What Teams Phone extensibility refuses (teams-phone-extensibility-capabilities.md; contract
//! sections 7.9 and 4.4).

use super::view::ResourceAccountView;
use super::{AcsRequest, World};
use crate::options::Profile;
use crate::private::Private;
use crate::wire::{CreateCall, Identifier, RecordedCall, Refusal};

impl World {
    /// Refuses what the resource's profile does not have. Who may be called is looked at with it.
    pub(super) fn check_profile(&self, request: &AcsRequest) -> Result<(), Refusal> {
        match self.settings.profile {
            Profile::Classic => self.check_classic(request),
            Profile::Tpe => check_tpe(request).and_then(|()| self.check_source(request)),
        }
    }

    fn check_classic(&self, request: &AcsRequest) -> Result<(), Refusal> {
        if let AcsRequest::Create { request, .. } = request {
            let phone = request.targets.iter().any(is_phone) && request.teams_app.is_none();
            check_number(phone, request.caller_number.as_ref())?;
            return self.check_app(request);
        }
        if let AcsRequest::AddParticipant { request, .. } = request {
            return check_number(is_phone(&request.who), request.caller_number.as_ref());
        }
        Ok(())
    }

    /// A call of an extensibility resource comes from a resource account.
    fn check_source(&self, request: &AcsRequest) -> Result<(), Refusal> {
        let AcsRequest::Create { request, .. } = request else {
            return Ok(());
        };
        if request.teams_app.is_none() {
            let problem = "is required with Teams Phone extensibility";
            return Err(Refusal::member("teamsAppSource", problem));
        }
        self.check_app(request)
    }

    fn check_app(&self, request: &CreateCall) -> Result<(), Refusal> {
        let known = |app: &String| self.accounts.values().any(|oid| oid == app);
        if request.teams_app.as_ref().is_some_and(|app| !known(app)) {
            let text = "teamsAppSource is not a resource account of this resource.";
            return Err(Refusal::new(403, 7507, text));
        }
        Ok(())
    }

    /// Every number belongs to a resource account, with profile `tpe`.
    pub(super) fn open_accounts(&mut self) {
        if self.settings.profile == Profile::Classic {
            return;
        }
        for number in self.numbers.clone() {
            let next = self.accounts.len() + 1;
            let account = || format!("cc00e000-0000-4000-8000-{next:012}");
            self.accounts.entry(number).or_insert_with(account);
        }
    }

    /// Who stands for a dialled number on the wire.
    pub(super) fn dialled(&self, number: &str) -> Identifier {
        match self.accounts.get(number) {
            Some(oid) => Identifier::from_raw(&format!("28:orgid:{oid}")),
            None => Identifier::phone(number),
        }
    }

    pub(super) fn accounts_view(&self) -> Vec<ResourceAccountView> {
        let view = |(number, oid): (&String, &String)| ResourceAccountView {
            oid: oid.clone(),
            number: Private::new(number.clone()),
        };
        self.accounts.iter().map(view).collect()
    }
}

fn is_phone(who: &Identifier) -> bool {
    matches!(who, Identifier::Phone { .. })
}

/// A phone is rung from a number of the resource.
fn check_number(phone: bool, number: Option<&String>) -> Result<(), Refusal> {
    if phone && number.is_none() {
        let problem = "is required to ring a phone";
        return Err(Refusal::member("sourceCallerIdNumber", problem));
    }
    Ok(())
}

fn check_tpe(request: &AcsRequest) -> Result<(), Refusal> {
    if let AcsRequest::StartRecording { request, .. } = request
        && matches!(request.call, RecordedCall::Server(_))
    {
        let problem =
            "must be left out, callConnectionId is required, with Teams Phone extensibility";
        return Err(Refusal::member("callLocator", problem));
    }
    let Some(what) = unsupported(request) else {
        return Ok(());
    };
    let text = format!("{what} is not supported with Teams Phone extensibility.");
    Err(Refusal::new(405, 8520, text))
}

/// What extensibility does not have of this request.
fn unsupported(request: &AcsRequest) -> Option<&'static str> {
    let ordinary = |who: &Identifier| matches!(who, Identifier::Teams { .. });
    if matches!(request, AcsRequest::Redirect(_)) {
        return Some("Redirect");
    }
    if matches!(request, AcsRequest::Hold { .. } | AcsRequest::Unhold { .. }) {
        return Some("Hold");
    }
    if matches!(request, AcsRequest::Mute { .. }) {
        return Some("Mute");
    }
    let reaches_ordinary = if let AcsRequest::Create { request, .. } = request {
        request.targets.iter().any(ordinary)
    } else if let AcsRequest::AddParticipant { request, .. } = request {
        ordinary(&request.who)
    } else if let AcsRequest::Transfer { request, .. } = request {
        ordinary(&request.target)
    } else {
        false
    };
    reaches_ordinary.then_some("An ordinary Teams user")
}
