//! The tenant: applications, groups, what Graph knows of people, how Graph behaves.

use actix_web::HttpResponse;
use actix_web::web::{self, Json, Path};

use super::super::visitor::Visitor;
use super::super::{AppRegistration, DirectoryEntry, GraphSettings, Group};
use super::{Answer, Entry, done};

pub(super) const ROUTES: &[Entry] = &[
    Entry::get("/apps", "Applications of the tenant", || web::get().to(apps))
        .tag("Directory")
        .gives_json(200, "Apps"),
    Entry::put("/apps", "Register or change an application", || web::put().to(put_app))
        .tag("Directory")
        .details(
            "Replaces the registration of the same client_id; the secret stays unless another is \
             given. Certificates and federated credentials are what client assertions are \
             verified with.",
        )
        .takes(
            "App",
            r#"{"client_id": "c0ffee00-0000-4000-8000-000000000001", "client_secret": "well known",
                "redirect_uris": ["https://localhost:8443/signed-in"]}"#,
        )
        .gives(204),
    Entry::get("/groups", "Groups of the tenant", || web::get().to(groups))
        .tag("Directory")
        .gives_json(200, "Groups"),
    Entry::put("/groups", "Create or change a group", || web::put().to(put_group))
        .tag("Directory")
        .takes(
            "Group",
            r#"{"id": "d0d00000-0000-4000-8000-000000000001", "name": "Support",
                "members": ["a1e1e000-0000-4000-8000-000000000001"]}"#,
        )
        .gives(204),
    Entry::delete("/groups/{group}", "Delete a group", || web::delete().to(remove_group))
        .tag("Directory")
        .gives(204),
    Entry::put("/users/{who}/directory", "What Graph tells of a user", || web::put().to(put_entry))
        .tag("Directory")
        .details("Members of Graph's user object that the world has no use for.")
        .takes(
            "DirectoryEntry",
            r#"{"department": "Support", "business_phones": ["+1 425 555 0109"]}"#,
        )
        .gives(204),
    Entry::get("/graph", "How Graph behaves", || web::get().to(graph))
        .tag("Directory")
        .gives_json(200, "GraphSettings"),
    Entry::put("/graph", "Change how Graph behaves", || web::put().to(put_graph))
        .tag("Directory")
        .details("Limits, and what Microsoft does not document. What is left out is as usual.")
        .takes("GraphSettings", r#"{"presence_limit": 1500, "unknown_ids": "omitted"}"#)
        .gives(204),
];

async fn apps(control: Visitor) -> HttpResponse {
    HttpResponse::Ok().json(control.apps())
}

async fn put_app(control: Visitor, app: Json<AppRegistration>) -> Answer {
    control.put_app(app.into_inner())?;
    Ok(done())
}

async fn groups(control: Visitor) -> HttpResponse {
    HttpResponse::Ok().json(control.groups())
}

async fn put_group(control: Visitor, group: Json<Group>) -> Answer {
    control.put_group(group.into_inner())?;
    Ok(done())
}

async fn remove_group(control: Visitor, id: Path<String>) -> Answer {
    control.remove_group(&id)?;
    Ok(done())
}

async fn put_entry(control: Visitor, who: Path<String>, entry: Json<DirectoryEntry>) -> Answer {
    control.put_directory_entry(&who, entry.into_inner())?;
    Ok(done())
}

async fn graph(control: Visitor) -> HttpResponse {
    HttpResponse::Ok().json(control.graph())
}

async fn put_graph(control: Visitor, settings: Json<GraphSettings>) -> HttpResponse {
    control.set_graph(settings.into_inner());
    done()
}
