//! Routes of the server itself: health, schema, settings, the audit log.

use super::Auth::{Anyone, Public};
use super::List;
use super::Method::{Get, Patch, Post, Put};
use crate::api::{account, audit_log, general, settings};

/// Adds them.
pub(super) fn add(list: &mut List) {
    about(list);
    settings(list);
}

fn about(list: &mut List) {
    list.add(Public, Get, "health/", "Whether the server works.", |r| Box::pin(general::health(r)));
    list.add(Anyone, Get, "build/", "Version and build.", |r| Box::pin(general::build(r)));
    list.add(Public, Get, "csrf/", "The anti-forgery value of a cookie session.", |r| Box::pin(general::csrf(r)));
    list.add(Public, Get, "meta/", "What a client has to know before signing in.", |r| Box::pin(general::meta(r)));
    list.add(Anyone, Get, "meta/resources/", "All kinds of object, for generic clients.", |r| {
        Box::pin(general::kinds(r))
    });
    list.add(Anyone, Get, "get_counters/", "How many objects of some kinds the caller sees.", |r| {
        Box::pin(general::counters(r))
    });
    list.add(Public, Post, "setup/", "Make the first administrator through the one-time link.", |r| {
        Box::pin(general::setup(r))
    });
    list.add(Public, Get, "schema/", "This document, as JSON or YAML.", |r| Box::pin(general::schema(r)));
    list.add(Anyone, Get, "explain-access/", "Why somebody may or may not; for administrators.", |r| {
        Box::pin(account::explain(r))
    });
    list.add(Anyone, Get, "audit-log/", "The audit log.", |r| Box::pin(audit_log::list(r)));
    list.add(Anyone, Get, "audit-log/checkpoint/", "The end of the audit log's chain.", |r| {
        Box::pin(audit_log::checkpoint(r))
    });

    list.add(Anyone, Get, "/metrics", "Figures of the program; for administrators.", |r| Box::pin(general::metrics(r)));
}

fn settings(list: &mut List) {
    list.add(Anyone, Get, "settings/general/", "General settings.", |r| Box::pin(settings::general(r)));
    list.add(Anyone, Put, "settings/general/", "Change general settings.", |r| Box::pin(settings::change_general(r)));
    list.add(Anyone, Patch, "settings/general/", "Change general settings.", |r| Box::pin(settings::change_general(r)));
    list.add(Anyone, Get, "settings/general/object/", "General settings by name.", |r| {
        Box::pin(settings::general_object(r))
    });
    list.add(Public, Get, "settings/general/default-language/", "Language of the instance.", |r| {
        Box::pin(settings::default_language(r))
    });
    list.add(Anyone, Get, "settings/general/default_language/", "Languages to choose from.", |r| {
        Box::pin(settings::languages(r))
    });
    list.add(Anyone, Get, "settings/general/security_objective_scale/", "Scales to choose from.", |r| {
        Box::pin(settings::scales(r))
    });
    list.add(Anyone, Get, "settings/general/ebios_radar_parameters/", "Settings of the radar.", |r| {
        Box::pin(settings::radar(r))
    });
    list.add(Anyone, Get, "settings/general/interface_settings/", "Settings of the interface.", |r| {
        Box::pin(settings::interface(r))
    });
    list.add(Anyone, Get, "settings/general/notifications_settings/", "Settings of notifications.", |r| {
        Box::pin(settings::notifications(r))
    });
    list.add(
        Anyone,
        Get,
        "settings/general/default_custom_analytics_dashboard/",
        "The dashboard that everybody sees first.",
        |r| Box::pin(settings::default_dashboard(r)),
    );
    list.add(Anyone, Post, "settings/general/set-default-dashboard/", "Choose the dashboard seen first.", |r| {
        Box::pin(settings::set_default_dashboard(r))
    });
    list.add(Anyone, Post, "settings/general/force_language/", "Set everybody's language.", |r| {
        Box::pin(settings::force_language(r))
    });
    list.add(Anyone, Get, "settings/feature-flags/", "Which features are shown.", |r| Box::pin(settings::flags(r)));
    list.add(Anyone, Put, "settings/feature-flags/", "Show or hide features.", |r| Box::pin(settings::change_flags(r)));
    list.add(Anyone, Patch, "settings/feature-flags/", "Show or hide features.", |r| {
        Box::pin(settings::change_flags(r))
    });
    list.add(Anyone, Get, "settings/feature-flags/defaults/", "Which features are shown at first.", |r| {
        Box::pin(settings::default_flags(r))
    });
    list.add(Public, Get, "settings/sso/info/", "Whether single sign-on is offered.", |r| {
        Box::pin(settings::sso_info(r))
    });
}
