//! Advice for authors, and our own files, which need none.

use grc::library::{Library, QuestionType, builtin, check, check_among, read};
use std::collections::HashSet;

fn ours(name: &str) -> Library {
    let file = builtin::FILES.iter().find(|file| file.name == name).expect("a built-in file");
    read(file.text.as_bytes(), file.name).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// A complete header, so that only the objects give cause for advice.
fn library(objects: &str) -> Library {
    let file = format!(
        "urn: urn:test:one\nlocale: en\nref_id: one\nname: One\nversion: 1\nprovider: P\ncopyright: C\n\
         publication_date: 2026-01-01\nobjects:\n{objects}"
    );
    read(file.as_bytes(), "x.yaml").unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn codes(objects: &str) -> Vec<&'static str> {
    check(&library(objects)).iter().map(|warning| warning.code).collect()
}

#[test]
fn our_own_files_need_no_advice() {
    for file in builtin::FILES {
        let library = ours(file.name);
        assert_eq!(check(&library), [], "{}", file.name);
        assert_eq!(library.locales(), ["en", "fr"], "{}", file.name);
        assert!(library.urn.starts_with("urn:tessera:"), "{}", file.name);
    }
    let urns: HashSet<_> = builtin::FILES.iter().map(|file| ours(file.name).urn).collect();
    assert_eq!(urns.len(), builtin::FILES.len());
}

#[test]
fn the_starter_is_enough_to_begin_with() {
    let library = ours("tessera-starter.yaml");
    let framework = library.objects.framework.as_ref().expect("a framework");
    let sections = framework.nodes.iter().filter(|node| node.level == 1).count();
    let assessable: Vec<_> = framework.nodes.iter().filter(|node| node.assessable).collect();
    assert_eq!((sections, assessable.len()), (8, 42));
    assert_eq!((framework.scale(), framework.scales[0].scores.len()), ((0, 4), 5));
    assert!(assessable.iter().all(|node| node.typical_evidence.is_some()));
    let groups: Vec<_> = framework.implementation_groups.iter().map(|group| group.ref_id.clone()).collect();
    let counts: Vec<_> = groups
        .iter()
        .map(|group| assessable.iter().filter(|node| node.is_in(std::slice::from_ref(group))).count())
        .collect();
    assert!(counts.is_sorted() && counts[0] >= 15 && counts[2] == 42, "{counts:?}");
    let questions: Vec<_> = framework.nodes.iter().flat_map(|node| &node.questions).collect();
    let kinds: HashSet<_> = questions.iter().map(|question| question.kind).collect();
    assert!(kinds.contains(&QuestionType::UniqueChoice) && kinds.contains(&QuestionType::MultipleChoice));
    assert!(questions.iter().any(|question| question.depends_on.is_some()));
    assert!(questions.iter().flat_map(|question| &question.choices).any(|choice| choice.add_score.is_some()));
    assert!(!framework.is_dynamic(), "users choose the groups themselves");
    assert_eq!(library.translated("fr-FR").name, Some("Premiers pas avec Tessera"));
}

#[test]
fn our_matrices_have_the_shape_of_their_names() {
    for (name, size) in [("matrix-3x3.yaml", 3), ("matrix-4x4.yaml", 4), ("matrix-5x5.yaml", 5)] {
        let library = ours(name);
        let matrix = &library.objects.risk_matrices[0];
        assert_eq!((matrix.probability.len(), matrix.impact.len(), matrix.risk.len()), (size, size, size));
        assert_eq!(matrix.risk_at(0, 0), Some(0));
        assert_eq!(matrix.risk_at(size - 1, size - 1), Some(size - 1));
        assert_eq!(matrix.risk_at(size, 0), None);
        let definition = matrix.definition();
        assert_eq!(definition["impact"][size - 1]["id"], size - 1);
        assert!(definition["risk"][0]["translations"]["fr"]["name"].is_string());
    }
}

#[test]
fn advice_on_requirements() {
    let framework = |nodes: &str| {
        format!(
            "  framework:\n    urn: f\n    name: F\n    implementation_groups_definition: [{{ref_id: A, name: A}}]\n    \
             requirement_nodes:\n      - {{urn: n, name: N, assessable: true, implementation_groups: [A]}}\n{nodes}"
        )
    };
    let node = |keys: &str| codes(&framework(&format!("      - {{urn: m, {keys}}}\n")));
    assert_eq!(codes(&framework("")), [] as [&str; 0]);
    assert_eq!(node("assessable: true"), ["no_name"]);
    assert_eq!(node("name: M, implementation_groups: [B]"), ["undefined_group"]);
    assert_eq!(node("name: M, weight: 0"), ["weight"]);
    assert_eq!(node("name: M, depth: 2"), ["depth"]);
    assert_eq!(node("name: M, target_score: 101"), ["target_score"]);
    assert_eq!(node("name: M, scores_definition_ref: s"), ["unknown_scale"]);
    assert_eq!(node("name: M, reference_controls: [c]"), ["unknown_control"]);
    assert_eq!(node("name: M, threats: [t]"), ["unknown_threat"]);
    assert_eq!(node("name: M, importance: vital"), ["unknown_word"]);
    assert_eq!(node("name: M, title: N"), ["unknown_key"]);
    assert_eq!(node("name: M, name: N"), ["repeated_key"]);
    assert_eq!(node("name: M, ref_id: 1.10"), ["unquoted"]);
    assert_eq!(node("name: M, translations: {fr: {nom: M}}"), ["untranslated"]);
    let unused = "  framework: {urn: f, name: F, implementation_groups_definition: [{ref_id: A, name: A}], \
                  requirement_nodes: [{urn: n, name: N}]}\n";
    assert_eq!(codes(unused), ["nothing_to_assess", "unused_group"]);
}

#[test]
fn advice_on_questions() {
    let ask = |question: &str| {
        let second = "q2: {type: unique_choice, text: T, choices: [{urn: a, value: A}, {urn: b, value: B}]}";
        codes(&format!(
            "  framework:\n    urn: f\n    name: F\n    requirement_nodes:\n      - urn: n\n        name: N\n        \
             assessable: true\n        questions:\n          q1: {question}\n          {second}\n      - urn: m\n        \
             name: M\n        assessable: true\n        questions:\n          q3: {{type: text, text: T}}\n"
        ))
    };
    assert_eq!(ask("{type: text, text: T, depends_on: {question: q2, answers: [A]}}"), [] as [&str; 0]);
    assert_eq!(ask("{type: text}"), ["no_name"]);
    assert_eq!(ask("{type: unique_choice, text: T}"), ["choices"]);
    assert_eq!(ask("{type: text, text: T, choices: [{urn: a, value: A}]}"), ["choices"]);
    assert_eq!(ask("{type: text, text: T, depends_on: {question: q2, answers: [c]}}"), ["depends_on"]);
    assert_eq!(ask("{type: text, text: T, depends_on: {question: q3, answers: [x]}}"), ["depends_on"]);
    let choice = |keys: &str| {
        ask(&format!(
            "{{type: multiple_choice, text: T, choices: [{{urn: x, value: X}}, {{urn: y, value: Y, {keys}}}]}}"
        ))
    };
    assert_eq!(choice("compute_result: true"), [] as [&str; 0]);
    assert_eq!(choice("compute_result: perhaps"), ["compute_result"]);
    assert_eq!(choice("color: reddish"), ["color"]);
    assert_eq!(choice("select_implementation_groups: [Z]"), ["undefined_group"]);
}

#[test]
fn advice_on_matrices_mappings_and_controls() {
    let levels = "probability: [{name: a}, {name: b}], impact: [{name: c}, {name: d}], \
                  risk: [{name: e, hexcolor: '#000'}, {name: f, hexcolor: '#FFFFFF'}]";
    let matrix = |grid: &str| codes(&format!("  risk_matrix: [{{urn: m, name: M, {levels}, grid: {grid}}}]\n"));
    assert_eq!(matrix("[[0, 0], [0, 1]]"), [] as [&str; 0]);
    assert_eq!(matrix("[[1, 0], [0, 1]]"), ["grid"]);
    assert_eq!(matrix("[[0, 0], [0, 0]]"), ["unused_level"]);
    assert_eq!(codes("  reference_controls: [{urn: c, name: C, category: idea}]\n"), ["unknown_word"]);
    let rule =
        "source_requirement_urn: x, target_requirement_urn: y, relationship: equal, strength_of_relationship: 11";
    let set = format!(
        "urn: s, name: S, source_framework_urn: a, target_framework_urn: b, requirement_mappings: [{{{rule}}}]"
    );
    assert_eq!(codes(&format!("  requirement_mapping_sets: [{{{set}}}]\n")), ["strength"]);
    assert_eq!(codes("  unheard_of: [1]\n"), ["unknown_key"]);
}

#[test]
fn what_a_dependency_holds_is_looked_up_when_it_is_at_hand() {
    let framework = "  framework: {urn: f, name: F, requirement_nodes: [{urn: n, name: N, assessable: true, reference_controls: [C1]}]}\n";
    let mut library = library(framework);
    let mut controls = self::library("  reference_controls: [{urn: c1, name: C}]\n");
    controls.urn = "urn:test:controls".into();
    let codes = |library: &Library, others: &[&Library]| -> Vec<_> {
        check_among(library, others)
            .into_iter()
            .map(|warning| (warning.code, warning.message.contains("dependencies")))
            .collect()
    };
    assert_eq!(codes(&library, &[&controls]), [("unknown_control", true)]);
    library.dependencies.push("urn:test:controls".into());
    assert_eq!(codes(&library, &[&controls]), []);
    assert_eq!(codes(&library, &[]), [], "taken on trust");
    controls.objects.reference_controls.clear();
    assert_eq!(codes(&library, &[&controls]), [("unknown_control", true)]);
}
