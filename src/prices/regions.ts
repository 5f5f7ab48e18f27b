/** Where Modal can be asked to run something: a part of the world ("us"), or a place in one ("us-west", "us-east-1"). Pure. */
import { usageError } from '../errors/errors.ts';
import { didYouMean } from '../text/nearest.ts';

/** Its guide, "Region selection". Which places there are in one changes from month to month: the server has the last word. */
export const partsOfTheWorld = ['us', 'eu', 'ap', 'uk', 'ca', 'jp', 'au', 'me', 'sa', 'af', 'mx'] as const;

/** Only to be guessed at from a word that is none. */
const places = [
  'us-east',
  'us-central',
  'us-south',
  'us-west',
  'eu-west',
  'eu-north',
  'eu-south',
  'ap-northeast',
  'ap-southeast',
  'ap-south',
];

/** Throws a usage error for a word that is no region; `hint`: the command to be typed next. */
export const checkRegion = (region: string, hint: string): void => {
  const [part] = region.split('-');
  if (/^[a-z]{2}(-[a-z0-9]+)*$/.test(region) && partsOfTheWorld.some(one => one === part)) return;
  const near = didYouMean(region, [...partsOfTheWorld, ...places]);
  throw usageError(
    `There is no region "${region}"`,
    `${near}there are: ${partsOfTheWorld.join(', ')}, and places in them, such as us-west`,
    hint,
  );
};
