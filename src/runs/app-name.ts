/** The app of an attempt goes by this name at Modal, so that it can be found by someone who knows nothing but the run. */
export const appName = (run: string, attempt: number): string => `ann-tui-${run}-${attempt}`;

/** The run and attempt of an app's name; undefined for an app of somebody else. */
export const ofAppName = (name: string): { readonly run: string; readonly attempt: number } | undefined => {
  const match = /^ann-tui-([a-z]+-[a-z0-9]+)-(\d+)$/.exec(name);
  return match === null ? undefined : { run: match[1] as string, attempt: Number(match[2]) };
};

/** Of an app that brings a dataset to Modal. */
export const isSyncApp = (name: string): boolean => name.startsWith('ann-tui-sync-');
