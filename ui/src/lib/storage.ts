/** What this browser remembers: small preferences only, never data or secrets. Storage may be forbidden. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`tessera.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string | null) {
  try {
    if (value === null) localStorage.removeItem(`tessera.${name}`);
    else localStorage.setItem(`tessera.${name}`, value);
  } catch {
    // The preference holds until the page is left.
  }
}
