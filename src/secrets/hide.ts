/** Takes secrets out of words that others chose: a library's error may repeat what it was given. */
import { masked } from '../modal-client/words.ts';

const secretName = /TOKEN|SECRET|PASSW|API_?KEY|ACCESS_KEY/i;
const fileName = /_(FILE|PATH|ID)$/i;
/** Shorter values are met by chance. */
const shortest = 8;

/** Modal's tokens by their form, and the values of variables whose names say that they are secret. */
export const hideSecrets = (text: string, env: NodeJS.ProcessEnv = process.env): string =>
  Object.entries(env)
    .flatMap(([name, value = '']) => (secretName.test(name) && !fileName.test(name) && value.length >= shortest ? [value] : []))
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value, '…'), masked(text));
