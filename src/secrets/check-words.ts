/** What may be a secret's name, a key, a value. Errors never show a value. */
import { usageError } from '../errors/errors.ts';
import { knownSecret, requiredKeys } from './known.ts';

const help = 'ann-tui secrets --help';

/** Modal's own rule; an app's id would be taken for an app. */
export const secretNameProblem = (name: string): string | undefined => {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) return 'a name has letters, digits, ".", "_" and "-", 64 at most';
  return /^ap-[A-Za-z0-9]{22}$/.test(name) ? 'it looks like the id of an app' : undefined;
};

export const keyProblem = (key: string): string | undefined =>
  /^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(key)
    ? undefined
    : 'a key becomes an environment variable: letters, digits and "_", not a digit first';

/** Most characters that a key is quoted with: what was mistyped as one may be a value. */
const shownKey = (key: string): string => (key.length > 24 || !/^[\w.-]*$/.test(key) ? 'What was given' : `"${key}"`);

export const valueProblem = (name: string, key: string, value: string): string | undefined => {
  const known = knownSecret(name)?.keys.find(one => one.key === key);
  if (value.includes('\0')) return 'it has a NUL character';
  if (known === undefined) return value === '' ? 'it is empty' : undefined;
  if (value === '') return known.required ? `it is empty; ${known.says}` : undefined;
  if (/\s/.test(value)) return 'it has white space in it: was it pasted whole?';
  if (key === 'AWS_REGION' && !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(value)) return 'it is no region such as us-east-1';
  return undefined;
};

export const checkName = (name: string): void => {
  const problem = secretNameProblem(name);
  if (problem !== undefined) throw usageError(`"${name}" cannot name a secret`, problem, 'ann-tui secrets create wandb-secret');
};

export const checkKey = (key: string): void => {
  const problem = keyProblem(key);
  if (problem !== undefined) throw usageError(`${shownKey(key)} cannot be used as a key`, problem, help);
};

/** Throws a usage error at the first thing that does not fit; gives back what is to be sent. Empty optional values are left out. */
export const checkValues = (name: string, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  checkName(name);
  for (const [key, value] of Object.entries(values)) {
    checkKey(key);
    const problem = valueProblem(name, key, value);
    if (problem !== undefined) throw usageError(`The value of ${key} cannot be used`, problem, `ann-tui secrets create ${name}`);
  }
  const missing = requiredKeys(name).filter(key => !values[key]);
  if (missing.length > 0) {
    const why = `${name} needs ${requiredKeys(name).join(', ')}`;
    throw usageError(`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`, why, `ann-tui secrets create ${name}`);
  }
  const kept = Object.entries(values).filter(([, value]) => value !== '');
  if (kept.length === 0) throw usageError(`${name} has no keys`, 'a secret has one key or more', help);
  return Object.fromEntries(kept);
};
