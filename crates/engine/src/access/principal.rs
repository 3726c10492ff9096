//! Who is asking, and from where.

use super::Grants;
use std::net::IpAddr;
use std::sync::Arc;
use uuid::Uuid;

/// What was shown to prove it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// An interactive session, by its id.
    Session(Uuid),
    /// A personal access token, by its id (never its value).
    Token(Uuid),
    /// A service account, by its id, through an access token.
    ServiceAccount(Uuid),
    /// The program itself: the command line, start, a job.
    Program,
}

/// Where a request came from; goes into the audit log.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address, trusted hops removed.
    pub address: Option<IpAddr>,
    /// The `User-Agent`, cut to 200 characters.
    pub agent: Option<String>,
    /// The id that the response carries as `X-Request-Id`.
    pub request: Option<String>,
}

/// Somebody who was authenticated.
#[derive(Clone, Debug)]
pub struct Principal {
    user: Option<Uuid>,
    email: String,
    credential: Credential,
    third_party: bool,
    grants: Arc<Grants>,
    origin: Arc<Origin>,
}

impl Principal {
    /// A person, made by `iam` after a credential was checked.
    pub fn person(
        user: Uuid,
        email: impl Into<String>,
        credential: Credential,
        third_party: bool,
        grants: Arc<Grants>,
        origin: Arc<Origin>,
    ) -> Self {
        Self { user: Some(user), email: email.into(), credential, third_party, grants, origin }
    }

    /// A machine with an account of its own. It is no person: nothing is seen for being its own.
    pub fn machine(id: Uuid, name: &str, grants: Arc<Grants>, origin: Arc<Origin>) -> Self {
        let email = format!("service account {name}");
        Self { user: None, email, credential: Credential::ServiceAccount(id), third_party: false, grants, origin }
    }

    /// The program itself, under a name that the audit log shows (`command line`).
    pub fn program(name: &'static str, grants: Arc<Grants>) -> Self {
        Self {
            user: None,
            email: name.into(),
            credential: Credential::Program,
            third_party: false,
            grants,
            origin: Arc::default(),
        }
    }

    /// Somebody who has not proved who they are, for the audit log.
    pub fn nobody(grants: Arc<Grants>, origin: Arc<Origin>) -> Self {
        Self { origin, ..Self::program("anonymous", grants) }
    }

    /// The same, known to have been asked from there.
    #[must_use]
    pub fn asked_from(self, origin: Arc<Origin>) -> Self {
        Self { origin, ..self }
    }

    /// The same somebody with other grants.
    #[must_use]
    pub fn with_grants(&self, grants: Arc<Grants>) -> Self {
        Self { grants, ..self.clone() }
    }

    /// The person's id; none for the program.
    pub fn user(&self) -> Option<Uuid> {
        self.user
    }

    /// The e-mail address, or the program's name for itself.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// What was shown.
    pub fn credential(&self) -> Credential {
        self.credential
    }

    /// Whether the person belongs to a third party.
    pub fn is_third_party(&self) -> bool {
        self.third_party
    }

    /// What the person was granted.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Where the request came from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The token or service account in use, if it is one.
    pub fn token(&self) -> Option<Uuid> {
        match self.credential {
            Credential::Token(id) | Credential::ServiceAccount(id) => Some(id),
            _ => None,
        }
    }
}
