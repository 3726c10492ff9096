//! The list of routes. Everything that can be called is here or comes from a declaration.

mod people;
mod resource;
mod system;

use super::request::Request;
use engine::ApiError;
use engine::Registry;
use engine::declare::{Action, Answer, BoxFuture, IdsShape};

/// HTTP methods that routes answer to. OPTIONS comes with any, HEAD with a GET that only reads.
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

/// What the headers of a request hold, where that is not who is calling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shows {
    /// Who is calling.
    #[default]
    Caller,
    /// A sign-in was begun: the value of its beginning is no session.
    Halfway,
    /// Client credentials, to be exchanged.
    Client,
    /// Who is calling, with a token that is to be replaced. One that was replaced already is a copy that somebody kept.
    Renewing,
}

/// What becomes of the body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// It is not looked at.
    Nothing,
    /// It is an object, in one of the forms that bodies have.
    Fields,
    /// It is kept as it came: a signature over it is checked.
    Bytes,
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
    /// What the headers hold.
    pub shows: Shows,
    /// It changes something although it is a GET, so HEAD does not stand for it.
    pub acts: bool,
    /// What becomes of the body.
    pub reads: Reads,
}

impl Route {
    fn new(method: Method, path: String, auth: Auth, operation: Operation, summary: String) -> Self {
        let acts = matches!(operation, Operation::Action(action) if action.acts);
        let reads = match method {
            Method::Get | Method::Delete => Reads::Nothing,
            Method::Post | Method::Put | Method::Patch => Reads::Fields,
        };
        Self { method, path, auth, operation, resource: None, summary, shows: Shows::Caller, acts, reads }
    }

    fn shows(&mut self, what: Shows) -> &mut Self {
        self.shows = what;
        self
    }

    fn acts(&mut self) -> &mut Self {
        self.acts = true;
        self
    }

    fn reads(&mut self, what: Reads) -> &mut Self {
        self.reads = what;
        self
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method.as_str(), self.path, self.auth)
    }
}

/// All routes.
pub fn routes(registry: &Registry) -> Vec<Route> {
    let mut list = List::default();
    system::add(&mut list);
    people::add(&mut list);
    for resource in registry.all() {
        resource::add(resource, &mut list);
    }
    list.0
}

/// The list as it grows.
#[derive(Default)]
struct List(Vec<Route>);

impl List {
    /// Adds something that is no operation of a resource. Paths are below `/api/`, unless they
    /// begin with a slash.
    fn add(&mut self, auth: Auth, method: Method, path: &str, summary: &str, run: Special) -> &mut Route {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/api/{path}") };
        self.push(Route::new(method, path, auth, Operation::Special(run), summary.to_owned()))
    }

    fn push(&mut self, route: Route) -> &mut Route {
        self.0.push_mut(route)
    }
}
