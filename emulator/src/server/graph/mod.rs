//! Microsoft Graph: presence, users, groups, batches, throttling (contract section 1).

mod ask;
mod batch;
mod groups;
mod odata;
mod presence;
mod users;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

pub(crate) use presence::presences_body;

use self::ask::{Ask, Caller, Denied, Reply, denied};
use super::bearer;
use crate::clock::Millis;
use crate::shared::Shared;

const METADATA: &str = "https://graph.microsoft.com/v1.0/$metadata";
/// Windows of the limits (throttling-limits.md).
const PRESENCE_WINDOW: Millis = 30_000;
const DIRECTORY_WINDOW: Millis = 10_000;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/v1.0/{path:.*}", web::route().to(handle));
}

async fn handle(
    shared: Data<Shared>,
    request: HttpRequest,
    path: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.map(str::to_owned)
    };
    let path = percent_encoding::percent_decode_str(&path).decode_utf8_lossy().into_owned();
    let query = url::form_urlencoded::parse(request.query_string().as_bytes());
    let ask = Ask {
        method: request.method().to_string(),
        path: path.trim_end_matches('/').to_owned(),
        query: query.into_owned().collect(),
        eventual: header("consistencylevel").is_some_and(|it| it.eq_ignore_ascii_case("eventual")),
        client_request_id: header("client-request-id"),
        body: serde_json::from_slice(&body).ok(),
    };
    let claims = bearer::for_graph(&shared, &request);
    let (operation, reply) = match claims {
        Some(claims) => perform(&shared, &claims.into(), &ask),
        None => ("graph", stranger(&shared, &ask)),
    };
    let request_id = shared.lock().ids.guid();
    super::note(&shared, &ask.method, operation, reply.status);
    answer(&ask, &request_id, reply)
}

/// 401: no token, or none that is good here.
fn stranger(shared: &Shared, ask: &Ask) -> Reply {
    let request_id = shared.lock().ids.guid();
    let client = ask.client_request_id.clone().unwrap_or_else(|| request_id.clone());
    let text = "Access token is missing, expired or for another audience.";
    denied(401, "InvalidAuthenticationToken", text).reply(shared, &request_id, &client)
}

fn answer(ask: &Ask, request_id: &str, reply: Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status);
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    let client = ask.client_request_id.as_deref().unwrap_or(request_id);
    response
        .insert_header(("request-id", request_id))
        .insert_header(("client-request-id", client))
        .insert_header(("cache-control", "no-cache"));
    if reply.status == 401 {
        response.insert_header(("www-authenticate", "Bearer realm=\"\""));
    }
    for (name, value) in reply.headers {
        response.insert_header((name, value));
    }
    match reply.body {
        Some(body) => response.json(body),
        None => response.finish(),
    }
}

impl From<bearer::Claims> for Caller {
    fn from(claims: bearer::Claims) -> Self {
        let scopes = claims.scp.split_whitespace().map(str::to_owned);
        let user = (claims.idtyp == "user").then(|| claims.oid.to_lowercase());
        let permissions = if user.is_some() { scopes.collect() } else { claims.roles.clone() };
        Self { app: claims.appid, user, permissions }
    }
}

