/** What a run on Modal goes through before and after its job. Pure. */
import type { PhaseState, RunState } from '../../src/runs/state.ts';

type Wait = { readonly what: string; readonly usually: string; readonly more: string };

type Stage = { readonly words: string } & Wait;

const stages: Readonly<Record<string, Stage>> = {
  launch: { words: 'asking Modal', what: 'Asking Modal to start it', usually: 'under ten seconds', more: '' },
  carry: {
    words: 'sending what it needs',
    what: 'Sending what it needs to Modal',
    usually: 'seconds, or as long as the line takes',
    more: 'It is kept there: another run of the same files sends nothing. Nothing is billed yet.',
  },
  image: {
    words: 'building the image',
    what: 'Modal builds the image',
    usually: '1 to 4 minutes',
    more: 'Later runs take it as it is, within seconds: it has the compiler, the harness and its libraries in it.',
  },
  queue: {
    words: 'in the queue',
    what: 'Waiting for a machine',
    usually: 'under a minute',
    more: 'Large containers wait longer. Nothing is billed while it waits.',
  },
  start: {
    words: 'starting',
    what: 'The container starts',
    usually: '5 to 60 seconds',
    more: 'Modal loads the image onto the machine; this is billed.',
  },
  collect: {
    words: 'bringing results home',
    what: 'Bringing results home',
    usually: 'a few seconds',
    more: 'Nothing runs there any more.',
  },
};

/** "building the image"; a stage without words of its own is called by its name. */
export const stageWords = (name: string): string => (isStage(name) ? stages[name]?.words : undefined) ?? name;

/** What is waited for in it. */
export const stageWaits = (name: string): Wait => stages[name] ?? { what: name, usually: 'a moment', more: '' };

export const isStage = (name: string): boolean => Object.hasOwn(stages, name);

/** The stage that a run is in; undefined while the job itself is at work. */
export const stageOf = ({ phases }: Pick<RunState, 'phases'>): PhaseState | undefined => {
  const open = phases.filter(({ seconds }) => seconds === undefined);
  // With one container at work, another one's wait in the queue is no word about the run.
  return open.some(({ name }) => !isStage(name)) ? undefined : open.findLast(({ name }) => isStage(name));
};

/** Phases of one name that several containers go through, as one. */
export type PhaseGroup = {
  readonly name: string;
  readonly label?: string;
  readonly done: number;
  readonly total: number;
  readonly startedAt: number;
  /** From the first begin to the last end; absent while one of them runs. */
  readonly seconds?: number;
};

/** In the order in which they first began. */
export const groupPhases = (phases: readonly PhaseState[]): readonly PhaseGroup[] =>
  [...new Set(phases.map(({ name }) => name))].map(name => {
    const own = phases.filter(phase => phase.name === name);
    const done = own.filter(({ seconds }) => seconds !== undefined);
    const startedAt = Math.min(...own.map(phase => phase.startedAt));
    const endedAt = Math.max(...own.map(phase => phase.startedAt + (phase.seconds ?? 0) * 1000));
    const group = { name, done: done.length, total: own.length, startedAt };
    return done.length === own.length ? { ...group, seconds: (endedAt - startedAt) / 1000 } : group;
  });
