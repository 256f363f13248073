import type {
  EnginePreference,
  LiveSettingName,
  Maintenance,
} from '@star-graph/workflows/shared/liveSettings';
import type { SettingsView } from '../../../../../contract/settings/settings.ts';
import { formatNumber } from '../../../../../ui/texts/formats.ts';
import { nameChoice } from './names.ts';
import { texts } from './texts.ts';

export type SettingValue = SettingsView['settings'][LiveSettingName]['value'];
/** What is typed and not yet saved; null: back to what the environment says. Engines are text until they are sent. */
export type Drafts = Partial<Record<LiveSettingName, SettingValue>>;

export const emptyMaintenance: Maintenance = { message: { en: '', 'zh-CN': '' }, retryAfterSeconds: 300 };

export const isMaintenance = (value: unknown): value is Maintenance =>
  typeof value === 'object' && value !== null && 'message' in value && 'retryAfterSeconds' in value;

const isEngines = (value: unknown): value is EnginePreference =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isMaintenance(value);

export const writeEngines = (value: unknown): string =>
  isEngines(value)
    ? Object.entries(value)
        .map(([name, engines]) => `${name}: ${engines.join(', ')}`)
        .join('\n')
    : '';

/** A line that cannot be understood is kept as a name, which the server then speaks about. */
function readEngines(text: string): EnginePreference {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', engines = ''] = line.split(/:(.*)/);
      const names = engines.split(/[,，]/).map((one) => one.trim());
      return [name.trim(), names.filter((one) => one !== '')];
    }),
  );
}

export function toSend(drafts: Drafts): Record<string, SettingValue> {
  const { ENGINES, ...others } = drafts;
  if (ENGINES === undefined) return others;
  return { ...others, ENGINES: typeof ENGINES === 'string' ? readEngines(ENGINES) : ENGINES };
}

/** In a line, for people. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return texts.none;
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return nameChoice(value);
  if (isMaintenance(value)) return value.message.en;
  if (isEngines(value)) return writeEngines(value).replaceAll('\n', '; ') || texts.none;
  return JSON.stringify(value);
}
