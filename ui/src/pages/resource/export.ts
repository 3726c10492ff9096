/** The CSV of a list as it is filtered, sorted and shown, from the same request, page after page. */
import { list } from '../../api/resources';
import type { Field, Resource } from '../../api/types';
import type { Query } from '../../api/transport';
import { download, toCsv } from '../../lib/csv';
import { choiceLabel, plain } from '../../lib/display';
import { fieldName, rowName } from '../../lib/names.svelte';

const STEP = 1000;

export async function exportCsv(
  resource: Resource,
  fields: Field[],
  query: Query,
  progress: (done: number, of: number) => void,
) {
  const rows: string[][] = [];
  for (;;) {
    const page = await list(resource.path, { ...query, limit: STEP, offset: rows.length });
    for (const row of page.results) {
      rows.push(
        fields.map((f, i) =>
          i === 0
            ? rowName(resource, row)
            : f.kind === 'choice'
              ? choiceLabel(f, row[f.name])
              : plain(row[f.name]),
        ),
      );
    }
    progress(rows.length, page.count);
    if (!page.results.length || rows.length >= page.count) break;
  }
  const day = new Date().toISOString().slice(0, 10);
  download(`${resource.path}-${day}.csv`, 'text/csv;charset=utf-8', toCsv(fields.map(fieldName), rows));
}
