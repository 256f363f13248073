import { parseEnv } from 'node:util';
import { invariant } from '@star-graph/core/ground/errors';

/** The text of an .env with these settings in it: lines and comments of others stay as they are. */
export function changeEnvFile(text: string, changes: Readonly<Record<string, string>>): string {
  const isOther = (line: string) => {
    const [, name = ''] = /^\s*(?:export\s+)?(\w+)\s*=/.exec(line) ?? [];
    return !Object.hasOwn(changes, name);
  };
  const kept = text.replace(/\n$/, '').split('\n').filter(isOther);
  const lines = Object.entries(changes).map(([name, value]) => `${name}=${quote(value)}`);
  const result = `${[...kept, ...lines].join('\n').replace(/^\n/, '')}\n`;
  const read = parseEnv(result);
  for (const [name, value] of Object.entries(changes))
    invariant(read[name] === value, `${name} would be read as something else`);
  return result;
}

/** Plain where it may be, so that systemd and compose read the same. */
function quote(value: string): string {
  if (/^[\w@%+:,./?=~&-]*$/.test(value)) return value;
  const mark = ["'", '"', '`'].find((one) => !value.includes(one));
  return `${mark ?? "'"}${value}${mark ?? "'"}`;
}
