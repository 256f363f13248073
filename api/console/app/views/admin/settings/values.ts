import type { SettingsView } from '@star-graph/contract/platform/settings';
import { formatNumber } from '@star-graph/ui/texts/formats';
import type { LiveSettingName, Maintenance } from '@star-graph/workflows/shared/liveSettings';
import { nameChoice } from './names.ts';
import { texts } from './texts.ts';

export type SettingValue = SettingsView['settings'][LiveSettingName]['value'];
/** What is typed and not yet saved; null: back to what the environment says. Lists of names are text until they are sent. */
export type Drafts = Partial<Record<LiveSettingName, SettingValue>>;

export const emptyMaintenance: Maintenance = { message: { en: '', 'zh-CN': '' }, retryAfterSeconds: 300 };

export const isMaintenance = (value: unknown): value is Maintenance =>
  typeof value === 'object' && value !== null && 'message' in value && 'retryAfterSeconds' in value;

/** By name, other names in order. */
type NameLists = Record<string, string[]>;

const isNameLists = (value: unknown): value is NameLists =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isMaintenance(value);

/** The settings that are lists of names. */
export const listSettings = ['ENGINES', 'MODEL_ALIASES'] as const satisfies LiveSettingName[];

export const writeLists = (value: unknown): string =>
  isNameLists(value)
    ? Object.entries(value)
        .map(([name, listed]) => `${name}: ${listed.join(', ')}`)
        .join('\n')
    : '';

/** A line that cannot be understood is kept as a name, which the server then speaks about. */
function readLists(text: string): NameLists {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', listed = ''] = line.split(/[:：](.*)/);
      const names = listed.split(/[,，]/).map((one) => one.trim());
      return [name.trim(), names.filter((one) => one !== '')];
    }),
  );
}

export function toSend(drafts: Drafts): Record<string, SettingValue> {
  const sent: Record<string, SettingValue> = { ...drafts };
  for (const name of listSettings) {
    const draft = drafts[name];
    if (typeof draft === 'string') sent[name] = readLists(draft);
  }
  return sent;
}

/** In a line, for people. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return texts.none;
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return nameChoice(value);
  if (isMaintenance(value)) return value.message.en;
  if (isNameLists(value)) return writeLists(value).replaceAll('\n', '; ') || texts.none;
  return JSON.stringify(value);
}
