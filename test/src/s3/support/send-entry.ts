/** An upload to S3 as a program of its own, so that it can be killed: FOLDER ADDRESS. Its last line is the outcome. */
import { parseS3 } from '../../../../src/s3/address.ts';
import { sendToS3, whatToSend } from '../../../../src/s3/sync.ts';

const [tree = '', to = ''] = process.argv.slice(2);
const address = parseS3(to);
const sent = await sendToS3(await whatToSend(tree, address), address, { endpoint: null, signal: new AbortController().signal });
console.log(JSON.stringify(sent));
