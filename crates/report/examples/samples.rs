//! Writes one of each document into a folder, to be looked at: `cargo run -p report --example samples -- FOLDER`.
//! With a number after the folder, the audit has so many requirements, and the time each document takes is told.

use std::{fs, io::Cursor, path::PathBuf, time::Instant};

use chrono::NaiveDate;
use report::{
    Language,
    action_plan::{Action, ActionPlan},
    audit::{Attachment, Audit, Evidence, Requirement, Scores, sections_of},
    maturity::{self, Maturity, Means},
    measures::{Measure, Measures},
    soa::{Entry, Statement},
    terms::{Category, Finding, Outcome, Progress, Standing},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("a folder, please")?);
    let count: usize = arguments.next().map_or(Ok(90), |count| count.parse())?;
    fs::create_dir_all(&folder)?;
    let keep = |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes);
    for language in Language::ALL {
        let tag = language.tag();
        let (audit, statement, plan) = (audit(language, count), statement(language, count), plan(language));
        keep(&format!("audit-{tag}.pdf"), timed("audit.pdf", || audit.pdf())?)?;
        keep(&format!("audit-{tag}.docx"), timed("audit.docx", || audit.docx())?)?;
        keep(&format!("audit-{tag}.xlsx"), timed("audit.xlsx", || audit.xlsx())?)?;
        keep(&format!("audit-{tag}.csv"), timed("audit.csv", || audit.csv())?)?;
        keep(&format!("audit-{tag}.html"), timed("audit.html", || audit.html()).into_bytes())?;
        keep(&format!("soa-{tag}.pdf"), timed("soa.pdf", || statement.pdf())?)?;
        keep(&format!("soa-{tag}.docx"), timed("soa.docx", || statement.docx())?)?;
        keep(&format!("plan-{tag}.pdf"), timed("plan.pdf", || plan.pdf())?)?;
        keep(&format!("plan-{tag}.docx"), timed("plan.docx", || plan.docx())?)?;
        keep(&format!("plan-{tag}.csv"), timed("plan.csv", || plan.csv())?)?;
        keep(&format!("maturity-{tag}.xlsx"), timed("maturity", || maturity(&audit).xlsx())?)?;
        keep(&format!("measures-{tag}.xlsx"), timed("measures", || measures(language).xlsx())?)?;
        let mut archive = Vec::new();
        let file = Attachment { name: "policy 2026.txt".to_owned(), content: Cursor::new(b"A policy.") };
        audit.archive(&mut archive, [Ok(file)])?;
        keep(&format!("audit-{tag}.zip"), archive)?;
    }
    Ok(())
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{name:<12} {:>6.0} ms", start.elapsed().as_secs_f64() * 1000.0);
    result
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 26).unwrap_or_default()
}

/// Sections that every organisation knows, in each language, with a long word where the language has one.
fn themes(language: Language) -> [&'static str; 7] {
    match language {
        Language::English => [
            "Governance and responsibilities",
            "People and awareness",
            "Premises and equipment",
            "Networks, systems and internet-facing services",
            "Suppliers",
            "Incidents and continuity",
            "Monitoring",
        ],
        Language::French => [
            "Gouvernance et responsabilités",
            "Personnes et sensibilisation",
            "Locaux et équipements",
            "Réseaux, systèmes et services exposés sur Internet",
            "Fournisseurs et sous-traitance",
            "Incidents et continuité d’activité",
            "Surveillance",
        ],
        Language::German => [
            "Führung und Verantwortlichkeiten",
            "Personal und Sensibilisierungsmaßnahmen",
            "Räumlichkeiten und Geräte",
            "Telekommunikationsüberwachungsverordnungskonformität",
            "Lieferanten und Auftragsverarbeitung",
            "Sicherheitsvorfälle und Notfallbewältigung",
            "Überwachung",
        ],
    }
}

fn asked(language: Language, number: usize) -> (String, String) {
    match language {
        Language::English => (
            format!("Access to rooms is granted by role ({number})"),
            "Whoever enters a room where data is handled has been named beforehand. Rights end with the task that they \
             were given for, and somebody who does not profit from them looks through them twice a year."
                .to_owned(),
        ),
        Language::French => (
            format!("L’accès aux locaux dépend du rôle ({number})"),
            "Toute personne qui entre dans un local où des données sont traitées a été désignée au préalable. Les droits \
             prennent fin avec la tâche qui les justifie ; ils sont revus deux fois par an par quelqu’un qui n’en bénéficie pas."
                .to_owned(),
        ),
        Language::German => (
            format!("Zutritt richtet sich nach der Rolle ({number})"),
            "Wer einen Raum betritt, in dem Daten verarbeitet werden, ist vorher benannt worden. Rechte enden mit der \
             Aufgabe, für die sie erteilt wurden; zweimal im Jahr sieht sie jemand durch, der nichts von ihnen hat."
                .to_owned(),
        ),
    }
}

