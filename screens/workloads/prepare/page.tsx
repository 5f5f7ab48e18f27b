import { MontagePage } from './montage-page.tsx';

const says = [
  'Filtered, resampled and scaled by each channel’s own spread, into arrays that are mapped into memory: once for every setting.',
];

/** First question of a prepare. */
export const PreparePage = () => <MontagePage kind="prepare" crumb="prepare" title="Which channels shall be prepared?" says={says} />;
