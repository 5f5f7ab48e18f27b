/** `ann-tui datasets NAME`: all that is known of one. */
import { lookAt } from '../../../datasets/look.ts';
import { lookThere } from '../../../datasets/look-there.ts';
import { bytesPrepared } from '../../../datasets/prepared.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import { size } from '../../../text/format.ts';
import { paths } from '../../../util/paths.ts';
import { accountIn, type Context, type Invocation } from '../../command.ts';
import { datasetDetail, warningLines } from '../../text/inventory-lines.ts';

/** As its inventory at Modal says. */
const showThere = async (name: string, invocation: Invocation, { out }: Context): Promise<number> => {
  const look = await lookThere(name, accountIn(invocation));
  for (const line of datasetDetail(look)) out.line(line);
  const { bytesHere, ...entry } = look.info;
  out.record({ type: 'dataset', place: 'modal', ...entry, bytes: bytesHere });
  return exitCodes.done;
};

export const showDataset = async (name: string, invocation: Invocation, context: Context): Promise<number> => {
  const { out } = context;
  const target = invocation.text('target') ?? 'local';
  if (target === 'modal') return await showThere(name, invocation, context);
  if (target !== 'local') throw usageError(`--target ${target} cannot be`, 'it is local or modal', 'ann-tui datasets --help');
  const look = await lookAt(name);
  const { info, free, changed, notices } = look;
  for (const line of datasetDetail(look)) out.line(line);
  const { bytesHere, ...entry } = info;
  const prepared = bytesPrepared(paths().datasets, name);
  if (prepared > 0) out.line(`${size(prepared)} of it are prepared; ann-tui datasets rm ${name} --prepared removes that`);
  out.record({ type: 'dataset', ...entry, bytes_here: bytesHere, bytes_free: free, bytes_prepared: prepared, changed });
  if (invocation.flag('warnings')) {
    if (notices.length === 0) out.line('No warnings.');
    for (const line of warningLines(notices)) out.line(line);
    for (const notice of notices) out.record({ type: 'notice', dataset: name, ...notice });
  } else if (notices.length > 0) out.line(`Every place of a warning: ann-tui datasets ${name} --warnings`);
  return exitCodes.done;
};
