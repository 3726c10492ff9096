//! Who was granted what: a picture of folders, roles and assignments in memory, as old as the
//! epoch that it carries.
//!
//! Every credential check reads the epoch in its one statement; when it moved, the picture is
//! taken anew before the request goes on. So a change acts on the next request, on every node,
//! without messages.

use crate::people::is_assigned_only;
use crate::service_accounts;
use crate::tokens::{self, TokenLimits, TokenPolicy};
use engine::access::{FolderKind, FolderNode, FolderTree, Grants, RolePermissions};
use engine::{Access, ApiError, Engine, Rows, required};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, RwLock};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Grants that are kept computed; beyond, the oldest picture is simply dropped.
const MOST_PEOPLE: usize = 20_000;

/// An assignment: index of the role, folder, whether it reaches down.
type Assignment = (usize, Uuid, bool);

/// The picture and its keeper.
#[derive(Debug)]
pub struct Directory {
    engine: Engine,
    picture: RwLock<Option<Arc<Picture>>>,
    taking: Mutex<()>,
    fallback: TokenPolicy,
}

#[derive(Debug)]
struct Picture {
    epoch: i64,
    tree: Arc<FolderTree>,
    roles: Arc<Vec<RolePermissions>>,
    of_group: HashMap<Uuid, Vec<Assignment>>,
    of_user: HashMap<Uuid, Vec<Assignment>>,
    policy: Arc<TokenPolicy>,
    second_factor_required: bool,
    computed: RwLock<HashMap<Uuid, Arc<Grants>>>,
    /// What limited tokens leave of their owners' grants, and what service accounts hold, by id.
    limited: RwLock<HashMap<Uuid, Arc<Grants>>>,
}

impl Directory {
    pub(crate) fn new(engine: Engine, fallback: TokenPolicy) -> Self {
        Self { engine, picture: RwLock::default(), taking: Mutex::default(), fallback }
    }

    /// The rules for tokens in force now.
    pub(crate) async fn token_policy(&self) -> Result<Arc<TokenPolicy>, ApiError> {
        Ok(self.picture(self.epoch().await?).await?.policy.clone())
    }

    /// The rules for tokens, at least as new as `epoch`.
    pub(crate) async fn token_policy_at(&self, epoch: i64) -> Result<Arc<TokenPolicy>, ApiError> {
        Ok(self.picture(epoch).await?.policy.clone())
    }

    /// Whether everybody has to enrol a second factor, at least as new as `epoch`.
    pub(crate) async fn second_factor_required(&self, epoch: i64) -> Result<bool, ApiError> {
        Ok(self.picture(epoch).await?.second_factor_required)
    }

    /// What a limited token leaves of its owner's grants.
    pub(crate) async fn limited(
        &self,
        user: Uuid,
        token: Uuid,
        limits: &TokenLimits,
        epoch: i64,
    ) -> Result<Arc<Grants>, ApiError> {
        let whole = self.grants(user, epoch).await?;
        if limits.is_none() {
            return Ok(whole);
        }
        let picture = self.picture(epoch).await?;
        if let Some(grants) = picture.limited.read().expect("never poisoned").get(&token) {
            return Ok(grants.clone());
        }
        let grants = Arc::new(limits.apply(self.engine.registry(), &whole));
        let mut limited = picture.limited.write().expect("never poisoned");
        if limited.len() >= MOST_PEOPLE {
            limited.clear();
        }
        limited.insert(token, grants.clone());
        Ok(grants)
    }

    /// What a person holds, at least as new as `epoch`.
    pub async fn grants(&self, user: Uuid, epoch: i64) -> Result<Arc<Grants>, ApiError> {
        let picture = self.picture(epoch).await?;
        if let Some(grants) = picture.computed.read().expect("never poisoned").get(&user) {
            return Ok(grants.clone());
        }
        let access = Access::system("the grants of whoever is asking");
        let mut rows = self.engine.peek().await?;
        let mut groups = rows.sql("SELECT target_id FROM users__user_groups WHERE source_id = ");
        groups.bind(user);
        let groups = rows.ids(&access, &groups).await?;
        let assignments = groups
            .iter()
            .filter_map(|group| picture.of_group.get(group))
            .chain(picture.of_user.get(&user))
            .flatten()
            .copied();
        let grants = Arc::new(Grants::expand(picture.tree.clone(), picture.roles.clone(), assignments));
        let mut computed = picture.computed.write().expect("never poisoned");
        if computed.len() >= MOST_PEOPLE {
            computed.clear();
        }
        computed.insert(user, grants.clone());
        Ok(grants)
    }

    /// What a service account holds, at least as new as `epoch`.
    pub(crate) async fn of_service_account(&self, id: Uuid, epoch: i64) -> Result<Arc<Grants>, ApiError> {
        let picture = self.picture(epoch).await?;
        if let Some(grants) = picture.limited.read().expect("never poisoned").get(&id) {
            return Ok(grants.clone());
        }
        let mut rows = self.engine.read().await?;
        let grants = Arc::new(service_accounts::grants(&mut rows, picture.tree.clone(), id).await?);
        picture.limited.write().expect("never poisoned").insert(id, grants.clone());
        Ok(grants)
    }

