-- The catalogue: libraries and what they bring.

CREATE TABLE stored_libraries (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    annotation text COLLATE "C",
    urn text COLLATE "C",
    ref_id text COLLATE "C",
    locale text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    packager text COLLATE "C",
    provider text COLLATE "C",
    publication_date date,
    builtin boolean NOT NULL,
    objects_meta jsonb NOT NULL,
    locales jsonb NOT NULL,
    copyright text COLLATE "C",
    is_preset boolean NOT NULL,
    profile jsonb,
    scaffolded_objects jsonb,
    dependencies jsonb NOT NULL,
    hash_checksum text COLLATE "C" NOT NULL,
    autoload boolean NOT NULL,
    default_locale boolean NOT NULL,
    is_published boolean NOT NULL,
    translations jsonb,
    object_types text COLLATE "C" NOT NULL,
    framework_urn text COLLATE "C",
    framework jsonb,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX stored_libraries_by_folder ON stored_libraries (folder_id, name_key, id, is_published);
CREATE INDEX stored_libraries_by_name ON stored_libraries (name_key, id);
CREATE INDEX stored_libraries_by_age ON stored_libraries (created_at, id);

CREATE TABLE loaded_libraries (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    annotation text COLLATE "C",
    urn text COLLATE "C" NOT NULL,
    ref_id text COLLATE "C",
    locale text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    packager text COLLATE "C",
    provider text COLLATE "C",
    publication_date date,
    builtin boolean NOT NULL,
    objects_meta jsonb NOT NULL,
    locales jsonb NOT NULL,
    copyright text COLLATE "C",
    default_locale boolean NOT NULL,
    is_published boolean NOT NULL,
    translations jsonb,
    object_types text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX loaded_libraries_by_folder ON loaded_libraries (folder_id, name_key, id, is_published);
CREATE INDEX loaded_libraries_by_name ON loaded_libraries (name_key, id);
CREATE INDEX loaded_libraries_by_age ON loaded_libraries (created_at, id);

CREATE TABLE reference_controls (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    annotation text COLLATE "C",
    library_id uuid REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    urn text COLLATE "C",
    ref_id text COLLATE "C",
    provider text COLLATE "C",
    locale text COLLATE "C" NOT NULL,
    default_locale boolean NOT NULL,
    category text COLLATE "C",
    csf_function text COLLATE "C",
    typical_evidence jsonb,
    is_published boolean NOT NULL,
    translations jsonb,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX reference_controls_by_folder ON reference_controls (folder_id, name_key, id, is_published);
CREATE INDEX reference_controls_by_name ON reference_controls (name_key, id);
CREATE INDEX reference_controls_by_age ON reference_controls (created_at, id);
CREATE INDEX reference_controls_by_library_id ON reference_controls (library_id);

CREATE TABLE threats (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    annotation text COLLATE "C",
    library_id uuid REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    is_legacy_ttp boolean NOT NULL,
    urn text COLLATE "C",
    ref_id text COLLATE "C",
    provider text COLLATE "C",
    locale text COLLATE "C" NOT NULL,
    default_locale boolean NOT NULL,
    is_published boolean NOT NULL,
    translations jsonb,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX threats_by_folder ON threats (folder_id, name_key, id, is_published);
CREATE INDEX threats_by_name ON threats (name_key, id);
CREATE INDEX threats_by_age ON threats (created_at, id);
CREATE INDEX threats_by_library_id ON threats (library_id);

CREATE TABLE frameworks (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    annotation text COLLATE "C",
    library_id uuid REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    is_dynamic boolean NOT NULL,
    scores_definition jsonb,
    implementation_groups_definition jsonb,
    is_published boolean NOT NULL,
    urn text COLLATE "C",
    ref_id text COLLATE "C",
    provider text COLLATE "C",
    locale text COLLATE "C" NOT NULL,
    default_locale boolean NOT NULL,
    min_score bigint NOT NULL,
    max_score bigint NOT NULL,
    outcomes_definition jsonb NOT NULL,
    field_visibility jsonb NOT NULL,
    urn_namespace text COLLATE "C" NOT NULL,
    translations jsonb,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX frameworks_by_folder ON frameworks (folder_id, name_key, id, is_published);
CREATE INDEX frameworks_by_name ON frameworks (name_key, id);
CREATE INDEX frameworks_by_age ON frameworks (created_at, id);
CREATE INDEX frameworks_by_library_id ON frameworks (library_id);

CREATE TABLE requirement_nodes (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name text COLLATE "C",
    description text COLLATE "C",
    annotation text COLLATE "C",
    typical_evidence text COLLATE "C",
    is_published boolean NOT NULL,
    urn text COLLATE "C",
    ref_id text COLLATE "C",
    provider text COLLATE "C",
    locale text COLLATE "C" NOT NULL,
    default_locale boolean NOT NULL,
    parent_urn text COLLATE "C",
    order_id bigint,
    implementation_groups jsonb,
    assessable boolean NOT NULL,
    weight bigint NOT NULL,
    importance text COLLATE "C" NOT NULL,
    display_mode text COLLATE "C" NOT NULL,
    visibility_expression text COLLATE "C",
    min_score bigint,
    max_score bigint,
    scores_definition_ref text COLLATE "C",
    target_score double precision,
    framework_id uuid REFERENCES frameworks (id) ON DELETE CASCADE,
    translations jsonb,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX requirement_nodes_by_folder ON requirement_nodes (folder_id, name_key, id, is_published);
CREATE INDEX requirement_nodes_by_name ON requirement_nodes (name_key, id);
CREATE INDEX requirement_nodes_by_age ON requirement_nodes (created_at, id);
CREATE INDEX requirement_nodes_by_framework_id ON requirement_nodes (framework_id);

CREATE TABLE questions (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    annotation text COLLATE "C",
    config jsonb,
    depends_on jsonb,
    is_published boolean NOT NULL,
    position bigint NOT NULL,
    ref_id text COLLATE "C",
    requirement_node_id uuid REFERENCES requirement_nodes (id) ON DELETE CASCADE,
    text text COLLATE "C",
    translations jsonb,
    type text COLLATE "C" NOT NULL,
    urn text COLLATE "C" NOT NULL,
    weight bigint NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX questions_by_folder ON questions (folder_id, name_key, id, is_published);
CREATE INDEX questions_by_name ON questions (name_key, id);
CREATE INDEX questions_by_age ON questions (created_at, id);
CREATE INDEX questions_by_requirement_node_id ON questions (requirement_node_id);

CREATE TABLE question_choices (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    add_score bigint,
    annotation text COLLATE "C",
    color text COLLATE "C",
    compute_result text COLLATE "C",
    description text COLLATE "C",
    is_published boolean NOT NULL,
    position bigint NOT NULL,
    question_id uuid REFERENCES questions (id) ON DELETE CASCADE,
    ref_id text COLLATE "C",
    select_implementation_groups jsonb,
    translations jsonb,
    urn text COLLATE "C",
    value text COLLATE "C",
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX question_choices_by_folder ON question_choices (folder_id, name_key, id, is_published);
CREATE INDEX question_choices_by_name ON question_choices (name_key, id);
CREATE INDEX question_choices_by_age ON question_choices (created_at, id);
CREATE INDEX question_choices_by_question_id ON question_choices (question_id);

CREATE TABLE risk_matrices (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    annotation text COLLATE "C",
    json_definition text COLLATE "C" NOT NULL,
    library_id uuid REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    editing_languages jsonb NOT NULL,
    is_published boolean NOT NULL,
    urn text COLLATE "C",
    ref_id text COLLATE "C",
    provider text COLLATE "C",
    locale text COLLATE "C" NOT NULL,
    default_locale boolean NOT NULL,
    is_enabled boolean NOT NULL,
    translations jsonb,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX risk_matrices_by_folder ON risk_matrices (folder_id, name_key, id, is_published);
CREATE INDEX risk_matrices_by_name ON risk_matrices (name_key, id);
CREATE INDEX risk_matrices_by_age ON risk_matrices (created_at, id);
CREATE INDEX risk_matrices_by_library_id ON risk_matrices (library_id);

CREATE TABLE requirement_mapping_sets (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    ref_id text COLLATE "C",
    urn text COLLATE "C" NOT NULL,
    provider text COLLATE "C",
    builtin boolean NOT NULL,
    locale text COLLATE "C" NOT NULL,
    default_locale boolean NOT NULL,
    is_published boolean NOT NULL,
    translations jsonb,
    source_framework_urn text COLLATE "C" NOT NULL,
    target_framework_urn text COLLATE "C" NOT NULL,
    rules jsonb NOT NULL,
    library_id uuid REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX requirement_mapping_sets_by_folder ON requirement_mapping_sets (folder_id, name_key, id, is_published);
CREATE INDEX requirement_mapping_sets_by_name ON requirement_mapping_sets (name_key, id);
CREATE INDEX requirement_mapping_sets_by_age ON requirement_mapping_sets (created_at, id);
CREATE INDEX requirement_mapping_sets_by_library_id ON requirement_mapping_sets (library_id);

CREATE TABLE stored_libraries__filtering_labels (
    source_id uuid NOT NULL REFERENCES stored_libraries (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX stored_libraries__filtering_labels_back ON stored_libraries__filtering_labels (target_id, source_id);

CREATE TABLE loaded_libraries__dependencies (
    source_id uuid NOT NULL REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES loaded_libraries (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX loaded_libraries__dependencies_back ON loaded_libraries__dependencies (target_id, source_id);

CREATE TABLE reference_controls__filtering_labels (
    source_id uuid NOT NULL REFERENCES reference_controls (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX reference_controls__filtering_labels_back ON reference_controls__filtering_labels (target_id, source_id);

CREATE TABLE threats__filtering_labels (
    source_id uuid NOT NULL REFERENCES threats (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX threats__filtering_labels_back ON threats__filtering_labels (target_id, source_id);

CREATE TABLE requirement_nodes__reference_controls (
    source_id uuid NOT NULL REFERENCES requirement_nodes (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES reference_controls (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_nodes__reference_controls_back ON requirement_nodes__reference_controls (target_id, source_id);
CREATE TABLE requirement_nodes__threats (
    source_id uuid NOT NULL REFERENCES requirement_nodes (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES threats (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_nodes__threats_back ON requirement_nodes__threats (target_id, source_id);

-- The text of a stored file, packed.
CREATE TABLE library_files (
    library_id uuid NOT NULL PRIMARY KEY REFERENCES stored_libraries (id) ON DELETE CASCADE,
    content bytea NOT NULL
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
