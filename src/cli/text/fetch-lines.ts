/** Files on their way from a volume, in plain lines. */
import type { FetchProgress } from '../../modal-client/types.ts';
import * as format from '../../text/format.ts';
import { createPaced, type Output } from '../output.ts';

export const createFetchPrinter = ({ line }: Output): ((progress: FetchProgress) => void) => {
  const paced = createPaced(line, 2000);
  return ({ bytes, files }) => {
    if (bytes.total > 0)
      paced(
        `  ${format.percent(bytes.done / bytes.total)} (${format.size(bytes.done)} of ${format.size(bytes.total)}, ${files.done} of ${files.total} files)`,
      );
  };
};