/// What a path means.
enum Target<'a> {
    ManyPresences,
    Presence(&'a str),
    ChangePresence(&'a str, &'a str),
    Users,
    CountUsers,
    User(&'a str),
    Licences(&'a str),
    MemberOf(&'a str, bool),
    Groups,
    CountGroups,
    Group(&'a str),
    Members(groups::Members<'a>),
    Batch,
    Subscriptions,
    Delta,
    Unknown,
}

fn target<'a>(segments: &[&'a str], me: &'a str) -> Target<'a> {
    match *segments {
        ["communications", "getPresencesByUserId"] => Target::ManyPresences,
        ["communications", "presences", id] | ["users", id, "presence"] => Target::Presence(id),
        ["me", "presence"] => Target::Presence(me),
        ["users", id, "presence", verb] => Target::ChangePresence(id, verb),
        ["me", "presence", verb] => Target::ChangePresence(me, verb),
        ["users"] => Target::Users,
        ["users" | "groups", "delta"] => Target::Delta,
        ["users", "$count"] => Target::CountUsers,
        ["users", id] => Target::User(id),
        ["me"] => Target::User(me),
        ["users", id, "licenseDetails"] => Target::Licences(id),
        ["me", "licenseDetails"] => Target::Licences(me),
        ["users", id, "memberOf"] => Target::MemberOf(id, false),
        ["me", "memberOf"] => Target::MemberOf(me, false),
        ["users", id, "transitiveMemberOf"] => Target::MemberOf(id, true),
        ["groups"] => Target::Groups,
        ["groups", "$count"] => Target::CountGroups,
        ["groups", id] => Target::Group(id),
        ["groups", group, verb @ ("members" | "transitiveMembers")] => {
            let transitive = verb == "transitiveMembers";
            Target::Members(groups::Members { group, transitive, cast: None })
        }
        [
            "groups",
            group,
            verb @ ("members" | "transitiveMembers"),
            cast @ ("microsoft.graph.user" | "microsoft.graph.group"),
        ] => {
            let transitive = verb == "transitiveMembers";
            Target::Members(groups::Members { group, transitive, cast: Some(cast) })
        }
        ["$batch"] => Target::Batch,
        ["subscriptions", ..] => Target::Subscriptions,
        _ => Target::Unknown,
    }
}

impl Target<'_> {
    /// The operation's name in the log.
    fn operation(&self) -> &'static str {
        match self {
            Self::ManyPresences => "getPresencesByUserId",
            Self::Presence(_) => "getPresence",
            Self::ChangePresence(..) => "changePresence",
            Self::Users | Self::CountUsers => "listUsers",
            Self::User(_) => "getUser",
            Self::Licences(_) => "listLicenses",
            Self::MemberOf(..) => "listMemberOf",
            Self::Groups | Self::CountGroups => "listGroups",
            Self::Group(_) => "getGroup",
            Self::Members(_) => "listMembers",
            Self::Batch => "batch",
            Self::Subscriptions | Self::Delta | Self::Unknown => "graph",
        }
    }

    /// Resource units of the directory before `$select` and `$top`; none for presence and batches.
    fn units(&self) -> Option<i32> {
        match self {
            Self::Users | Self::CountUsers | Self::Licences(_) => Some(2),
            Self::Members(members) => Some(if members.transitive { 5 } else { 3 }),
            Self::User(_)
            | Self::MemberOf(..)
            | Self::Groups
            | Self::CountGroups
            | Self::Group(_) => Some(1),
            Self::ManyPresences
            | Self::Presence(_)
            | Self::ChangePresence(..)
            | Self::Batch
            | Self::Subscriptions
            | Self::Delta
            | Self::Unknown => None,
        }
    }

    fn is_presence(&self) -> bool {
        matches!(self, Self::ManyPresences | Self::Presence(_) | Self::ChangePresence(..))
    }
}

/// Does one request, alone or of a batch: its name for the log, and the answer.
fn perform(shared: &Shared, caller: &Caller, ask: &Ask) -> (&'static str, Reply) {
    let segments: Vec<&str> = ask.path.split('/').collect();
    let me = caller.user.as_deref().unwrap_or_default();
    let target = target(&segments, me);
    let operation = target.operation();
    let units = target.units().map(|units| cost(units, ask));
    let is_me = segments.first() == Some(&"me");
    let result = admit(shared, caller, &target, units)
        .and_then(|()| not_for_apps(caller, is_me))
        .and_then(|()| dispatch(shared, caller, ask, target));
    let mut reply = result.unwrap_or_else(|denied| {
        let request_id = shared.lock().ids.guid();
        let client = ask.client_request_id.clone().unwrap_or_else(|| request_id.clone());
        denied.reply(shared, &request_id, &client)
    });
    reply.headers.extend(units.map(|units| ("x-ms-resource-unit", units.to_string())));
    (operation, reply)
}

/// `$select` and a small `$top` make a request of the directory cheaper.
fn cost(units: i32, ask: &Ask) -> u32 {
    let small = ask.option("$top").and_then(|top| top.parse::<u32>().ok()).is_some_and(|n| n < 20);
    let cheaper = i32::from(ask.option("$select").is_some()) + i32::from(small);
    u32::try_from((units - cheaper).max(1)).unwrap_or(1)
}

fn admit(
    shared: &Shared,
    caller: &Caller,
    target: &Target<'_>,
    units: Option<u32>,
) -> Result<(), Denied> {
    let now = shared.clock.now();
    let mut state = shared.lock();
    let directory = &mut state.directory;
    let settings = &directory.graph;
    let admitted = if target.is_presence() {
        let limit = settings.presence_limit;
        directory.presence_limit.admit(&caller.app, now, PRESENCE_WINDOW, 1, limit)
    } else if let Some(units) = units {
        let limit = settings.directory_limit;
        directory.unit_limit.admit(&caller.app, now, DIRECTORY_WINDOW, units, limit)
    } else {
        true
    };
    if admitted {
        return Ok(());
    }
    let mut refusal = denied(429, "TooManyRequests", "Please retry again later.");
    refusal.retry_after = settings.retry_after;
    Err(refusal)
}

fn not_for_apps(caller: &Caller, is_me: bool) -> Result<(), Denied> {
    if is_me && caller.user.is_none() {
        let text = "/me request is only valid with delegated authentication flow.";
        return Err(denied(400, "BadRequest", text));
    }
    Ok(())
}

fn dispatch(
    shared: &Shared,
    caller: &Caller,
    ask: &Ask,
    target: Target<'_>,
) -> Result<Reply, Denied> {
    match target {
        Target::ManyPresences => presence::many(shared, caller, ask),
        Target::Presence(id) => presence::one(shared, caller, ask, id),
        Target::ChangePresence(id, verb) => presence::change(shared, caller, ask, id, verb),
        Target::Users => users::list(shared, caller, ask),
        Target::CountUsers => users::count(ask, users::people(shared).len()),
        Target::User(who) => users::one(shared, caller, ask, who),
        Target::Licences(who) => users::licences(shared, caller, ask, who),
        Target::MemberOf(who, nested) => groups::of_user(shared, caller, ask, who, nested),
        Target::Groups => groups::list(shared, caller, ask),
        Target::CountGroups => groups::count(shared, caller, ask),
        Target::Group(id) => groups::one(shared, caller, ask, id),
        Target::Members(asked) => groups::list_members(shared, caller, ask, &asked),
        Target::Batch => batch::run(shared, caller, ask),
        Target::Subscriptions => {
            let text = "Presence subscriptions are not supported for application permissions.";
            Err(denied(403, "Forbidden", text))
        }
        Target::Delta => {
            let text = "This operation target is not yet supported.";
            Err(denied(501, "NotImplemented", text))
        }
        Target::Unknown => {
            let segment = ask.path.split('/').next().unwrap_or_default();
            let text = format!("Resource not found for the segment '{segment}'.");
            Err(denied(400, "BadRequest", text))
        }
    }
}
