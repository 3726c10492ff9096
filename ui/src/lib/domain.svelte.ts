/** The domain (folder) that lists are narrowed to. The address of a list is the truth; this carries it to the next list. */
import { list } from '../api/resources';
import type { Row } from '../api/types';

class Domain {
  current = $state<string | null>(null);
  folders = $state.raw<Row[]>([]);

  async load() {
    const page = await list('folders', { limit: 1000, ordering: 'name' }).catch(() => null);
    if (page) this.folders = page.results;
  }

  name(id: string | null): string | null {
    const folder = this.folders.find((f) => f.id === id);
    return folder ? String(folder.name) : null;
  }
}

export const domain = new Domain();
