/** An upload, told to a person who reads along. */
import type { UploadStep } from '../../datasets/upload.ts';
import type { Uploaded } from '../../modal-client/types.ts';
import * as format from '../../text/format.ts';
import { createPaced, type Output } from '../output.ts';

const words: Readonly<Record<UploadStep['stage'], string>> = {
  compare: 'Looking what is there',
  send: 'Sending',
  verify: 'Checking what arrived',
};

export const createUploadPrinter = (out: Output, everyMs = 2000) => {
  const paced = createPaced(out.line, everyMs);
  const recorded = createPaced(text => out.record(JSON.parse(text)), 500);
  let stage: string | undefined;
  return (step: UploadStep): void => {
    const { bytes, files, bytesPerSecond, etaSeconds, sent, there, file } = step;
    recorded(
      JSON.stringify({
        type: 'upload',
        stage: step.stage,
        file,
        files,
        bytes,
        sent,
        there,
        bytes_per_second: bytesPerSecond ?? null,
        eta_seconds: etaSeconds ?? null,
      }),
    );
    if (step.stage !== stage) {
      stage = step.stage;
      out.line(`  ${words[step.stage]}`);
    }
    if (step.stage !== 'send' || bytes.total === 0) return;
    const speed = bytesPerSecond === undefined ? '' : ` · ${format.size(bytesPerSecond)}/s`;
    const eta = etaSeconds === undefined ? '' : ` · ${format.duration(etaSeconds)} left`;
    const say = bytes.done >= bytes.total ? paced.now : paced;
    say(
      `    ${format.percent(bytes.done / bytes.total)} (${format.size(bytes.done)} of ${format.size(bytes.total)}, ${format.count(files.done)} of ${format.counted(files.total, 'file')})${speed}${eta}`,
    );
  };
};

/** "4.1 GB in 12 files: 2.0 GB sent, 2.1 GB were there already". */
export const uploadedText = ({ bytes, files, sent, there }: Uploaded): string => {
  const many = `${format.size(bytes)} in ${format.counted(files, 'file')}`;
  return there === 0 ? `${many}, all sent` : `${many}: ${format.size(sent)} sent, ${format.size(there)} were there already`;
};
