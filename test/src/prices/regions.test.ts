import { expect, test } from 'vitest';
import { checkRegion } from '../../../src/prices/regions.ts';

test.each(['us', 'eu', 'uk', 'us-west', 'us-east-1', 'ap-melbourne', 'eu-central-1'])('%s can be', region => {
  expect(() => checkRegion(region, 'ann-tui train --help')).not.toThrow();
});

test.each([
  ['nowhere', /^There is no region "nowhere": there are: us, eu, /],
  ['usa', /did you mean "us"\?/],
  ['us_west', /did you mean "us-west"\?/],
  ['US', /did you mean "us"\?/],
  ['europe', /there are: us, eu/],
  ['eu;rm', /no region "eu;rm"/],
  ['', /there are: us/],
])('"%s" is told, with what it may have been', (region, says) => {
  expect(() => checkRegion(region, 'ann-tui train --help')).toThrow(says);
});
