/** A run's copy of a source is called by the file's name: that is the file a person knows. So is what lies in the folder that a container works in. */
export const withoutCopies = (text: string): string =>
  text.replace(/\/(?:[^/\n:]+\/)*job\/sources\//g, '').replace(/\/tmp\/job-[^/\s:]+\//g, '');
