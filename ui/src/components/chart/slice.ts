/** One part of a chart: what it is called, how much it is, and the custom property that colours it. */
export type Slice = { key: string; label: string; value: number; colour: string };
