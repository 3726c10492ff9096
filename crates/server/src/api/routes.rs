//! The list of routes. Everything that can be called is here or comes from a declaration.

use super::request::Request;
use super::{account, audit_log, general, second_factor, service_accounts, session, settings, tokens};
use engine::ApiError;
use engine::Registry;
use engine::declare::{Action, Answer, BoxFuture, IdsShape, Kind, Method as ActionMethod, On, Resource};

/// HTTP methods that routes answer to. HEAD and OPTIONS come with GET.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// Upper-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What a caller has to show. The least is [`Auth::Anyone`] unless a route says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Nothing.
    Public,
    /// A session or a token.
    Anyone,
    /// An interactive session: a token gets 403 `session_required`.
    Session,
}

/// A handler that is no operation of a resource.
pub type Special = for<'a> fn(&'a Request) -> BoxFuture<'a, Result<Answer, ApiError>>;

/// What a route does.
#[derive(Clone, Copy)]
pub enum Operation {
    /// GET a page.
    List,
    /// POST a row.
    Create,
    /// GET a row.
    Retrieve,
    /// PUT a row.
    Replace,
    /// PATCH a row.
    Patch,
    /// DELETE a row.
    Delete,
    /// GET the write shape of a row.
    Object,
    /// GET what goes with a row.
    CascadeInfo,
    /// POST one action on many rows.
    Batch,
    /// GET the choices of a field.
    Choices(&'static str),
    /// GET names to ids.
    Ids(IdsShape),
    /// GET ids to names.
    Names,
    /// GET light rows.
    Autocomplete(&'static [&'static str]),
    /// A special operation of the resource.
    Action(Action),
    /// Something else.
    Special(Special),
}

/// One method on one path.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The template: `/api/assets/{id}/`.
    pub path: String,
    /// What has to be shown.
    pub auth: Auth,
    /// What it does.
    pub operation: Operation,
    /// The resource it belongs to, by path.
    pub resource: Option<&'static str>,
    /// What it is for, in a sentence of the OpenAPI document.
    pub summary: String,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method.as_str(), self.path, self.auth)
    }
}

/// All routes.
pub fn routes(registry: &Registry) -> Vec<Route> {
    let mut routes = special();
    for resource in registry.all() {
        of_resource(resource, &mut routes);
    }
    routes
}

