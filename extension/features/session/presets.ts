import { storage } from 'wxt/utils/storage';

/** The last values of each workflow's form. */
export const lastParamsItem = storage.defineItem<Record<string, Record<string, unknown>>>(
  'local:lastParams',
  {
    fallback: {},
  },
);

export interface Preset {
  name: string;
  workflow: string;
  params: Record<string, unknown>;
}

export const presetsItem = storage.defineItem<Preset[]>('local:presets', { fallback: [] });
