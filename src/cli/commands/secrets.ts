/** `ann-tui secrets`: what a workspace has, making one without its values standing anywhere, deleting one. */

import { readFile } from 'node:fs/promises';
import { withModal } from '../../accounts/with-modal.ts';
import { exitCodes, UserError, usageError } from '../../errors/errors.ts';
import type { ModalClient } from '../../modal-client/types.ts';
import { checkKey, checkName } from '../../secrets/check-words.ts';
import { parseEnvFile } from '../../secrets/env-file.ts';
import { knownSecret, knownSecrets } from '../../secrets/known.ts';
import { createSecret, deleteSecret, listSecrets, type SecretInfo, secretNameOf } from '../../secrets/secrets.ts';
import * as format from '../../text/format.ts';
import { didYouMean } from '../../text/nearest.ts';
import { accountIn, type Context, type Invocation, type Run } from '../command.ts';
import { confirmed } from '../confirm.ts';
import { list } from '../parse.ts';
import { table } from '../text/table.ts';

const help = 'ann-tui secrets --help';
const acts = ['list', 'create', 'delete'] as const;

const record = ({ name, created, createdBy, used, keys, missing }: SecretInfo) => ({
  type: 'secret',
  name,
  created: created === null ? null : new Date(created).toISOString(),
  created_by: createdBy,
  last_used: used === null ? null : new Date(used).toISOString(),
  keys,
  missing,
});

const keysText = ({ keys, missing }: SecretInfo): string => {
  const has = keys === null ? 'not told' : keys.join(', ');
  return missing.length === 0 ? has : `${has}; lacks ${missing.join(', ')}`;
};

const listAll = async (client: ModalClient, { io, out }: Context): Promise<number> => {
  const secrets = await listSecrets(client, { signal: io.signal });
  const now = Date.now();
  const columns = [{ head: 'secret' }, { head: 'keys' }, { head: 'made' }, { head: 'last used' }];
  const ago = (time: number | null): string => (time === null ? '–' : format.ago(time, now));
  const rows = secrets.map(one => [one.name, keysText(one), ago(one.created), ago(one.used)]);
  if (rows.length > 0) {
    for (const line of table(columns, rows)) out.line(line);
    out.line();
  } else out.line('There are no secrets in this environment.');
  for (const { name, title } of knownSecrets) {
    if (!secrets.some(one => one.name === name)) out.line(`  ann-tui secrets create ${name}   ${title}`);
  }
  for (const one of secrets) out.record(record(one));
  return exitCodes.done;
};

const readEnvFile = async (file: string, { io }: Context): Promise<Readonly<Record<string, string>>> => {
  if (file === '-') return parseEnvFile((await io.input?.()) ?? '', 'stdin');
  try {
    return parseEnvFile(await readFile(file, 'utf8'), file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || code === undefined) throw error;
    throw usageError(`${file} cannot be read`, code === 'ENOENT' ? 'there is no such file' : code, `ls -l '${file}'`);
  }
};

/** What of a file belongs into this secret: a file of a project has more in it than one secret should have. */
const chosen = (
  name: string,
  values: Readonly<Record<string, string>>,
  wanted: readonly string[],
  { out }: Context,
): Readonly<Record<string, string>> => {
  const known = knownSecret(name)?.keys.map(({ key }) => key) ?? [];
  const keys = wanted.length > 0 ? wanted : known;
  const absent = wanted.filter(key => values[key] === undefined);
  if (absent.length > 0) {
    const why = `${didYouMean(absent[0] ?? '', Object.keys(values))}it has ${Object.keys(values).join(', ') || 'nothing'}`;
    throw usageError(`The file has no ${absent.join(', ')}`, why, help);
  }
  if (keys.length === 0) return values;
  const left = Object.keys(values).filter(key => !keys.includes(key));
  if (left.length > 0) out.note(`Left out, not of ${name}: ${left.join(', ')}`);
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));
};

type AskSecret = NonNullable<Context['io']['askSecret']>;

