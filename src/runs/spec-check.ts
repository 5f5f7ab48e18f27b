/** Whether a value out of a file is a spec that the rest of the program can work with. */

type Check = (value: unknown) => boolean;

const text: Check = value => typeof value === 'string';
const number: Check = value => typeof value === 'number' && Number.isFinite(value);
const flag: Check = value => typeof value === 'boolean';
const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value);
const maybe =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
const settings: Check = value =>
  isRecord(value) && Object.values(value).every(setting => typeof setting === 'string' || (typeof setting === 'number' && number(setting)));

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first field that does not fit, as a path; undefined when all do. What is not named here may be anything. */
const misfit = (value: unknown, fields: Readonly<Record<string, Check | Readonly<Record<string, Check>>>>): string | undefined => {
  if (!isRecord(value)) return '';
  for (const [name, check] of Object.entries(fields)) {
    const within = value[name];
    if (typeof check === 'function') {
      if (!check(within)) return name;
      continue;
    }
    const inner = misfit(within, check);
    if (inner !== undefined) return inner === '' ? name : `${name}.${inner}`;
  }
  return undefined;
};

const fits =
  (fields: Readonly<Record<string, Check>>): Check =>
  value =>
    misfit(value, fields) === undefined;

const source = fits({ file: text, sha256: text, from: text });
const dataset = fits({ name: text, url: orNull(text), mirrors: maybe(listOf(text)), sha256: maybe(text) });
const implementation = fits({ name: text, build: settings, search: listOf(settings), source: maybe(source) });

const cloud = {
  profile: orNull(text),
  environment: orNull(text),
  container: fits({ cores: number, memoryGiB: number, gpu: orNull(text), region: orNull(text), nonpreemptible: flag }),
  containers: number,
  coordinator: fits({ cores: number, memoryGiB: number, dollarsPerHour: number }),
  volumes: fits({ datasets: text, results: text }),
  control: text,
  startupTimeout: number,
};

const bench = {
  target: (value: unknown) => value === 'local' || value === 'modal',
  datasets: (value: unknown) => listOf(dataset)(value) && (value as readonly unknown[]).length > 0,
  recallRules: maybe(value => isRecord(value) && Object.values(value).every(number)),
  implementations: listOf(implementation),
  k: number,
  threads: number,
  subset: orNull(number),
  repeats: number,
  seed: number,
  hardware: { id: text, label: text, dollarsPerHour: number, pricesDate: text },
  budget: orNull(number),
  timeout: orNull(number),
};

/** The field that keeps `value` from being a spec: "" for the whole of it; undefined when it is one. */
export const specMisfit = (value: unknown): string | undefined => {
  if (!isRecord(value)) return '';
  if (value.kind !== 'bench') return 'kind';
  return misfit(value, { ...bench, ...(value.target === 'modal' ? { cloud } : {}) });
};
