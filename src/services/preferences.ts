/** What a person chose last time. */
import { type Preferences, readPreferences, savePreferences } from '../config/preferences.ts';

export type PreferenceService = {
  read(): Promise<Preferences>;
  save(preferences: Preferences): Promise<void>;
};

export const createPreferenceService = (): PreferenceService => ({ read: readPreferences, save: savePreferences });
