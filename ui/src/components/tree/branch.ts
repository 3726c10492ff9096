/** What an outline shows: a title, perhaps a text below it and a note beside it, and what stands under it. */
export type Branch = { id: string; title: string; text?: string | null; note?: string; children: Branch[] };
