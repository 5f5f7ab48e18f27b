/** `ann-tui sync DATASET|PATH --to s3://bucket/folder`: up to a bucket, with progress; repeated, it goes on. */
import { loadModal } from '../../../config/modal.ts';
import { createRate } from '../../../datasets/rate.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import { parseS3 } from '../../../s3/address.ts';
import { sendToS3, shownAddress, whatToSend } from '../../../s3/sync.ts';
import type { UploadProgress } from '../../../s3/upload.ts';
import * as format from '../../../text/format.ts';
import type { Context, Run } from '../../command.ts';
import { createPaced } from '../../output.ts';

const createProgress = ({ out }: Context) => {
  const say = createPaced(out.line, 2000);
  const record = createPaced(text => out.record(JSON.parse(text)), 500);
  const rate = createRate();
  return ({ checked, done, total, sent, files }: UploadProgress): void => {
    if (total === 0) return;
    const { bytesPerSecond, etaSeconds } = rate.look(sent, total - done);
    const left = etaSeconds === undefined ? '' : ` · ${format.size(bytesPerSecond ?? 0)}/s · ${format.duration(etaSeconds)} left`;
    const about =
      done === 0
        ? `reading it for its checksum, ${format.percent(checked / total)}`
        : `${format.percent(done / total)} (${format.size(done)} of ${format.size(total)})`;
    say(`    ${about}${files.total > 1 ? ` · ${format.count(files.done)} of ${format.counted(files.total, 'file')}` : ''}${left}`);
    record(
      JSON.stringify({
        type: 'progress',
        done,
        total,
        unit: 'bytes',
        ...(etaSeconds === undefined ? {} : { eta_seconds: Math.round(etaSeconds) }),
      }),
    );
  };
};

/** Other commands' options have no meaning for a bucket. */
const others = ['from', 'queries', 'distance', 'unlabelled', 'long-seizures', 'target', 'profile', 'env'] as const;

export const run: Run = async (invocation, context) => {
  const { io, out } = context;
  const [word = ''] = invocation.words;
  const to = invocation.text('to') ?? '';
  const address = parseS3(to);
  const other = others.find(option => invocation.flag(option));
  if (other !== undefined) {
    const hint = other === 'from' ? `ann-tui sync ${invocation.text('from')} --to ${to}` : `ann-tui sync ${word} --to ${to}`;
    throw usageError(`--${other} has no meaning for a bucket`, 'to S3 goes what is on this machine: a dataset, a file or a folder', hint);
  }
  const { buckets } = (await loadModal()).value;
  const configured = buckets?.datasets?.bucket === address.bucket ? buckets.datasets : undefined;
  const sending = await whatToSend(word, address);
  for (const name of sending.left.slice(0, 10)) out.note(`  ! left out, no file: ${name}`);
  const bytes = sending.files.reduce((sum, file) => sum + file.bytes, 0);
  const place = shownAddress(address);
  out.line(`Sending ${sending.what} to ${place}: ${format.counted(sending.files.length, 'file')}, ${format.size(bytes)}`);
  const sent = await sendToS3(sending, address, {
    endpoint: configured?.endpoint ?? null,
    onProgress: createProgress(context),
    signal: io.signal,
  });
  const already = sent.kept === 0 ? '' : `, ${format.count(sent.kept)} of them there already`;
  out.line(`${place} has it: ${format.counted(sent.files, 'file')}${already}, ${format.size(sent.sent)} sent, every checksum compared`);
  out.record({ type: 'uploaded', to: place, files: sent.files, bytes: sent.bytes, sent: sent.sent, kept: sent.kept });
  return exitCodes.done;
};
