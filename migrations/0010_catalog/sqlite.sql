-- The catalogue: libraries and what they bring.

CREATE TABLE stored_libraries (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    annotation TEXT,
    urn TEXT,
    ref_id TEXT,
    locale TEXT NOT NULL,
    version INTEGER NOT NULL,
    packager TEXT,
    provider TEXT,
    publication_date TEXT,
    builtin INTEGER NOT NULL,
    objects_meta TEXT NOT NULL,
    locales TEXT NOT NULL,
    copyright TEXT,
    is_preset INTEGER NOT NULL,
    profile TEXT,
    scaffolded_objects TEXT,
    dependencies TEXT NOT NULL,
    hash_checksum TEXT NOT NULL,
    autoload INTEGER NOT NULL,
    default_locale INTEGER NOT NULL,
    is_published INTEGER NOT NULL,
    translations TEXT,
    object_types TEXT NOT NULL,
    framework_urn TEXT,
    framework TEXT,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX stored_libraries_by_folder ON stored_libraries (folder_id, name_key, id, is_published);
CREATE INDEX stored_libraries_by_name ON stored_libraries (name_key, id);
CREATE INDEX stored_libraries_by_age ON stored_libraries (created_at, id);

CREATE TABLE loaded_libraries (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    annotation TEXT,
    urn TEXT NOT NULL,
    ref_id TEXT,
    locale TEXT NOT NULL,
    version INTEGER NOT NULL,
    packager TEXT,
    provider TEXT,
    publication_date TEXT,
    builtin INTEGER NOT NULL,
    objects_meta TEXT NOT NULL,
    locales TEXT NOT NULL,
    copyright TEXT,
    default_locale INTEGER NOT NULL,
    is_published INTEGER NOT NULL,
    translations TEXT,
    object_types TEXT NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX loaded_libraries_by_folder ON loaded_libraries (folder_id, name_key, id, is_published);
CREATE INDEX loaded_libraries_by_name ON loaded_libraries (name_key, id);
CREATE INDEX loaded_libraries_by_age ON loaded_libraries (created_at, id);

CREATE TABLE reference_controls (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    annotation TEXT,
    library_id TEXT REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    urn TEXT,
    ref_id TEXT,
    provider TEXT,
    locale TEXT NOT NULL,
    default_locale INTEGER NOT NULL,
    category TEXT,
    csf_function TEXT,
    typical_evidence TEXT,
    is_published INTEGER NOT NULL,
    translations TEXT,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX reference_controls_by_folder ON reference_controls (folder_id, name_key, id, is_published);
CREATE INDEX reference_controls_by_name ON reference_controls (name_key, id);
CREATE INDEX reference_controls_by_age ON reference_controls (created_at, id);
CREATE INDEX reference_controls_by_library_id ON reference_controls (library_id);

CREATE TABLE threats (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    annotation TEXT,
    library_id TEXT REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    is_legacy_ttp INTEGER NOT NULL,
    urn TEXT,
    ref_id TEXT,
    provider TEXT,
    locale TEXT NOT NULL,
    default_locale INTEGER NOT NULL,
    is_published INTEGER NOT NULL,
    translations TEXT,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX threats_by_folder ON threats (folder_id, name_key, id, is_published);
CREATE INDEX threats_by_name ON threats (name_key, id);
CREATE INDEX threats_by_age ON threats (created_at, id);
CREATE INDEX threats_by_library_id ON threats (library_id);

CREATE TABLE frameworks (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    annotation TEXT,
    library_id TEXT REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    is_dynamic INTEGER NOT NULL,
    scores_definition TEXT,
    implementation_groups_definition TEXT,
    is_published INTEGER NOT NULL,
    urn TEXT,
    ref_id TEXT,
    provider TEXT,
    locale TEXT NOT NULL,
    default_locale INTEGER NOT NULL,
    min_score INTEGER NOT NULL,
    max_score INTEGER NOT NULL,
    outcomes_definition TEXT NOT NULL,
    field_visibility TEXT NOT NULL,
    urn_namespace TEXT NOT NULL,
    translations TEXT,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX frameworks_by_folder ON frameworks (folder_id, name_key, id, is_published);
CREATE INDEX frameworks_by_name ON frameworks (name_key, id);
CREATE INDEX frameworks_by_age ON frameworks (created_at, id);
CREATE INDEX frameworks_by_library_id ON frameworks (library_id);

CREATE TABLE requirement_nodes (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT,
    description TEXT,
    annotation TEXT,
    typical_evidence TEXT,
    is_published INTEGER NOT NULL,
    urn TEXT,
    ref_id TEXT,
    provider TEXT,
    locale TEXT NOT NULL,
    default_locale INTEGER NOT NULL,
    parent_urn TEXT,
    order_id INTEGER,
    implementation_groups TEXT,
    assessable INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    importance TEXT NOT NULL,
    display_mode TEXT NOT NULL,
    visibility_expression TEXT,
    min_score INTEGER,
    max_score INTEGER,
    scores_definition_ref TEXT,
    target_score REAL,
    framework_id TEXT REFERENCES frameworks (id) ON DELETE CASCADE,
    translations TEXT,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX requirement_nodes_by_folder ON requirement_nodes (folder_id, name_key, id, is_published);
CREATE INDEX requirement_nodes_by_name ON requirement_nodes (name_key, id);
CREATE INDEX requirement_nodes_by_age ON requirement_nodes (created_at, id);
CREATE INDEX requirement_nodes_by_framework_id ON requirement_nodes (framework_id);

CREATE TABLE questions (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    annotation TEXT,
    config TEXT,
    depends_on TEXT,
    is_published INTEGER NOT NULL,
    position INTEGER NOT NULL,
    ref_id TEXT,
    requirement_node_id TEXT REFERENCES requirement_nodes (id) ON DELETE CASCADE,
    text TEXT,
    translations TEXT,
    type TEXT NOT NULL,
    urn TEXT NOT NULL,
    weight INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX questions_by_folder ON questions (folder_id, name_key, id, is_published);
CREATE INDEX questions_by_name ON questions (name_key, id);
CREATE INDEX questions_by_age ON questions (created_at, id);
CREATE INDEX questions_by_requirement_node_id ON questions (requirement_node_id);

CREATE TABLE question_choices (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    add_score INTEGER,
    annotation TEXT,
    color TEXT,
    compute_result TEXT,
    description TEXT,
    is_published INTEGER NOT NULL,
    position INTEGER NOT NULL,
    question_id TEXT REFERENCES questions (id) ON DELETE CASCADE,
    ref_id TEXT,
    select_implementation_groups TEXT,
    translations TEXT,
    urn TEXT,
    value TEXT,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX question_choices_by_folder ON question_choices (folder_id, name_key, id, is_published);
CREATE INDEX question_choices_by_name ON question_choices (name_key, id);
CREATE INDEX question_choices_by_age ON question_choices (created_at, id);
CREATE INDEX question_choices_by_question_id ON question_choices (question_id);

CREATE TABLE risk_matrices (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    annotation TEXT,
    json_definition TEXT NOT NULL,
    library_id TEXT REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    editing_languages TEXT NOT NULL,
    is_published INTEGER NOT NULL,
    urn TEXT,
    ref_id TEXT,
    provider TEXT,
    locale TEXT NOT NULL,
    default_locale INTEGER NOT NULL,
    is_enabled INTEGER NOT NULL,
    translations TEXT,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX risk_matrices_by_folder ON risk_matrices (folder_id, name_key, id, is_published);
CREATE INDEX risk_matrices_by_name ON risk_matrices (name_key, id);
CREATE INDEX risk_matrices_by_age ON risk_matrices (created_at, id);
CREATE INDEX risk_matrices_by_library_id ON risk_matrices (library_id);

CREATE TABLE requirement_mapping_sets (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    ref_id TEXT,
    urn TEXT NOT NULL,
    provider TEXT,
    builtin INTEGER NOT NULL,
    locale TEXT NOT NULL,
    default_locale INTEGER NOT NULL,
    is_published INTEGER NOT NULL,
    translations TEXT,
    source_framework_urn TEXT NOT NULL,
    target_framework_urn TEXT NOT NULL,
    rules TEXT NOT NULL,
    library_id TEXT REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX requirement_mapping_sets_by_folder ON requirement_mapping_sets (folder_id, name_key, id, is_published);
CREATE INDEX requirement_mapping_sets_by_name ON requirement_mapping_sets (name_key, id);
CREATE INDEX requirement_mapping_sets_by_age ON requirement_mapping_sets (created_at, id);
CREATE INDEX requirement_mapping_sets_by_library_id ON requirement_mapping_sets (library_id);

CREATE TABLE stored_libraries__filtering_labels (
    source_id TEXT NOT NULL REFERENCES stored_libraries (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX stored_libraries__filtering_labels_back ON stored_libraries__filtering_labels (target_id, source_id);

CREATE TABLE loaded_libraries__dependencies (
    source_id TEXT NOT NULL REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX loaded_libraries__dependencies_back ON loaded_libraries__dependencies (target_id, source_id);

CREATE TABLE reference_controls__filtering_labels (
    source_id TEXT NOT NULL REFERENCES reference_controls (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX reference_controls__filtering_labels_back ON reference_controls__filtering_labels (target_id, source_id);

CREATE TABLE threats__filtering_labels (
    source_id TEXT NOT NULL REFERENCES threats (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX threats__filtering_labels_back ON threats__filtering_labels (target_id, source_id);

CREATE TABLE requirement_nodes__reference_controls (
    source_id TEXT NOT NULL REFERENCES requirement_nodes (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES reference_controls (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_nodes__reference_controls_back ON requirement_nodes__reference_controls (target_id, source_id);
CREATE TABLE requirement_nodes__threats (
    source_id TEXT NOT NULL REFERENCES requirement_nodes (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES threats (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_nodes__threats_back ON requirement_nodes__threats (target_id, source_id);

-- The text of a stored file, packed.
CREATE TABLE library_files (
    library_id TEXT NOT NULL PRIMARY KEY REFERENCES stored_libraries (id) ON DELETE CASCADE,
    content BLOB NOT NULL
);

-- One of each urn and language.
CREATE UNIQUE INDEX stored_libraries_by_urn ON stored_libraries (urn, locale);
CREATE UNIQUE INDEX loaded_libraries_by_urn ON loaded_libraries (urn, locale);
CREATE INDEX stored_libraries_by_framework ON stored_libraries (framework_urn);
-- Objects are known by urn: files, mapping sets and audits name them so.
CREATE INDEX reference_controls_by_urn ON reference_controls (urn);
CREATE INDEX threats_by_urn ON threats (urn);
CREATE INDEX frameworks_by_urn ON frameworks (urn);
CREATE INDEX requirement_nodes_by_urn ON requirement_nodes (urn);
CREATE INDEX requirement_mapping_sets_by_ends ON requirement_mapping_sets (source_framework_urn, target_framework_urn);
