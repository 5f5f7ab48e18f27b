/** The head that all rows of a column have, else `mixed`. */
export const commonHead = (heads: readonly string[], mixed: string): string => {
  const [head = mixed] = heads;
  return heads.every(other => other === head) ? head : mixed;
};
