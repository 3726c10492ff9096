/** Rows that are chosen in a list, for whatever a kind offers to do with several at once. */
export type Chosen = {
  rows: { id: string; name: string }[];
  /** Says that it is done: nothing is chosen any more, and the list is read again. */
  done: () => void;
};
