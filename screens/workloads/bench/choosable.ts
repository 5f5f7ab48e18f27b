/** What can be chosen to be measured: the built-in implementations, then the files of a person's own. */
import type { Services } from '../../../src/services/services.ts';
import type { ImplementationInfo } from '../../../src/workloads/bench/implementation-info.ts';

/** `name` is what a choice says, for an own file its path; `shown` is what a person sees. */
export type Choosable = ImplementationInfo & { readonly shown: string };

export const choosable = async (services: Pick<Services, 'workloads'>): Promise<readonly Choosable[]> => {
  const [builtIn, own] = await Promise.all([services.workloads.bench.implementations(), services.workloads.bench.ownImplementations()]);
  return [
    ...builtIn.map(info => ({ ...info, shown: info.name })),
    ...own.map(({ name, file, shown }) => ({ name: file, title: `your own: ${shown}`, points: 1, default: false, shown: name })),
  ];
};
