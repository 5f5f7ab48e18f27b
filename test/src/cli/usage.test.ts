/** Wrong usage: exit code 2, the nearest word, the next command; and help that knows every command. */
import { describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/commands.ts';
import { givenHome } from '../../support/home.ts';
import { program } from './program.ts';

givenHome();

describe('wrong usage', () => {
  test.each<readonly [string, RegExp]>([
    ['bnech', /no command "bnech".*did you mean "bench".*next: ann-tui bench/s],
    ['frobnicate', /no command "frobnicate".*there are: doctor, setup/s],
    ['--frob', /no option --frob/],
    ['bench --imp naive', /no option --imp.*did you mean "--impl"/s],
    ['bench --training x', /no option --training.*there are: --impl/s],
    ['train --config latop', /no config "latop".*did you mean "laptop".*next: ann-tui train --config laptop/s],
    ['train --config smoke_tset', /did you mean "smoke_test".*next: ann-tui train --config smoke_test$/ms],
    ['train --set training.stps=3', /--set training\.stps cannot be.*did you mean "steps"/s],
    ['train --seeds none', /--seeds none cannot be.*how many/s],
    ['train --check --measure', /exclude each other/],
    ['evaluate --checkpoint mine', /no run "mine"/],
    ['predict nowhere.edf --checkpoint mine', /nowhere\.edf is not there/],
    ['predict . --checkpoint mine --threshold 2', /--threshold 2 cannot be.*a probability/s],
    ['predict . --checkpoint mine', /no run "mine"/],
    ['predict .', /No checkpoint was named/],
    ['predict . --target moon', /no target "moon".*next: ann-tui predict --help/s],
    [
      'predict . --checkpoint mine --budget 2 --dry-run',
      /--dry-run, --budget cannot be without --target modal.*next: ann-tui predict \. --checkpoint mine --budget 2 --dry-run --target modal/s,
    ],
    ['predict . --checkpoint ./mine', /is no checkpoint.*next: ann-tui predict --help/s],
    ['export szcore ./mine', /is no checkpoint.*next: ann-tui export --help/s],
    ['export frob mine', /no format "frob".*szcore, onnx/s],
    ['export onnx mine --project x', /--project says nothing about onnx/],
    ['export szcore mine', /no run "mine"/],
    ['bench --impl', /--impl needs a value.*nothing/s],
    ['bench --k --json', /--k needs a value/],
    ['bench --dry-run=yes', /--dry-run takes no value/],
    ['bench --impl hsnw', /no implementation "hsnw".*did you mean "hnsw"/s],
    ['bench --dataset gist', /no dataset "gist"/],
    ['bench --k ten', /--k ten cannot be/],
    ['bench --k -5', /--k -5 cannot be/],
    ['bench --threads 9999', /--threads 9999 cannot be/],
    ['bench --budget free', /--budget free cannot be/],
    ['bench --timeout 5', /--timeout 5 cannot be.*with its unit/s],
    ['bench --target moon', /no target "moon"/],
    ['bench --hardware cpu-33', /no hardware "cpu-33"/],
    ['bench --hardware cpu-32 --cpu 8', /exclude each other/],
    ['bench --hardware cpu-32 --gpu T4', /exclude each other/],
    ['bench --target modal --gpu H900', /no price for the GPU "H900"/],
    ['bench --target modal --containers 0', /--containers 0 cannot be/],
    ['bench --target modal --containers many', /--containers many cannot be/],
    ['bench --target modal --region', /--region needs a value/],
    ['bench --target modal --region Mars', /no region "Mars"/],
    ['bench --target modal --nonpreemptible=yes', /--nonpreemptible takes no value/],
    ['bench --target modal', /costs money.*needs --budget and --yes.*next: ann-tui bench --target modal --budget \S+ --yes/s],
    ['bench --target modal --yes', /needs --budget.*next: ann-tui bench --target modal --yes --budget \S+/s],
    ['bench --target modal --budget 2 --containers 2', /needs --yes.*next: ann-tui bench --target modal --budget 2 --containers 2 --yes/s],
    ['bench --target modal --budget 2 --json', /needs --yes/],
    ['shell', /needs a RUN/],
    ['shell nope', /no run "nope"/],
    ['attach nope', /no run "nope"/],
    ['bench --sweep /no/such.yaml', /no such file/],
    ['bench hnsw', /"hnsw" is one word too many/],
    ['prices --gpu H900', /no price for the GPU "H900"/],
    ['prices --cpu none', /--cpu none cannot be/],
    ['sync', /needs a DATASET/],
    ['sync sift', /no dataset "sift".*did you mean/s],
    ['sync quick --from package.json', /quick is made here.*next: ann-tui sync my-vectors --from package.json/s],
    ['sync mine --from /no/such.npy', /no file \/no\/such.npy/],
    ['sync mine --from package.json --queries /no/such.npy', /no file \/no\/such.npy/],
    [
      'sync mine --from https://x/a.hdf5 --distance angular',
      /--queries and --distance are for files.*next: ann-tui sync mine --from https/s,
    ],
    ['sync mine --distance angular', /need --from/],
    ['sync mine --from package.json --distance l1', /--distance l1 cannot be/],
    ['show', /needs a RUN/],
    ['show nope', /no run "nope"/],
    ['logs nope', /no run "nope"/],
    ['stop latest', /no run yet/],
    ['runs frob', /does not know "frob"/],
    ['runs rm', /needs a RUN/],
    ['runs prune bench-1', /one word too many/],
    ['runs prune --keep -1', /--keep -1 cannot be/],
  ])('ann-tui %s', async (line, says) => {
    const args = line.split(' ');
    const plain = args.includes('--json') ? args.filter(word => word !== '--json').concat('--json') : args;
    const { code, stdout, stderr, records } = await program(plain);
    expect(code).toBe(2);
    if (plain.includes('--json')) {
      expect(stderr).toBe('');
      expect(records.at(-1)).toMatchObject({ type: 'error', exit_code: 2 });
      return;
    }
    expect(stdout).toBe('');
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^✗ .+\n {2}.+\n {2}next: .+\n$/);
  });

  test('the same as one JSON line on stdout', async () => {
    const { code, stdout, stderr, records } = await program(['bench', '--impl', 'nope', '--json']);
    expect(code).toBe(2);
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(records[0]).toEqual({
      type: 'error',
      what: 'There is no implementation "nope"',
      why: 'there are: naive, hnsw, qg',
      hint: 'ann-tui new nope',
      exit_code: 2,
    });
  });
});

describe('help', () => {
  test('names every command of this version, and none of a later one', async () => {
    const { code, stdout } = await program(['--help']);
    expect(code).toBe(0);
    for (const { name, summary } of commands) {
      expect(stdout).toContain(`ann-tui ${name} `);
      expect(stdout).toContain(summary);
    }
    const told = [...stdout.matchAll(/^ {2}ann-tui (\w\S*) {2}/gm)].map(([, name]) => name);
    expect(told).toEqual(commands.map(({ name }) => name));
  });

  test.each(commands.map(({ name }) => name))('%s --help names its options', async name => {
    const { code, stdout } = await program([name, '--help']);
    const command = commands.find(candidate => candidate.name === name);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^ann-tui ${name}`));
    for (const option of Object.keys(command?.options ?? {})) expect(stdout).toContain(`--${option}`);
  });

  test('lines fit in 100 columns', async () => {
    for (const { name } of commands) {
      for (const line of (await program([name, '--help'])).stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    }
  });

  test('where one asks for it wrongly, too', async () => {
    expect((await program(['help', 'bench'])).stdout).toMatch(/^ann-tui bench/);
    expect((await program(['show', '--help'])).code).toBe(0);
    expect((await program(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
