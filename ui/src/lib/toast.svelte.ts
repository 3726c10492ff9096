/** Short notices at the bottom of the page that say what was done, with one action such as undo. */
export type Toast = {
  id: number;
  text: string;
  tone: 'done' | 'problem';
  action?: { label: string; run: () => void };
};

class Toasts {
  items = $state<Toast[]>([]);
  private next = 1;

  done(text: string, action?: Toast['action']) {
    this.add({ id: this.next++, text, tone: 'done', action }, action ? 10_000 : 5_000);
  }

  problem(text: string) {
    this.add({ id: this.next++, text, tone: 'problem' }, 12_000);
  }

  dismiss(id: number) {
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  private add(toast: Toast, ms: number) {
    this.items = [...this.items.slice(-2), toast];
    setTimeout(() => this.dismiss(toast.id), ms);
  }
}

export const toasts = new Toasts();