    /// Every permission in every folder, for the program itself.
    pub async fn everything(&self) -> Result<Arc<Grants>, ApiError> {
        let picture = self.picture(self.epoch().await?).await?;
        let registry = self.engine.registry();
        let verbs = engine::Verb::ALL;
        let mut codenames: HashSet<String> =
            registry.all().iter().flat_map(|resource| verbs.map(|verb| resource.codename(verb))).collect();
        codenames.extend(["view_central_auditlog", "view_object_audittrail"].map(String::from));
        let roles = Arc::new(vec![RolePermissions { name: "program".into(), codenames, assigned_only: false }]);
        Ok(Arc::new(Grants::expand(picture.tree.clone(), roles, [(0, picture.tree.root(), true)])))
    }

    /// No permission anywhere.
    pub async fn nothing(&self) -> Result<Arc<Grants>, ApiError> {
        let picture = self.picture(self.epoch().await?).await?;
        Ok(Arc::new(Grants::none(picture.tree.clone())))
    }

    /// The epoch now.
    pub async fn epoch(&self) -> Result<i64, ApiError> {
        let mut rows = self.engine.peek().await?;
        epoch(&mut rows).await
    }

    async fn picture(&self, epoch: i64) -> Result<Arc<Picture>, ApiError> {
        let current = || {
            let picture = self.picture.read().expect("never poisoned");
            picture.as_ref().filter(|picture| picture.epoch >= epoch).cloned()
        };
        if let Some(picture) = current() {
            return Ok(picture);
        }
        // One request takes the picture; those that waited find it taken.
        let _turn = self.taking.lock().await;
        if let Some(picture) = current() {
            return Ok(picture);
        }
        let picture = Arc::new(take(&self.engine, &self.fallback).await?);
        *self.picture.write().expect("never poisoned") = Some(picture.clone());
        Ok(picture)
    }
}

async fn epoch(rows: &mut Rows) -> Result<i64, ApiError> {
    let access = Access::system("the epoch is a number");
    let statement = rows.sql("SELECT epoch FROM access_epoch");
    let epoch = rows.one(&access, &statement, |row| required(row.int(0)?)).await?;
    epoch.ok_or_else(|| ApiError::Internal("the epoch is missing".into()))
}

async fn second_factor_required(rows: &mut Rows) -> Result<bool, ApiError> {
    let access = Access::system("a rule for everybody");
    let statement = rows.sql("SELECT value FROM global_settings WHERE name = 'general'");
    let settings = rows.one(&access, &statement, |row| row.json(0)).await?.flatten();
    Ok(settings.is_some_and(|settings| settings["enforce_mfa"] == true))
}

/// Reads everything that decides about access, from one snapshot.
async fn take(engine: &Engine, fallback: &TokenPolicy) -> Result<Picture, ApiError> {
    let access = Access::system("what decides about access is read before access can be decided");
    let mut rows = engine.read().await?;
    let epoch = epoch(&mut rows).await?;

    let folders =
        rows.sql("SELECT id, parent_folder_id, name, content_type, is_published FROM folders ORDER BY created_at, id");
    let folders = rows
        .all(&access, &folders, |row| {
            let kind = match row.text(3)?.as_deref() {
                Some("GLOBAL") => FolderKind::Root,
                Some("ENCLAVE") => FolderKind::Enclave,
                _ => FolderKind::Domain,
            };
            let name = row.text(2)?.unwrap_or_default();
            Ok(FolderNode {
                id: required(row.uuid(0)?)?,
                parent: row.uuid(1)?,
                name,
                kind,
                published: row.bool(4)?.unwrap_or(false),
            })
        })
        .await?;

    let mut roles: Vec<(Uuid, RolePermissions)> = Vec::new();
    let statement = rows.sql(
        "SELECT r.id, r.name, p.codename FROM roles r LEFT JOIN roles__permissions l ON l.source_id = r.id \
         LEFT JOIN permissions p ON p.id = l.target_id ORDER BY r.id",
    );
    rows.each(&access, &statement, |row| {
        let id = required(row.uuid(0)?)?;
        if roles.last().is_none_or(|(last, _)| *last != id) {
            let name = row.text(1)?.unwrap_or_default();
            roles.push((
                id,
                RolePermissions { assigned_only: is_assigned_only(&name), name, codenames: HashSet::new() },
            ));
        }
        if let (Some((_, role)), Some(codename)) = (roles.last_mut(), row.text(2)?) {
            role.codenames.insert(codename);
        }
        Ok(())
    })
    .await?;
    let index: HashMap<Uuid, usize> = roles.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();

    let (mut of_group, mut of_user) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
    let statement = rows.sql(
        "SELECT a.role_id, a.user_id, a.user_group_id, a.is_recursive, l.target_id FROM role_assignments a \
         JOIN role_assignments__perimeter_folders l ON l.source_id = a.id",
    );
    rows.each(&access, &statement, |row| {
        let role = index.get(&required(row.uuid(0)?)?).copied();
        let folder = required(row.uuid(4)?)?;
        let recursive = row.bool(3)?.unwrap_or(false);
        let Some(role) = role else { return Ok(()) };
        if let Some(user) = row.uuid(1)? {
            of_user.entry(user).or_default().push((role, folder, recursive));
        }
        if let Some(group) = row.uuid(2)? {
            of_group.entry(group).or_default().push((role, folder, recursive));
        }
        Ok(())
    })
    .await?;
    Ok(Picture {
        epoch,
        tree: Arc::new(FolderTree::new(folders)),
        roles: Arc::new(roles.into_iter().map(|(_, role)| role).collect()),
        of_group,
        of_user,
        policy: Arc::new(tokens::read_policy(&mut rows, fallback).await?),
        second_factor_required: second_factor_required(&mut rows).await?,
        computed: RwLock::default(),
        limited: RwLock::default(),
    })
}
