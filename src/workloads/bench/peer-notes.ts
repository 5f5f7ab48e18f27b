/** What a plan says of libraries of others: what will be installed for it. Pure. */
import { counted } from '../../text/format.ts';
import { sum } from '../../util/numbers.ts';
import { type Peer, registered } from './implementations.ts';
import type { BenchSpec } from './spec.ts';

/** Seconds until pip has one, as measured with an ordinary connection; a compiler takes longer. */
export const installSeconds = ({ source, megabytes }: Peer): number => (source ? 40 : 5) + megabytes / 10;

/** One for each package: several are of one. */
const packagesOf = ({ implementations }: Pick<BenchSpec, 'implementations'>): readonly Peer[] => [
  ...new Map(
    implementations.flatMap(({ name, source }) => {
      const peer = source === undefined ? registered[name]?.peer : undefined;
      return peer === undefined ? [] : [[peer.package, peer] as const];
    }),
  ).values(),
];

export const peerNotes = (spec: Pick<BenchSpec, 'implementations' | 'target'>): readonly string[] => {
  const peers = packagesOf(spec);
  if (peers.length === 0) return [];
  const sizes = peers.map(({ megabytes }) => megabytes);
  const times = peers.map(installSeconds);
  const where =
    spec.target === 'modal'
      ? `each container installs what it measures, at most ${Math.max(...sizes)} MB in about ${Math.round(Math.max(...times))} s`
      : `about ${sum(sizes)} MB and ${counted(Math.max(1, Math.round(sum(times) / 60)), 'minute')} the first time`;
  return [`pip installs ${peers.map(peer => peer.package.replace('==', ' ')).join(', ')}: ${where}`];
};
