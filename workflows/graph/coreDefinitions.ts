import { readFileSync } from 'node:fs';
import type { ObjectInfo } from './objectInfo.ts';
import { writtenDownClasses } from './writtenDownClasses.ts';

/**
 * ComfyUI's own node classes, for what no server of the pool can say: 0.33.0 as recorded, without descriptions and lists
 * of files, and younger ones. Its third of a megabyte is parsed when it is asked for, and forgotten when memory is short.
 */
export function readCoreDefinitions(): ObjectInfo {
  const known = kept?.deref();
  if (known) return known;
  const text = readFileSync(new URL('coreDefinitions.json', import.meta.url), 'utf8');
  const read: ObjectInfo = { ...(JSON.parse(text) as ObjectInfo), ...writtenDownClasses };
  kept = new WeakRef(read);
  return read;
}

let kept: WeakRef<ObjectInfo> | undefined;
