/** Audits: the tree of requirements with their assessments, what is decided of each, and the numbers drawn from them. */
import type { Page, Ref, Row } from './types';
import { isOutdated } from './errors';
import { call, get, post, sendFile, type Query } from './transport';

export type Result =
  'not_assessed' | 'partially_compliant' | 'non_compliant' | 'compliant' | 'not_applicable';
export type Progress = 'to_do' | 'in_progress' | 'in_review' | 'done';
export type Level = 'edit' | 'read' | 'hidden';
export type Visibility = Record<string, { auditor?: Level; respondent?: Level }>;
export type ScoreName = { score: number; name: string; description?: string | null };
export type Group = { ref_id: string; name: string };

export type Audit = Row & {
  name: string;
  ref_id: string | null;
  status: string | null;
  progress: number;
  is_locked: boolean | null;
  framework: Ref & { implementation_groups_definition: Group[] | null };
  folder: Ref;
  perimeter: Ref | null;
  field_visibility: Visibility;
  scoring_enabled: boolean;
  show_documentation_score: boolean;
  selected_implementation_groups: string[] | null;
};

/** What is decided of one requirement. */
export type Verdict = {
  result: Result;
  status: Progress;
  extended_result: string | null;
  is_scored: boolean;
  score: number | null;
  documentation_score: number | null;
};

/** A section or a requirement of the tree. */
export type TreeNode = Partial<Verdict> & {
  urn: string;
  ref_id: string | null;
  name: string | null;
  description: string | null;
  node_content: string | null;
  implementation_groups: string[] | null;
  ra_id: string | null;
  min_score: number | null;
  max_score: number | null;
  assessable: boolean;
  children: Record<string, TreeNode>;
};

export type Choice = { urn: string; value: string; annotation?: string | null; description?: string | null };
export type Question = {
  type: 'unique_choice' | 'single_choice' | 'multiple_choice' | 'text' | 'date' | 'number' | 'boolean';
  text: string;
  choices?: Choice[];
  depends_on?: { question: string; answers: string[]; condition: 'any' | 'all' } | null;
};
export type Answer = string | string[] | number | boolean | null;

/** One requirement of an audit, whole. Fields that the viewer may not see are absent. */
export type Assessment = Row & {
  name: string;
  folder: Ref;
  result?: Result;
  status?: Progress;
  extended_result?: string | null;
  is_scored?: boolean;
  score?: number | null;
  documentation_score?: number | null;
  observation?: string | null;
  answers?: Record<string, Answer>;
  evidences?: Ref[];
  applied_controls?: Ref[];
  is_locked: boolean;
  effective_min_score: number | null;
  effective_max_score: number | null;
  effective_scores_definition: ScoreName[] | { scale: ScoreName[] } | null;
  compliance_assessment: Ref & {
    min_score: number | null;
    max_score: number | null;
    scores_definition: { scale: ScoreName[] } | null;
    field_visibility: Visibility;
  };
  requirement: {
    id: string;
    ref_id: string | null;
    name: string | null;
    description: string | null;
    annotation: string | null;
    typical_evidence: string | null;
    implementation_groups: string[] | null;
    questions: Record<string, Question> | null;
    associated_reference_controls: { id: string; str: string }[];
    associated_threats: { id: string; str: string }[];
  };
};

type Slice = { name: string; value: number };
export type Donuts = Record<'result' | 'status' | 'extended_result', { values: Slice[] }>;
export type Section = {
  ref_id: string | null;
  name: string | null;
  total_assessable: number;
  results: Partial<Record<Result, number>>;
  maturity_score: number | null;
};
export type Sections = { sections: Section[]; max_score: number; min_score: number };
export type GlobalScore = {
  maturity_score: number;
  total_max_score: number;
  scoring_enabled: boolean;
};
export type Coverage = { total_assessable: number; coverage_percent: number };
type Side = {
  id: string;
  name: string;
  global_score: number;
  total_max_score: number;
  donut_data: Donuts;
  radar_data: { labels: string[]; compliance_percentages: number[]; maturity_scores: number[] };
};
export type Difference = {
  requirement: { id?: string; urn?: string; ref_id: string | null; name: string | null };
  base: Partial<Verdict> | null;
  compare: Partial<Verdict> | null;
};
export type Compared = { base: Side; compare: Side; differences: Difference[] };
export type Comparable = { id: string; name: string; version: string | null; created_at: string };
export type PlanRow = Row & {
  name: string;
  status: string;
  eta: string | null;
  requirement_assessments: Ref[];
};
export type Assignment = Row & { actor: Ref[]; requirement_assessments: (Ref | string)[] };

/** All rows of a list, however many pages they come on. */
async function whole<T>(read: (offset: number) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for (;;) {
    const page = await read(rows.length);
    rows.push(...page.results);
    if (!page.next || !page.results.length) return rows;
  }
}

export const audit = (id: string) => get<Audit>(`compliance-assessments/${id}/`);
export const auditTree = (id: string) => get<Record<string, TreeNode>>(`compliance-assessments/${id}/tree/`);
export const donuts = (id: string) => get<Donuts>(`compliance-assessments/${id}/donut_data/`);
export const sections = (id: string) => get<Sections>(`compliance-assessments/${id}/section_compliance/`);
export const globalScore = (id: string) => get<GlobalScore>(`compliance-assessments/${id}/global_score/`);
export const controlsCoverage = (id: string) =>
  get<Coverage>(`compliance-assessments/${id}/controls_coverage/`);