const askForAll = async (
  name: string,
  wanted: readonly string[],
  askSecret: AskSecret,
  { io, out }: Context,
): Promise<Readonly<Record<string, string>>> => {
  const known = knownSecret(name)?.keys ?? [];
  const keys = wanted.length > 0 ? wanted : known.map(({ key }) => key);
  const named = keys.length > 0 ? keys : list([await io.ask('Its keys, separated by commas: ')]);
  for (const key of named) checkKey(key);
  out.note('What you type is not shown; it goes to Modal only.');
  const values: Record<string, string> = {};
  for (const key of named) {
    const about = known.find(one => one.key === key);
    const hint = about === undefined ? '' : ` (${about.says})`;
    values[key] = (await askSecret(`${key}${hint}: `)).trim();
  }
  return values;
};

const mayOverwrite = async (name: string, invocation: Invocation, { io, out }: Context): Promise<boolean> => {
  if (invocation.flag('overwrite')) return true;
  // Without anybody to ask the answer is that of `createSecret`: it is there, and stays.
  if (!io.interactive || out.json) return false;
  const question = `There is a secret ${name}. Write over it? Every key it has is removed. [y/N] `;
  if (/^y(es)?$/i.test((await io.ask(question)).trim())) return true;
  throw new UserError({ what: 'Nothing was changed', why: `${name} is there already`, hint: 'ann-tui secrets' }, exitCodes.usage);
};

const create = async (name: string, invocation: Invocation, context: Context, client: ModalClient): Promise<number> => {
  const { io, out } = context;
  checkName(name);
  const wanted = list(invocation.texts('key'));
  for (const key of wanted) checkKey(key);
  const file = invocation.text('from-env-file');
  const { askSecret } = io;
  if (file === undefined && (askSecret === undefined || !io.interactive || out.json)) {
    const why = 'without a terminal to ask in, its values come from a file, or from stdin as "-"';
    throw usageError('Nothing was made', why, `ann-tui secrets create ${name} --from-env-file FILE`);
  }
  // What is wrong with a file is told before Modal is asked anything.
  const read = file === undefined ? undefined : chosen(name, await readEnvFile(file, context), wanted, context);
  const there = (await client.secretCheck(name, [], { signal: io.signal })).exists;
  const overwrite = there && (await mayOverwrite(name, invocation, context));
  const values = read ?? (askSecret === undefined ? {} : await askForAll(name, wanted, askSecret, context));
  const keys = await createSecret(client, name, values, { overwrite, signal: io.signal });
  out.line(`${there ? 'Written over' : 'Made'}: ${name} with ${keys.join(', ')}`);
  out.record({ type: 'secret', name, keys, overwritten: there });
  return exitCodes.done;
};

const remove = async (name: string, invocation: Invocation, context: Context, client: ModalClient): Promise<number> => {
  const { io, out } = context;
  checkName(name);
  const question = `Delete the secret ${name}? Its values cannot be had back, and what uses it fails.`;
  if (!(await confirmed(question, invocation, context, `ann-tui secrets delete ${name}`))) {
    out.line('Nothing was deleted.');
    return exitCodes.done;
  }
  await deleteSecret(client, name, { signal: io.signal });
  out.line(`Deleted: ${name}`);
  out.record({ type: 'deleted', secret: name });
  return exitCodes.done;
};

export const run: Run = async (invocation, context) => {
  const [word = 'list', name, ...more] = invocation.words;
  const act = acts.find(one => one === word);
  if (act === undefined) throw usageError(`Secrets cannot be ${word}`, `${didYouMean(word, acts)}there are: ${acts.join(', ')}`, help);
  // The classic mistake, which puts the value into the shell's history and into the list of processes.
  const values = [name, ...more].filter(one => one?.includes('='));
  if (values.length > 0) {
    const why =
      'what stands in a command line is seen by everybody on this machine and kept by the shell; change that value where it came from';
    throw usageError('A value does not belong into the command line', why, `ann-tui secrets create ${secretNameOf(name)}`);
  }
  const extra = act === 'list' ? name : more[0];
  if (extra !== undefined)
    throw usageError(`ann-tui secrets ${act} takes ${act === 'list' ? 'no name' : 'one name'}`, `"${extra}" is too much`, help);
  return await withModal(accountIn(invocation), async client => {
    if (act === 'list') return await listAll(client, context);
    if (name === undefined)
      throw usageError(`ann-tui secrets ${act} needs a name`, 'it was not given', `ann-tui secrets ${act} wandb-secret`);
    return act === 'create' ? await create(name, invocation, context, client) : await remove(name, invocation, context, client);
  });
};
