/** Starts the command of its arguments tied to itself, and waits for it. */
import { spawn } from 'node:child_process';
import { tied } from '../../../../src/process/tied.ts';

const [python = '', ...words] = process.argv.slice(2);
const { command, args } = tied(python, python, words);
const child = spawn(command, args, { stdio: ['pipe', 'inherit', 'inherit'], detached: true });
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 1;
  if (signal !== null) process.stdout.write(`${signal}\n`);
});