fn special() -> Vec<Route> {
    use Auth::{Anyone, Public, Session};
    use Method::{Delete, Get, Patch, Post, Put};
    let mut routes = Vec::new();
    let mut add = |auth, method, path: &str, summary: &str, run: Special| {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/api/{path}") };
        let summary = summary.to_owned();
        routes.push(Route { method, path, auth, operation: Operation::Special(run), resource: None, summary });
    };
    add(Public, Get, "health/", "Whether the server works.", |r| Box::pin(general::health(r)));
    add(Anyone, Get, "build/", "Version and build.", |r| Box::pin(general::build(r)));
    add(Public, Get, "csrf/", "The anti-forgery value of a cookie session.", |r| Box::pin(general::csrf(r)));
    add(Public, Get, "meta/", "What a client has to know before signing in.", |r| Box::pin(general::meta(r)));
    add(Anyone, Get, "meta/resources/", "All kinds of object, for generic clients.", |r| Box::pin(general::kinds(r)));
    add(Anyone, Get, "get_counters/", "How many objects of some kinds the caller sees.", |r| {
        Box::pin(general::counters(r))
    });
    add(Public, Post, "setup/", "Make the first administrator through the one-time link.", |r| {
        Box::pin(general::setup(r))
    });
    add(Public, Get, "schema/", "This document, as JSON or YAML.", |r| Box::pin(general::schema(r)));
    add(Anyone, Get, "explain-access/", "Why somebody may or may not; for administrators.", |r| {
        Box::pin(account::explain(r))
    });
    add(Anyone, Get, "audit-log/", "The audit log.", |r| Box::pin(audit_log::list(r)));
    add(Anyone, Get, "audit-log/checkpoint/", "The end of the audit log's chain.", |r| {
        Box::pin(audit_log::checkpoint(r))
    });

    add(Anyone, Get, "/metrics", "Figures of the program; for administrators.", |r| Box::pin(general::metrics(r)));

    for client in ["app", "browser"] {
        let path = |rest: &str| format!("_allauth/{client}/v1/{rest}");
        let cookie = client == "browser";
        let (login, end): (Special, Special) = if cookie {
            (|r| Box::pin(session::login_browser(r)), |r| Box::pin(session::end_browser(r)))
        } else {
            (|r| Box::pin(session::login_app(r)), |r| Box::pin(session::end_app(r)))
        };
        add(Public, Post, &path("auth/login"), "Sign in with e-mail and password.", login);
        add(Public, Get, &path("auth/session"), "Who is signed in.", |r| Box::pin(session::show(r)));
        add(Public, Delete, &path("auth/session"), "Sign out; answers 401, which is the success.", end);
        let code: Special =
            if cookie { |r| Box::pin(session::code_browser(r)) } else { |r| Box::pin(session::code_app(r)) };
        add(Public, Post, &path("auth/2fa/authenticate"), "The second half of a sign-in.", code);
        let account = |rest: &str| path(&format!("account/authenticators{rest}"));
        add(Session, Get, &account(""), "Second factors.", |r| Box::pin(second_factor::list(r)));
        add(Session, Get, &account("/totp"), "The authenticator, or a secret for one.", |r| {
            Box::pin(second_factor::totp(r))
        });
        add(Session, Post, &account("/totp"), "Activate the authenticator.", |r| Box::pin(second_factor::activate(r)));
        add(Session, Delete, &account("/totp"), "Remove the authenticator.", |r| Box::pin(second_factor::remove(r)));
        add(Session, Get, &account("/recovery-codes"), "How many recovery codes are left.", |r| {
            Box::pin(second_factor::recovery(r))
        });
        add(Session, Post, &account("/recovery-codes"), "New recovery codes.", |r| Box::pin(second_factor::renew(r)));
    }
    add(Session, Get, "iam/auth-tokens/", "The caller's tokens.", |r| Box::pin(tokens::list(r)));
    add(Session, Post, "iam/auth-tokens/", "Make a token; the answer is the only one that holds its value.", |r| {
        Box::pin(tokens::create(r))
    });
    add(Session, Delete, "iam/auth-tokens/{id}/", "Revoke a token.", |r| Box::pin(tokens::revoke(r)));
    add(Session, Get, "iam/auth-tokens/{id}/", "One token, and what it may do now.", |r| Box::pin(tokens::show(r)));
    add(Session, Patch, "iam/auth-tokens/{id}/", "Give a token another name.", |r| Box::pin(tokens::rename(r)));
    add(Session, Post, "iam/auth-tokens/{id}/rotate/", "A new value for a token.", |r| Box::pin(tokens::rotate(r)));
    add(Session, Post, "iam/auth-tokens/revoke/", "Revoke several tokens.", |r| Box::pin(tokens::revoke_several(r)));
    add(Anyone, Get, "iam/auth-tokens/self/", "The token that asks.", |r| Box::pin(tokens::show_itself(r)));
    add(Anyone, Delete, "iam/auth-tokens/self/", "End the token that asks.", |r| Box::pin(tokens::revoke_itself(r)));
    add(Anyone, Post, "iam/auth-tokens/self/rotate/", "A new value for the token that asks.", |r| {
        Box::pin(tokens::rotate_itself(r))
    });
    add(Public, Post, "iam/auth-tokens/report-leak/", "Report values that were found; they end.", |r| {
        Box::pin(tokens::report_leak(r))
    });
    add(Session, Get, "iam/admin/auth-tokens/", "All tokens; for administrators.", |r| Box::pin(tokens::list_all(r)));
    add(Session, Post, "iam/admin/auth-tokens/revoke/", "Revoke many tokens; for administrators.", |r| {
        Box::pin(tokens::revoke_many(r))
    });
    add(Session, Get, "iam/token-policy/", "The organisation's rules for tokens.", |r| Box::pin(tokens::policy(r)));
    add(Session, Patch, "iam/token-policy/", "Change the rules; for administrators.", |r| {
        Box::pin(tokens::change_policy(r))
    });
    add(Session, Post, "iam/token-policy/preview/", "Whom a change of the rules would affect.", |r| {
        Box::pin(tokens::preview_policy(r))
    });
    add(Anyone, Get, "iam/current-user/", "Who the caller is and what they may do.", |r| {
        Box::pin(account::current_user(r))
    });
    add(Session, Patch, "iam/profile/", "Change one's own names.", |r| Box::pin(account::profile(r)));
    add(Session, Post, "iam/change-password/", "Change one's own password.", |r| Box::pin(account::change_password(r)));
    let accounts = |rest: &str| format!("iam/service-accounts/{rest}");
    add(Session, Get, &accounts(""), "Service accounts; for administrators.", |r| Box::pin(service_accounts::list(r)));
    add(Session, Post, &accounts(""), "Make a service account.", |r| Box::pin(service_accounts::create(r)));
    add(Session, Get, &accounts("roles/"), "Roles to link.", |r| Box::pin(service_accounts::roles(r)));
    add(Session, Get, &accounts("permissions/"), "Permissions to name.", |r| {
        Box::pin(service_accounts::permissions(r))
    });
    add(Session, Get, &accounts("{id}/"), "One service account.", |r| Box::pin(service_accounts::show(r)));
    add(Session, Patch, &accounts("{id}/"), "Change a service account.", |r| Box::pin(service_accounts::update(r)));
    add(Session, Delete, &accounts("{id}/"), "Remove a service account.", |r| Box::pin(service_accounts::delete(r)));
    add(Session, Post, &accounts("{id}/rotate-secret/"), "A new secret.", |r| Box::pin(service_accounts::rotate(r)));
    add(Public, Post, "oauth/token/", "OAuth 2 client credentials for an access token.", |r| {
        Box::pin(service_accounts::exchange(r))
    });
    add(Session, Post, "iam/disable-mfa/", "Remove somebody's lost second factor; for administrators.", |r| {
        Box::pin(second_factor::disable(r))
    });
    add(Session, Post, "iam/set-password/", "Set somebody's password; for administrators.", |r| {
        Box::pin(account::set_password(r))
    });
    add(Public, Post, "iam/password-reset/", "Ask for a link by mail.", |r| Box::pin(account::ask_reset(r)));
    add(Public, Post, "iam/password-reset/confirm/", "Set a password through the link.", |r| {
        Box::pin(account::confirm_reset(r))
    });
    add(Anyone, Post, "iam/logout/", "End the presented session or token.", |r| Box::pin(session::logout(r)));
    add(Session, Post, "iam/logoutall/", "End all sessions of the caller.", |r| Box::pin(session::logout_all(r)));
    add(Session, Post, "iam/revoke-sessions/", "End all other sessions of the caller.", |r| {
        Box::pin(session::revoke_others(r))
    });
    add(Session, Post, "iam/session-token/", "A further session of the caller, for a header.", |r| {
        Box::pin(session::token(r))
    });
    add(Session, Get, "iam/sessions/", "Live sessions of the caller.", |r| Box::pin(session::list(r)));
    add(Session, Delete, "iam/sessions/{id}/", "End one session.", |r| Box::pin(session::end_one(r)));

    add(Anyone, Get, "settings/general/", "General settings.", |r| Box::pin(settings::general(r)));
    add(Anyone, Put, "settings/general/", "Change general settings.", |r| Box::pin(settings::change_general(r)));
    add(Anyone, Patch, "settings/general/", "Change general settings.", |r| Box::pin(settings::change_general(r)));
    add(Anyone, Get, "settings/general/object/", "General settings by name.", |r| {
        Box::pin(settings::general_object(r))
    });
    add(Public, Get, "settings/general/default-language/", "Language of the instance.", |r| {
        Box::pin(settings::default_language(r))
    });
    add(Anyone, Get, "settings/general/default_language/", "Languages to choose from.", |r| {
        Box::pin(settings::languages(r))
    });
    add(Anyone, Get, "settings/general/security_objective_scale/", "Scales to choose from.", |r| {
        Box::pin(settings::scales(r))
    });
    add(Anyone, Get, "settings/general/ebios_radar_parameters/", "Settings of the radar.", |r| {
        Box::pin(settings::radar(r))
    });
    add(Anyone, Get, "settings/general/interface_settings/", "Settings of the interface.", |r| {
        Box::pin(settings::interface(r))
    });
    add(Anyone, Get, "settings/general/notifications_settings/", "Settings of notifications.", |r| {
        Box::pin(settings::notifications(r))
    });
    add(Anyone, Get, "settings/feature-flags/", "Which features are shown.", |r| Box::pin(settings::flags(r)));
    add(Anyone, Put, "settings/feature-flags/", "Show or hide features.", |r| Box::pin(settings::change_flags(r)));
    add(Anyone, Patch, "settings/feature-flags/", "Show or hide features.", |r| Box::pin(settings::change_flags(r)));
    add(Anyone, Get, "settings/feature-flags/defaults/", "Which features are shown at first.", |r| {
        Box::pin(settings::default_flags(r))
    });
    add(Public, Get, "settings/sso/info/", "Whether single sign-on is offered.", |r| Box::pin(settings::sso_info(r)));
    routes
}

