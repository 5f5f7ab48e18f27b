import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type StandIn, startStandIn } from '../support/stand-in.ts';
import { makeTorchPython } from '../support/torch-python.ts';
import { Home } from './program.ts';

/** One stand-in for the tests of the file. */
export const givenStandIn = (): (() => StandIn) => {
  let standIn: StandIn | undefined;
  beforeAll(async () => {
    standIn = await startStandIn();
  });
  afterAll(() => standIn?.close());
  return () => standIn as StandIn;
};

/** One whose containers have PyTorch; `env` as `startStandIn` takes it. */
export const givenTorchStandIn = (env: () => Readonly<Record<string, string>> = () => ({})): (() => StandIn) => {
  let standIn: StandIn | undefined;
  let made: ReturnType<typeof makeTorchPython> | undefined;
  beforeAll(async () => {
    made = makeTorchPython();
    standIn = await startStandIn(['--container-python', made.python], env());
  });
  afterAll(async () => {
    await standIn?.close();
    made?.remove();
  });
  return () => standIn as StandIn;
};

/** A home for each test of the file, signed in there. */
export const givenHome = (standIn: () => StandIn): (() => Home) => {
  let home: Home;
  beforeEach(() => {
    home = new Home({ env: standIn().env });
  });
  afterEach(() => home.close());
  return () => home;
};
