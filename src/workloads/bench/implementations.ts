/**
 * The implementations that are built in, and the libraries of others that are measured beside them, as they are registered: once, in files
 * that the harness reads too (`modal/annbench/src/annbench/implementations.json`, `peers/peers.json` there). `docs/adding-an-implementation.md`
 * and `docs/peers.md` say how to add one.
 */
import registry from '../../../modal/annbench/src/annbench/implementations.json' with { type: 'json' };
import peerRegistry from '../../../modal/annbench/src/annbench/peers/peers.json' with { type: 'json' };

/** A whole number that builds or searches it. */
export type Parameter = { readonly default: number; readonly least: number; readonly most: number };

type Lists = Readonly<Record<string, readonly number[]>>;

/** Vectors that are looked at: always so many, a share of all rows, or `factor × parameter^power` but no more than there are. `times` more work at each. */
export type Visits =
  | { readonly fixed: number }
  | { readonly share: number }
  | { readonly parameter: string; readonly factor: number; readonly power: number; readonly times?: number };

/** What pip installs for a library of others. */
export type Peer = {
  /** "hnswlib==0.8.0" */
  readonly package: string;
  /** There is no wheel: a compiler makes it. */
  readonly source?: boolean;
  readonly licence: string;
  /** Its environment on the disk. */
  readonly megabytes: number;
};

export type Registered = {
  readonly title: string;
  /** Chosen when nothing else is. */
  readonly default?: boolean;
  /** Can be asked for by name, and is not offered. */
  readonly hidden?: boolean;
  /** Exact search, which others are compared with. */
  readonly exact?: boolean;
  /** Its place among the colours and markers of plots; absent: one that is free. */
  readonly series?: number;
  readonly build: Readonly<Record<string, Parameter>>;
  readonly search: Readonly<Record<string, Parameter>>;
  /** What is tried when nothing else is said. */
  readonly sweep: { readonly build: Lists; readonly search: Lists };
  readonly cost: { readonly walk: 'in-order' | 'at-random'; readonly build: Visits; readonly search: Visits };
  /** Of a library of others. */
  readonly peer?: Peer;
};

/** They can be asked for, and are not offered. */
const peers: Readonly<Record<string, Registered>> = Object.fromEntries(
  Object.entries(peerRegistry.peers as unknown as Readonly<Record<string, Omit<Registered, 'peer'> & Peer>>).map(
    ([name, { package: pinned, source = false, licence, megabytes, ...entry }]) => [
      name,
      { ...entry, hidden: true, peer: { package: pinned, source, licence, megabytes } },
    ],
  ),
);

export const registered: Readonly<Record<string, Registered>> = {
  ...(registry.implementations as unknown as Readonly<Record<string, Registered>>),
  ...peers,
};

/** This word stands for all libraries of others. */
export const allPeers = 'peers';

export const peerNames: readonly string[] = Object.keys(peers);

/** With all of them in the place of `peers`. */
export const withPeers = (words: readonly string[]): readonly string[] => words.flatMap(word => (word === allPeers ? peerNames : [word]));

/** Names that no file of a person's own may take. */
export const builtInNames: readonly string[] = Object.keys(registered);

/** Neighbours, repeats and seed when nothing else is said. */
export const usualSweep: { readonly k: number; readonly repeats: number; readonly seed: number } = registry.sweep;

/** The one search parameter, by which a setting can be found for a recall; undefined where there is not just one. */
export const effortOf = ({ search }: Pick<Registered, 'search'>): string | undefined => {
  const names = Object.keys(search);
  return names.length === 1 ? names[0] : undefined;
};

/** Exact search: what others are compared with when nothing else is said. */
export const yardstick: string = builtInNames.find(name => registered[name]?.exact === true) ?? '';

/** Our index: what files of a person's own are measured beside when nothing else is said. */
export const rival = 'qg';
