/** The shelf of libraries: files that the server knows, and loading what they bring. */
import type { Page, Row } from './types';
import { get, post, remove, sendFile, type Options, type Query } from './transport';

export type StoredLibrary = Row & {
  name: string;
  description: string | null;
  urn: string;
  ref_id: string | null;
  locale: string;
  locales: string[];
  version: number;
  provider: string | null;
  packager: string | null;
  publication_date: string | null;
  copyright: string | null;
  builtin: boolean;
  objects_meta: Record<string, number>;
  reference_count: number;
  is_loaded: boolean;
  is_update: boolean;
  loaded_library: string | null;
  warning?: string;
};

/** A node of a framework's tree; children by id. */
export type TreeNode = {
  ref_id: string | null;
  name: string | null;
  description: string | null;
  node_content: string | null;
  implementation_groups: string[] | null;
  assessable: boolean | null;
  children: Tree;
};
export type Tree = Record<string, TreeNode>;

export const storedLibraries = (query: Query, signal?: AbortSignal) =>
  get<Page<StoredLibrary>>('stored-libraries/', query, signal);
export const storedLibrary = (id: string) => get<StoredLibrary>(`stored-libraries/${id}/`);
export const libraryTree = (id: string) => get<Tree>(`stored-libraries/${id}/tree/`);
/** Values that a filter of the shelf may have: plain ones, a list with labels, or a map of labels. */
export const shelfChoices = async (of: 'provider' | 'locale' | 'object_type') => {
  const found = await get<Record<string, string> | (string | { value: string; label: string })[]>(
    `stored-libraries/${of}/`,
  );
  return Array.isArray(found)
    ? found.map((one) => (typeof one === 'string' ? { value: one, label: one } : one))
    : Object.entries(found).map(([value, label]) => ({ value, label: String(label) }));
};

export const addLibrary = (file: File, watch?: Pick<Options, 'onsent' | 'signal'>) =>
  sendFile<StoredLibrary>('stored-libraries/upload/', file, watch);
export const loadLibrary = (id: string) => post(`stored-libraries/${id}/import/`);
export const unloadLibrary = (id: string) => post(`stored-libraries/${id}/unload/`);
export const removeLibrary = (id: string) => remove(`stored-libraries/${id}/`);

/** What becomes of scores when a newer version changes the scale. */
export type Strategy = 'clamp' | 'reset' | 'rule_of_three';
export const updateLibrary = (loaded: string, action?: Strategy) =>
  post(`loaded-libraries/${loaded}/update/`, {}, { action });
