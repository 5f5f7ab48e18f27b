/** An interpreter as a target starts jobs with it, whatever they need. */
import type { JobPython } from '../../src/targets/local/job.ts';

export const jobPython = (python: string) => (): JobPython => ({ python, flags: ['-I', '-u'], env: {} });
