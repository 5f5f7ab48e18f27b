/** How many containers measure at once, and the keys that change it. */
import { useCommandCenter } from '../app/commands.tsx';
import { useUi } from '../app/context.tsx';

const parts = (count: number): string => (count === 1 ? 'one part' : `${count} parts`);

/** `most`: as many as there are parts; undefined until that is known. */
export const useContainers = (most: number | undefined) => {
  const { draft, setDraft } = useUi();
  const { setNote } = useCommandCenter();
  const containers = Math.max(1, Math.min(draft.containers ?? 1, most ?? Number.POSITIVE_INFINITY));
  const change = (by: 1 | -1) => () => {
    if (most === undefined) return setNote('The run is still being planned.');
    const wanted = containers + by;
    if (wanted < 1) return setNote('One container is the least.');
    if (wanted > most) return setNote(`The run has ${parts(most)}: no more containers than that can measure.`);
    setDraft({ containers: wanted });
  };
  const here = 'The run is on this machine: it has no containers.';
  const commands =
    draft.target === 'modal'
      ? { 'more-containers': change(1), 'fewer-containers': change(-1) }
      : { 'more-containers': here, 'fewer-containers': here };
  return { containers, commands };
};
