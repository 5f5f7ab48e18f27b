import type { Container } from './container-price.ts';

/** "16x64" and "24x96+A100-80GB", CORESxGIB[+GPU]: a container that is not on the list. Undefined for any other text. */
export const parseContainer = (text: string): Container | undefined => {
  const match = /^(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(?:\+(.+))?$/.exec(text);
  if (match === null) return undefined;
  return { cores: Number(match[1]), memoryGiB: Number(match[2]), gpu: match[3] ?? null };
};
