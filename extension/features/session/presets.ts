import { createStoredItem } from '../runs/storedItem.ts';

/** The last values of each workflow's form. */
export const lastParamsItem = createStoredItem<Record<string, Record<string, unknown>>>(
  'local',
  'lastParams',
  {},
);

export interface Preset {
  name: string;
  workflow: string;
  params: Record<string, unknown>;
}

export const presetsItem = createStoredItem<Preset[]>('local', 'presets', []);
