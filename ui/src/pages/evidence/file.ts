/** What can be shown of a file, told by its name as the server does. */
export type Shown = 'image' | 'pdf' | 'text' | 'none';

const IMAGES = ['jpg', 'jpeg', 'png', 'gif', 'webp'];
const TEXTS = ['txt', 'csv', 'md', 'json', 'yaml', 'yml', 'log'];

/** In lower case, without the dot. */
export function extension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0
    ? ''
    : name
        .slice(dot + 1)
        .trim()
        .toLowerCase();
}

export function shownAs(name: string): Shown {
  const end = extension(name);
  if (IMAGES.includes(end)) return 'image';
  if (end === 'pdf') return 'pdf';
  return TEXTS.includes(end) ? 'text' : 'none';
}
