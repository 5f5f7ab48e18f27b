/** docs/training.md: after a change of a config, a model or a preset, `npx vitest run test/src/workloads/train/docs.test.ts --update` writes it anew. */
import { expect, test } from 'vitest';
import { settingsText } from '../../../../src/workloads/prepare/settings.ts';
import { configTables, modelTable, presetTable } from '../../../../src/workloads/train/config/doc.ts';
import { loadTraining, presets } from '../../../../src/workloads/train/config/load.ts';
import { docPath, readDoc, withGenerated } from '../../../support/generated.ts';

const presetsTold = async () => {
  const loaded = await Promise.all(presets.map(name => loadTraining(name)));
  return presetTable(
    loaded.map(({ name, training }) => ({
      name,
      config: training.config,
      prepared: `${training.datasets.join(', ')}: ${settingsText(training.settings)}`,
    })),
  );
};

test('docs/training.md says what configs, models and presets say', async () => {
  const page = withGenerated(readDoc('training.md'), { config: configTables(), models: modelTable(), presets: await presetsTold() });
  await expect(page).toMatchFileSnapshot(docPath('training.md'));
});