export const evidenceCoverage = (id: string) =>
  get<Coverage>(`compliance-assessments/${id}/evidence_coverage/`);
export const comparable = async (id: string) =>
  (await get<{ results: Comparable[] }>(`compliance-assessments/${id}/comparable_audits/`)).results;
export const compare = (id: string, other: string) =>
  get<Compared>(`compliance-assessments/${id}/compare/`, { compare_id: other });
export const actionPlan = (id: string, query: Query) =>
  get<Page<PlanRow>>(`compliance-assessments/${id}/action-plan/`, query);
/** Every control that a requirement of the audit rests on. */
export const plannedControls = (id: string) => whole((offset) => actionPlan(id, { limit: 1000, offset }));
export const assignments = (id: string) =>
  whole((offset) =>
    get<Page<Assignment>>('requirement-assignments/', { compliance_assessment: id, limit: 1000, offset }),
  );

/** With the version that it has. */
export const assessment = (id: string) => call<Assessment>('GET', `requirement-assessments/${id}/`);
/** Refused (412) where somebody has changed it since it had the version `etag`. Answers with its new version. */
export const assess = (id: string, changes: Record<string, unknown>, etag: string | null = null) =>
  call<Partial<Verdict> & Row>('PATCH', `requirement-assessments/${id}/`, { body: changes, etag });

/** Whoever links at the same moment is waited for this often. */
const TRIES = 5;

/** Links more, or takes links away, of those that are there now: they may be others than a page has in sight. */
export async function relink(
  id: string,
  field: 'evidences' | 'applied_controls',
  { add = [], take = [] }: { add?: string[]; take?: string[] },
) {
  for (let tries = 1; ; tries++) {
    const { data, etag } = await assessment(id);
    const now = (data[field] ?? []).map((one) => one.id);
    const links = [...new Set([...now, ...add])].filter((one) => !take.includes(one));
    try {
      return await assess(id, { [field]: links }, etag);
    } catch (error) {
      if (!isOutdated(error) || tries === TRIES) throw error;
    }
  }
}
/** Makes the suggested controls of one requirement, or links those that are there already. */
export const takeSuggestions = (id: string) =>
  post<Row[]>(`requirement-assessments/${id}/suggestions/applied-controls/`);

export const addEvidence = (name: string, folder: string) => post<Row>('evidences/', { name, folder });
export const fillEvidence = (id: string, file: File) => sendFile<null>(`evidences/${id}/upload/`, file);

export type Suggestion = { id: string; name: string; suggestion_status: 'create' | 'link' };
/** What the framework recommends for the requirements of an audit and is not there yet, or not linked. */
export const suggestedControls = (audit: string) =>
  get<Suggestion[]>(`compliance-assessments/${audit}/suggestions/applied-controls/`);
export const takeAllSuggestions = (audit: string) =>
  post<Row[]>(`compliance-assessments/${audit}/suggestions/applied-controls/`);

/** Requirements whose results would be others if they followed from the states of their controls. */
export type Synced = {
  changes: Record<string, { str: string; changes: { current: string; new: string }[] }>;
};
export const syncedFromControls = (audit: string) =>
  get<Synced>(`compliance-assessments/${audit}/syncToActions/`);
export const syncFromControls = (audit: string) =>
  post<Synced>(`compliance-assessments/${audit}/syncToActions/`);

/** Tells authors and everybody who has to answer something. */
export const mail = (audit: string) => post<{ sent: number }>(`compliance-assessments/${audit}/mailing/`);

/** Rows of a workbook that make rows of the audit others, and how many say nothing new. */
export type Imported = {
  updated: number;
  unchanged: number;
  rows: { row: number; urn: string; ref_id: string | null; changes: Record<string, [unknown, unknown]> }[];
};
/** Takes a filled workbook in, all of it or nothing; a `trial` tells the same and keeps nothing. */
export const importWorkbook = (audit: string, file: File, trial: boolean) =>
  sendFile<Imported>(`compliance-assessments/${audit}/import_xlsx/`, file, { query: { dry_run: trial } });

/** A framework with the results that an audit of it would begin with. */
export type Reached = Ref & {
  results: Partial<Record<Result, number>>;
  assessable_requirements_count: number;
};
/** Frameworks whose audits an audit of this one can start from, itself among them. */
export const bases = async (framework: string) =>
  (await get<{ results: (Row & { name: string })[] }>(`frameworks/${framework}/mappings/`)).results;
/** What an audit says of its own framework, and of those that a mapping leads to. */
export const reached = (audit: string) => get<Reached[]>(`compliance-assessments/${audit}/frameworks/`);

export type MapPreview = {
  source_audit: { id: string; name: string };
  updated_count: number;
  assessable_requirements_count: number;
  differences: (Difference & {
    sources: { ref_id: string | null; name: string }[];
    /** How many links of a kind come with it. */
    m2m_added?: Record<string, number>;
  })[];
};
/** What taking results over from another audit would change. */
export const mapPreview = (id: string, source: string) =>
  get<MapPreview>(`compliance-assessments/${id}/map_from_preview/`, { source_audit_id: source });
export const mapFrom = (id: string, source: string) =>
  post<{ updated_count: number }>(`compliance-assessments/${id}/map_from/`, { source_audit_id: source });