fn of_resource(resource: &Resource, routes: &mut Vec<Route>) {
    let offered = &resource.operations;
    let (one, many) = (resource.verbose.to_lowercase(), resource.plural.to_lowercase());
    let mut add = |method, rest: &str, operation, summary: String| {
        let path = format!("/api/{}/{rest}", resource.path);
        routes.push(Route { method, path, auth: Auth::Anyone, operation, resource: Some(resource.path), summary });
    };
    add(Method::Get, "", Operation::List, format!("List {many}."));
    if offered.create {
        add(Method::Post, "", Operation::Create, format!("Create one of the {many}."));
    }
    if offered.batch {
        add(Method::Post, "batch-action/", Operation::Batch, format!("One action on several {many}."));
    }
    if let Some(fields) = offered.autocomplete {
        add(
            Method::Get,
            "autocomplete/",
            Operation::Autocomplete(fields),
            format!("Light rows of {many} for pickers."),
        );
    }
    if let Some(shape) = offered.ids {
        add(Method::Get, "ids/", Operation::Ids(shape), format!("Ids of {many} by name."));
    }
    if offered.names {
        add(Method::Get, "names/", Operation::Names, format!("Names of {many} by id."));
    }
    for field in &resource.fields {
        if matches!(field.kind, Kind::Choice { .. }) && field.input {
            add(
                Method::Get,
                &format!("{}/", field.name),
                Operation::Choices(field.name),
                format!("Choices of {}.", field.name),
            );
        }
    }
    for action in &resource.actions {
        let method = match action.method {
            ActionMethod::Get => Method::Get,
            ActionMethod::Post => Method::Post,
            ActionMethod::Delete => Method::Delete,
        };
        let rest = match action.on {
            On::Collection => format!("{}/", action.name),
            On::Item => format!("{{id}}/{}/", action.name),
        };
        add(method, &rest, Operation::Action(*action), format!("{} of {many}.", action.name.replace(['_', '-'], " ")));
    }
    add(Method::Get, "{id}/", Operation::Retrieve, format!("Retrieve one of the {many}."));
    add(Method::Get, "{id}/object/", Operation::Object, format!("The write shape of one of the {many}."));
    add(Method::Get, "{id}/cascade-info/", Operation::CascadeInfo, format!("What goes with a deleted {one}."));
    if offered.update {
        add(Method::Put, "{id}/", Operation::Replace, format!("Replace one of the {many}."));
        add(Method::Patch, "{id}/", Operation::Patch, format!("Change one of the {many}."));
    }
    if offered.delete {
        add(Method::Delete, "{id}/", Operation::Delete, format!("Delete one of the {many}."));
    }
}
