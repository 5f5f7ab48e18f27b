/** Who may read a file that holds tokens. */
/** Tokens stand in it: others may neither read nor write it. */
export const isWide = (mode: number): boolean => (mode & 0o077) !== 0;

/** "0644" */
export const modeText = (mode: number): string => `0${mode.toString(8).padStart(3, '0')}`;
