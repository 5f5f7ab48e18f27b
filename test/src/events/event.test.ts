import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/events/event.ts';
import { packageRoot } from '../../../src/util/paths.ts';

type Golden = { readonly verdict: string; readonly note: string; readonly line: string; readonly at?: string };

const golden: readonly Golden[] = readFileSync(path.join(packageRoot, 'test/golden/events.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line));

describe('the golden lines, which the Python writer is tested with too', () => {
  it.each(golden)('$verdict: $note', ({ verdict, line, at }) => {
    const parsed = parseLine(line);
    expect(parsed.verdict).toBe(verdict);
    expect('at' in parsed ? parsed.at : undefined).toBe(at);
    if (parsed.verdict === 'ok') expect(parsed.event).toEqual(JSON.parse(line));
  });
});

describe('lines nobody foresaw', () => {
  it.each(['{', '{}', '{"v":1}', 'null', '{"__proto__":{}}', '\u0000'])('%s is log text', line => {
    expect(parseLine(line)).toEqual({ verdict: 'log' });
  });
});
