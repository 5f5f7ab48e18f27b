/** What a person says on the command line about how recordings are prepared. */
import type { Invocation } from '../../../cli/command.ts';
import { said } from '../../../cli/run-options.ts';
import type { SettingsChoices } from '../plan.ts';

export const settingsIn = (invocation: Invocation): SettingsChoices =>
  said({ montage: invocation.text('montage'), config: invocation.text('config') });