fn observed(language: Language) -> &'static str {
    match language {
        Language::English => "The list is kept, but two former contractors still stand on it.",
        Language::French => "La liste est tenue à jour, mais deux anciens prestataires y figurent encore.",
        Language::German => "Die Liste wird geführt, enthält aber noch zwei ehemalige Dienstleister.",
    }
}

fn audit(language: Language, count: usize) -> Audit {
    let mut requirements = Vec::new();
    for number in 0..count {
        let section = number * 7 / count.max(1);
        if number == 0 || (number - 1) * 7 / count != section {
            requirements.push(Requirement {
                urn: format!("urn:example:node:{section}"),
                ref_id: format!("A.{}", section + 1),
                name: themes(language)[section].to_owned(),
                ..Requirement::default()
            });
        }
        if number.is_multiple_of(6) {
            requirements.push(Requirement {
                urn: format!("urn:example:node:{section}:{number}"),
                ref_id: format!("A.{}.{}", section + 1, number / 6 + 1),
                name: themes(language)[(section + 2) % 7].to_owned(),
                depth: 1,
                ..Requirement::default()
            });
        }
        requirements.push(requirement(language, section, number));
    }
    let odd = "https://example.org/a/very/long/address/without/any/space/that/somebody/pasted?with=parameters&and=more 😀 \
               שלום → ✓ \u{7} Łódź œuvre ﬁn";
    if let Some(last) = requirements.last_mut() {
        odd.clone_into(&mut last.observation);
    }
    Audit {
        title: match language {
            Language::English => "Yearly audit of the northern sites",
            Language::French => "Audit annuel des sites du Nord, des filiales et de leurs sous-traitants",
            Language::German => "Jährliche Prüfung der nördlichen Standorte",
        }
        .to_owned(),
        reference: "AUD-2026-07".to_owned(),
        framework: "Example baseline for information security 3.1".to_owned(),
        domain: "Nord & Østersø".to_owned(),
        perimeter: "Lager, Büros".to_owned(),
        version: "1.2".to_owned(),
        status: Progress::InReview.label(language).to_owned(),
        language,
        date: day(),
        due_date: NaiveDate::from_ymd_opt(2027, 1, 1),
        authors: vec!["Amélie Dubois".to_owned(), "Jörg Weiß".to_owned()],
        reviewers: vec!["Zoë Ødegård".to_owned()],
        description: asked(language, 0).1,
        observation: observed(language).to_owned(),
        scores: Some(Scores {
            implementation: Some(2.7),
            documentation: Some(2.0),
            maturity: None,
            target: None,
            minimum: 0.0,
            maximum: 4.0,
        }),
        sections: sections_of(&requirements)
            .into_iter()
            .zip([3.1, 2.4, 3.8, 1.2, 2.9, 2.2, 3.3])
            .map(|(section, score)| report::audit::Section { score: Some(score), ..section })
            .collect(),
        requirements,
    }
}

fn requirement(language: Language, section: usize, number: usize) -> Requirement {
    let (name, description) = asked(language, number);
    let outcome = Outcome::ALL[[0, 0, 1, 0, 2, 3, 0, 4, 1, 0, 0][number % 11]];
    Requirement {
        urn: format!("urn:example:req:{number}"),
        ref_id: format!("A.{}.{}.{}", section + 1, number / 6 + 1, number + 1),
        name,
        description,
        typical_evidence: "A dated list".to_owned(),
        depth: 2,
        assessable: true,
        outcome,
        finding: match outcome {
            Outcome::NonCompliant => Some(Finding::MajorNonconformity),
            Outcome::PartiallyCompliant => Some(Finding::MinorNonconformity),
            Outcome::Compliant if number.is_multiple_of(5) => Some(Finding::GoodPractice),
            _ => None,
        },
        progress: Some(Progress::ALL[number % 4]),
        score: (outcome != Outcome::NotAssessed).then(|| i64::try_from(number % 5).unwrap_or_default()),
        observation: if number.is_multiple_of(3) { observed(language).to_owned() } else { String::new() },
        measures: if number.is_multiple_of(4) {
            vec!["Badge readers".to_owned(), "Quarterly review".to_owned()]
        } else {
            Vec::new()
        },
        evidences: if number.is_multiple_of(9) {
            vec![Evidence { name: "Policy".to_owned(), file: Some("policy 2026.txt".to_owned()) }]
        } else {
            Vec::new()
        },
        ..Requirement::default()
    }
}

