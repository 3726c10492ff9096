/** The requirements of one audit as the page holds them: a flat list in the order of the framework, and their verdicts. */
import { SvelteMap } from 'svelte/reactivity';
import type { Progress, Result, TreeNode, Verdict } from '../../api/audits';
import { same } from '../../lib/merge';

export type Node = {
  /** Of its assessment; also what the address of a selected requirement names. */
  id: string;
  ref: string;
  title: string;
  /** Whether the title is a name; else it is where its text begins. */
  named: boolean;
  text: string;
  assessable: boolean;
  groups: string[];
  level: number;
  place: number;
  of: number;
  parent: Node | null;
  children: Node[];
};
export type Filter = {
  result: string[];
  status: string[];
  group: string[];
  search: string;
  /** Whether the assessment of this id is let through. */
  only: ((id: string) => boolean) | null;
};
export type Tally = Partial<Record<Result, number>>;

const FIELDS = ['result', 'status', 'extended_result', 'is_scored', 'score', 'documentation_score'] as const;

export class Sheet {
  /** Every section and requirement, parents before children. */
  nodes = $state.raw<Node[]>([]);
  readonly requirements = $derived(this.nodes.filter((node) => node.assessable));
  /** By assessment; a change of one re-renders its row and the tallies above it, nothing else. */
  readonly verdicts = new SvelteMap<string, Partial<Verdict>>();
  private readonly titles = $derived(new Map(this.requirements.map((node) => [node.ref, node.title])));
  private readonly byId = $derived(new Map(this.nodes.map((node) => [node.id, node])));

  fill(tree: Record<string, TreeNode>) {
    const nodes: Node[] = [];
    const walk = (level: Record<string, TreeNode>, parent: Node | null, depth: number): Node[] => {
      const found = Object.entries(level);
      return found.map(([key, from], at) => {
        const node: Node = {
          id: from.ra_id ?? key,
          ref: from.ref_id ?? '',
          title: from.name || firstLine(from.description) || from.node_content || from.ref_id || '',
          named: !!from.name,
          text: `${from.ref_id ?? ''} ${from.name ?? ''} ${from.description ?? ''}`.toLowerCase(),
          assessable: from.assessable,
          groups: from.implementation_groups ?? [],
          level: depth,
          place: at + 1,
          of: found.length,
          parent,
          children: [],
        };
        nodes.push(node);
        if (from.ra_id) this.verdicts.set(from.ra_id, pick(from));
        node.children = walk(from.children, node, depth + 1);
        return node;
      });
    };
    walk(tree, null, 1);
    this.nodes = nodes;
  }

  /** Those of a tree that was read again in which somebody else has made something else of a field than is shown here. */
  changed(
    tree: Record<string, TreeNode>,
    wanted: Map<string, Partial<Verdict>>,
  ): Map<string, Partial<Verdict>> {
    const found = new Map<string, Partial<Verdict>>();
    const walk = (level: Record<string, TreeNode>) => {
      for (const node of Object.values(level)) {
        const to = node.ra_id ? wanted.get(node.ra_id) : undefined;
        const shown = this.verdicts.get(node.ra_id ?? '');
        const names = Object.keys(to ?? {}) as (keyof Verdict)[];
        const isOther = (name: keyof Verdict) =>
          !same(node[name], shown?.[name]) && !same(node[name], to![name]);
        if (names.some(isOther)) found.set(node.ra_id!, pick(node));
        walk(node.children);
      }
    };
    walk(tree);
    return found;
  }

  get(id: string | null): Node | undefined {
    return id ? this.byId.get(id) : undefined;
  }

  learn(id: string, saved: Partial<Verdict>) {
    this.verdicts.set(id, { ...this.verdicts.get(id), ...pick(saved) });
  }

  result(node: Node): Result {
    return this.verdicts.get(node.id)?.result ?? 'not_assessed';
  }

  state(node: Node): Progress {
    return this.verdicts.get(node.id)?.status ?? 'to_do';
  }

  /** Of what an answer speaks: in the words of the tree, which names also those that have no name. */
  nameOf({ ref_id: ref, name }: { ref_id: string | null; name: string | null }): string {
    return ref ? `${ref} ${this.titles.get(ref) ?? name ?? ''}`.trim() : (name ?? '');
  }

  /** The requirement before or after, in the order of the framework. */
  beside(id: string, step: 1 | -1): Node | undefined {
    const at = this.requirements.findIndex((node) => node.id === id);
    return at < 0 ? undefined : this.requirements[at + step];
  }

  /** What is decided below a node. */
  tally(node: Node): Tally {
    const found: Tally = {};
    const walk = (of: Node) => {
      if (of.assessable) {
        const result = this.result(of);
        found[result] = (found[result] ?? 0) + 1;
      }
      of.children.forEach(walk);
    };
    walk(node);
    return found;
  }

  matching(filter: Filter): Node[] {
    const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
    return this.requirements.filter(
      (node) =>
        (!filter.result.length || filter.result.includes(this.result(node))) &&
        (!filter.status.length || filter.status.includes(this.state(node))) &&
        (!filter.group.length || node.groups.some((group) => filter.group.includes(group))) &&
        (!filter.only || filter.only(node.id)) &&
        words.every((word) => node.text.includes(word)),
    );
  }
}

/** What stands above a requirement. The text of one without a name stands below anyway, so its reference is enough. */
export const headOf = ({ ref, title, named }: Node) => (named || !ref ? `${ref} ${title}`.trim() : ref);

/** The lines of the tree: what is open, or with a filter what matches and what stands above it. */
export function linesOf(nodes: Node[], closed: ReadonlySet<string>, matching: Node[] | null): Node[] {
  const wanted = matching && new Set<Node>();
  for (const node of matching ?? [])
    for (let at: Node | null = node; at && !wanted!.has(at); at = at.parent) wanted!.add(at);
  const isHidden = (node: Node) => {
    for (let at = node.parent; at; at = at.parent) if (closed.has(at.id)) return true;
    return false;
  };
  return nodes.filter((node) => (!wanted || wanted.has(node)) && !isHidden(node));
}

function firstLine(text: string | null): string {
  return (text ?? '').split('\n', 1)[0] ?? '';
}

function pick(from: Partial<Verdict>): Partial<Verdict> {
  return Object.fromEntries(FIELDS.filter((name) => name in from).map((name) => [name, from[name]]));
}
