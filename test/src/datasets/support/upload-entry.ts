/** An upload as a program of its own, so that it can be killed: VOLUME PATH LOCAL. A line for each step, then the outcome. */
import { uploadToVolume } from '../../../../src/datasets/upload.ts';
import { createModalClient } from '../../../../src/modal-client/index.ts';

const [volume = '', path = '', local = ''] = process.argv.slice(2);
const client = createModalClient();
const onProgress = (step: object) => console.log(JSON.stringify(step));
const done = await uploadToVolume({ client, volume, path, local, onProgress, signal: new AbortController().signal });
console.log(JSON.stringify({ done }));
await client.close();
