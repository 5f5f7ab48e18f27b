/**
 * `npm test` runs this beside all suites, for what no single test sees: command lines of every process from start to end, and what is left in
 * the folder for temporary files when all is over. Says `watching`; when stdin ends, it prints a line for each find, and ends.
 */
import os from 'node:os';
import { leaksBelow } from './leaks.ts';
import { marker, searchFor } from './planted.ts';

const watch = searchFor({ 'a secret': marker }).watchProcesses();
console.log('watching');
process.stdin.resume();
process.stdin.on('end', () => {
  for (const { where } of [...watch.stop(), ...leaksBelow(os.tmpdir())]) console.log(where);
});
