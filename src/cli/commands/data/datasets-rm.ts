/** `ann-tui datasets rm NAME…`: recordings are forgotten, with all that was prepared of them. */
import { findInfo } from '../../../datasets/catalogue.ts';
import { bytesPrepared } from '../../../datasets/prepared.ts';
import { runSeizure } from '../../../datasets/seizure-command.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import { environment } from '../../../setup/python-env.ts';
import * as format from '../../../text/format.ts';
import { paths } from '../../../util/paths.ts';
import type { Context, Invocation } from '../../command.ts';
import { confirmed } from '../../confirm.ts';
import { setUpFirst } from '../../set-up-first.ts';

export const removeDatasets = async (names: readonly string[], invocation: Invocation, context: Context): Promise<number> => {
  const { out, io } = context;
  const folder = paths().datasets;
  const prepared = invocation.flag('prepared');
  if (names.length === 0) throw usageError('ann-tui datasets rm needs a DATASET', 'it was not given', 'ann-tui datasets');
  for (const name of names) {
    const info = await findInfo(name);
    if (info.of === 'vectors')
      throw usageError(
        `${name} is a dataset of vectors`,
        `recordings are removed so; of vectors remove the files ${folder}/${name}.*`,
        'ann-tui datasets',
      );
  }
  const bytes = format.size(names.reduce((sum, name) => sum + bytesPrepared(folder, name), 0));
  const all = names.join(', ');
  const question = prepared
    ? `Remove what was prepared of ${all} (${bytes})?`
    : `Remove ${all}, with what was prepared of it (${bytes})? A folder of your own stays.`;
  const command = `ann-tui datasets rm ${names.join(' ')}${prepared ? ' --prepared' : ''}`;
  if (!(await confirmed(question, invocation, context, command))) {
    out.line('Nothing was removed.');
    return exitCodes.done;
  }
  await setUpFirst(context);
  const { python } = environment();
  const otherwise = { what: 'The dataset was not removed', hint: command };
  for (const name of names) {
    const words = ['remove', name, '--data', folder, ...(prepared ? ['--prepared'] : [])];
    for (const line of await runSeizure({ python, words, signal: io.signal, otherwise })) if (line !== '') out.line(line);
    out.record({ type: 'removed', dataset: name, prepared });
  }
  return exitCodes.done;
};
