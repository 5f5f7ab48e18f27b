import { expect, test } from 'vitest';
import { UserError } from '../../../src/errors/errors.ts';
import { checkValues } from '../../../src/secrets/check-words.ts';
import { parseEnvFile } from '../../../src/secrets/env-file.ts';

const whyOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return `${error.failure.what} | ${error.failure.why} | ${error.failure.hint}`;
    throw error;
  }
  return 'nothing';
};

test('a file as tools write it is read', () => {
  const text = [
    '\ufeff# a comment',
    'PLAIN=one # said',
    'HASH=pass#word',
    '  export SPACED = two words  ',
    'EMPTY=',
    "SINGLE='$HOME \\n #x'  # c",
    'DOUBLE="line\\nnext \\"q\\" \\\\ \\$X"',
    'PEM="-----BEGIN',
    'abc=',
    '-----END"',
    'PLAIN=last\r',
  ].join('\n');
  expect(parseEnvFile(text, 'x')).toEqual({
    PLAIN: 'last',
    HASH: 'pass#word',
    SPACED: 'two words',
    EMPTY: '',
    SINGLE: '$HOME \\n #x',
    DOUBLE: 'line\nnext "q" \\ $X',
    PEM: '-----BEGIN\nabc=\n-----END',
  });
});

test.each([
  ['A=1\nsecretword\n', '.env:2'],
  ['A="secretword\nB=2', '.env:1'],
  ["A='1' secretword", '.env:1'],
  ['\n\n1A=secretword', '.env:3'],
  ['P="a\nb"\nsecretword', '.env:3'],
])('what cannot be read is told with its line and without its value: %j', (text, place) => {
  const why = whyOf(() => parseEnvFile(text, '.env'));
  expect(why).toContain(place);
  expect(why).not.toContain('secretword');
});

test('values are judged before they go anywhere', () => {
  const aws = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secretword', AWS_REGION: 'eu-west-1' };
  expect(checkValues('aws-s3-secret', { ...aws, AWS_SESSION_TOKEN: '' })).toEqual(aws);
  const problems = [
    whyOf(() => checkValues('aws-s3-secret', { ...aws, AWS_REGION: 'secretword' })),
    whyOf(() => checkValues('aws-s3-secret', { ...aws, AWS_SECRET_ACCESS_KEY: 'secretword x' })),
    whyOf(() => checkValues('aws-s3-secret', { AWS_ACCESS_KEY_ID: 'secretword' })),
    whyOf(() => checkValues('wandb-secret', { WANDB_API_KEY: '' })),
    whyOf(() => checkValues('a b', { A: '1' })),
    whyOf(() => checkValues('mine', { 'A-secretword-that-was-pasted-as-a-key': '1' })),
    whyOf(() => checkValues('mine', {})),
    whyOf(() => checkValues('mine', { A: '' })),
  ];
  expect(problems.map(text => text.split(' | ')[0])).toEqual([
    'The value of AWS_REGION cannot be used',
    'The value of AWS_SECRET_ACCESS_KEY cannot be used',
    'AWS_SECRET_ACCESS_KEY, AWS_REGION are missing',
    'The value of WANDB_API_KEY cannot be used',
    '"a b" cannot name a secret',
    'What was given cannot be used as a key',
    'mine has no keys',
    'The value of A cannot be used',
  ]);
  expect(problems.join()).not.toContain('secretword');
});
