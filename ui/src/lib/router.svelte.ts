/** A small router over the history API. Everything a page shows is in its address. */

type Guard = (go: () => void) => boolean;

class Router {
  url = $state.raw(new URL(location.href));
  path = $derived(this.url.pathname.replace(/\/+$/, '') || '/');
  query = $derived(this.url.searchParams);
  /** Where the page before was; lists return to it with their filters. */
  previous: URL | null = null;
  private guard: Guard | null = null;

  start() {
    addEventListener('popstate', () => this.popped());
    addEventListener('click', (event) => this.clicked(event));
    addEventListener('beforeunload', (event) => {
      if (this.guard && !this.guard(() => {})) event.preventDefault();
    });
  }

  go(to: string, { replace = false, force = false } = {}) {
    const next = new URL(to, location.origin);
    if (next.href === this.url.href) return;
    const leaves = next.pathname !== this.url.pathname;
    if (leaves && !force && this.guard && !this.guard(() => this.go(to, { replace, force: true }))) return;
    if (replace) history.replaceState(null, '', next);
    else history.pushState(null, '', next);
    this.show(next, leaves);
  }

  /** Changes query parameters of this page; null or '' removes one, a list repeats it. */
  set(changes: Record<string, string | string[] | null>, { replace = false } = {}) {
    const next = new URL(this.url);
    for (const [name, value] of Object.entries(changes)) {
      next.searchParams.delete(name);
      if (Array.isArray(value)) value.forEach((v) => next.searchParams.append(name, v));
      else if (value) next.searchParams.set(name, value);
    }
    this.go(next.href, { replace });
  }

  /** While set, leaving the page asks first. The guard answers true when leaving is fine. */
  protect(guard: Guard): () => void {
    this.guard = guard;
    return () => {
      if (this.guard === guard) this.guard = null;
    };
  }

  private popped() {
    const next = new URL(location.href);
    const leaves = next.pathname !== this.url.pathname;
    if (leaves && this.guard && !this.guard(() => this.go(next.href, { force: true }))) {
      history.pushState(null, '', this.url);
      return;
    }
    this.show(next, leaves);
  }

  private show(next: URL, leaves: boolean) {
    if (leaves) {
      this.guard = null;
      this.previous = this.url;
    }
    this.url = next;
    if (leaves) {
      scrollTo(0, 0);
      document.getElementById('main')?.focus({ preventScroll: true });
    }
  }

  private clicked(event: MouseEvent) {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = (event.target as Element).closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/api/')) return;
    if (link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    this.go(link.href);
  }
}

export const router = new Router();
