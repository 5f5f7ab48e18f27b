/** The clocks of this machine, read. */
import os from 'node:os';
import type { Moment } from '../metering/plane-clock.ts';
import { bootId } from './identity.ts';

/** Some systems tell whole seconds only: between two looks the process's own count is finer, and a larger difference was sleep. */
const coarse = 1500;

let offset: number | undefined;

/** Milliseconds since this machine started, sleep included. */
export const uptime = (): number => {
  const told = os.uptime() * 1000;
  const counted = performance.now();
  if (offset === undefined || Math.abs(told - counted - offset) > coarse) offset = told - counted;
  return counted + offset;
};

export const readMoment = (): Moment => ({ wall: Date.now(), uptime: uptime(), boot: bootId });