fn statement(language: Language, count: usize) -> Statement {
    let audit = audit(language, count);
    let entries = audit.requirements.into_iter().map(|requirement| Entry {
        ref_id: requirement.ref_id,
        name: requirement.name,
        description: requirement.description,
        depth: requirement.depth,
        assessable: requirement.assessable,
        outcome: requirement.outcome,
        progress: requirement.progress,
        justification: requirement.observation,
        measures: requirement.measures,
        evidences: requirement.evidences.into_iter().map(|evidence| evidence.name).collect(),
        risks: if requirement.outcome == Outcome::PartiallyCompliant {
            vec!["R.7 Theft".to_owned()]
        } else {
            Vec::new()
        },
    });
    Statement {
        title: audit.title,
        framework: audit.framework,
        domain: audit.domain,
        perimeter: audit.perimeter,
        version: audit.version,
        language,
        date: audit.date,
        authors: audit.authors,
        reviewers: audit.reviewers,
        entries: entries.collect(),
    }
}

fn plan(language: Language) -> ActionPlan {
    let actions = (0..28).map(|number| Action {
        ref_id: format!("M.{number}"),
        name: asked(language, number).0,
        description: if number.is_multiple_of(3) { asked(language, number).1 } else { String::new() },
        category: "Technical".to_owned(),
        csf_function: "Protect".to_owned(),
        priority: ["P1", "P2", "P3", ""][number % 4].to_owned(),
        status: ["To do", "In progress", "Active", "On hold"][number % 4].to_owned(),
        open: number % 4 != 2,
        eta: NaiveDate::from_ymd_opt(2026, 10, 1)
            .map(|start| start + chrono::Days::new(u64::try_from(number * 9).unwrap_or(0))),
        expiry_date: if number.is_multiple_of(5) { NaiveDate::from_ymd_opt(2027, 12, 31) } else { None },
        effort: ["Small", "Medium", "Large"][number % 3].to_owned(),
        impact: "High".to_owned(),
        cost: "2300.00".to_owned(),
        owners: vec!["Amélie Dubois".to_owned()],
        requirements: vec![format!("A.{number} – {}", themes(language)[number % 7])],
        evidences: if number.is_multiple_of(6) { vec!["Policy".to_owned()] } else { Vec::new() },
        attachments: Vec::new(),
    });
    let actions: Vec<_> = actions.collect();
    ActionPlan {
        title: audit(language, 7).title,
        framework: "Example baseline for information security 3.1".to_owned(),
        domain: "Nord & Østersø".to_owned(),
        perimeter: String::new(),
        language,
        date: day(),
        authors: vec!["Amélie Dubois".to_owned()],
        total_cost: "64 400 €".to_owned(),
        actions,
    }
}

/// The audit by its scores alone. The figures are made up.
fn maturity(audit: &Audit) -> Maturity {
    let means =
        Means { requirements: 12, scored: 9, documentation: Some(2.1), implementation: Some(2.6), maturity: Some(2.3) };
    let assessed = audit.requirements.iter().filter(|requirement| requirement.assessable);
    let requirement = |requirement: &Requirement| maturity::Requirement {
        reference: requirement.ref_id.clone(),
        text: format!("{}\n{}", requirement.name, requirement.description),
        outcome: Some(requirement.outcome),
        documentation: requirement.documentation_score,
        implementation: requirement.score,
        target: Some(3.0),
        observation: requirement.observation.clone(),
    };
    let section = |title: &Requirement| maturity::Section {
        inner: title.depth > 0,
        reference: title.ref_id.clone(),
        name: title.name.clone(),
        means,
    };
    Maturity {
        language: audit.language,
        requirements: assessed.map(requirement).collect(),
        whole: means,
        sections: audit.requirements.iter().filter(|title| !title.assessable).map(section).collect(),
        target: Some(3.0),
    }
}

fn measures(language: Language) -> Measures {
    let list = (0..28).map(|number| Measure {
        identifier: format!("M.{number}"),
        title: asked(language, number).0,
        description: asked(language, number).1,
        category: Category::ALL.get(number % 6).copied(),
        priority: i64::try_from(number % 4 + 1).ok(),
        status: Standing::ALL.get(number % 7).copied(),
        owners: "Amélie Dubois".to_owned(),
        due: Some(day()),
        comments: String::new(),
    });
    Measures { language, list: list.collect() }
}
