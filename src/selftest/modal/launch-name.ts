/** What others call the launch, and its app. */
import path from 'node:path';
import { packageRoot } from '../../util/paths.ts';

export const launchName = 'launch';
export const appFile = path.join(packageRoot, 'modal', 'apps', 'selftest.py');
