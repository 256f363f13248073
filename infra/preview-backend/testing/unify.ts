import { isJsonObject } from '../json.ts';

/** Which value of the replay stands for which of the recording: ids, numbers and file names differ by nature. */
export interface Bindings {
  /** Replaces every bound text, for requests that repeat what an earlier answer gave. */
  substitute(text: string): string;
  bind(recorded: string, actual: string): boolean;
}

export function createBindings(): Bindings {
  const forward = new Map<string, string>();
  const backward = new Map<string, string>();
  return {
    substitute(text) {
      let replaced = text;
      for (const [recorded, actual] of forward) replaced = replaced.replaceAll(recorded, actual);
      return replaced;
    },
    bind(recorded, actual) {
      if (forward.has(recorded) || backward.has(actual)) return forward.get(recorded) === actual;
      forward.set(recorded, actual);
      backward.set(actual, recorded);
      return true;
    },
  };
}

const times = ['timestamp', 'create_time', 'execution_start_time', 'execution_end_time'];
const unorderedLists = ['nodes', 'executed', 'current_outputs', 'cycle_nodes', 'dependent_outputs'];
/** With hyphens for prompts, without for sockets. */
const uuid = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/;
const savedName = /^(.*?)(?:_temp_[a-z]{5})?_\d{5}_(\.\w+)$/;

/**
 * Compares a recorded value with the replay's, binding what differs by nature, and returns the differences as
 * sentences. A bound value must stay the same from then on: a cached run must name the very file of the first.
 */
export function unify(recorded: unknown, actual: unknown, bindings: Bindings, at = ''): string[] {
  const key = at.slice(at.lastIndexOf('/') + 1);
  const differs = [`${at}: recorded ${show(recorded)}, replayed ${show(actual)}`];
  if (times.includes(key)) return typeof actual === typeof recorded ? [] : differs;
  if (key === 'traceback') return Array.isArray(actual) && actual.length > 0 ? [] : differs;
  if (key === 'current_inputs') return keysOf(recorded) === keysOf(actual) ? [] : differs;
  if (isQueueNumber(at, recorded, actual)) return [];
  if (Array.isArray(recorded)) {
    if (!Array.isArray(actual) || actual.length !== recorded.length) return differs;
    const isUnordered = unorderedLists.includes(key) || key === 'errors' || /\/prompt\/4$/.test(at);
    const [left, right] = isUnordered ? [sorted(recorded), sorted(actual)] : [recorded, actual];
    return left.flatMap((one, index) => unify(one, right[index], bindings, `${at}/${index}`));
  }
  if (isJsonObject(recorded)) {
    if (!isJsonObject(actual)) return differs;
    const bound = new Map(Object.keys(recorded).map((name) => [bindings.substitute(name), name]));
    const names = new Set([...bound.keys(), ...Object.keys(actual)]);
    return [...names].flatMap((name) => {
      const original = bound.get(name) ?? name;
      return original in recorded && name in actual
        ? unify(recorded[original], actual[name], bindings, `${at}/${name}`)
        : [`${at}/${name}: ${name in actual ? 'only in the replay' : 'missing in the replay'}`];
    });
  }
  if (typeof recorded === 'string' && typeof actual === 'string') {
    return isSameText(recorded, actual, bindings) ? [] : differs;
  }
  return Object.is(recorded, actual) || (recorded === 0 && actual === 0) ? [] : differs;
}

function isSameText(recorded: string, actual: string, bindings: Bindings): boolean {
  if (recorded === actual) return true;
  if (uuid.test(recorded) && uuid.test(actual)) return bindings.bind(recorded, actual);
  const [left, right] = [savedName.exec(recorded), savedName.exec(actual)];
  if (left && right) return left[1] === right[1] && left[2] === right[2] && bindings.bind(recorded, actual);
  return neutral(recorded) === neutral(actual);
}

/** Texts with paths and list lengths, which belong to one installation. */
function neutral(text: string): string {
  return text
    .replaceAll(/'[^']*\/([^'/]+)'/g, "'$1'")
    .replaceAll(/list of length \d+/g, 'list of length N')
    .replace(/^list index|^tuple index/, 'index');
}

/** A queue number counts from the start of the server; its sign is what matters. */
function isQueueNumber(at: string, recorded: unknown, actual: unknown): boolean {
  if (typeof recorded !== 'number' || typeof actual !== 'number') return false;
  const isNumber = /\/(number|priority)$/.test(at) || /\/(prompt|queue_(running|pending)\/\d+)\/0$/.test(at);
  return isNumber && (Math.sign(recorded) === Math.sign(actual) || actual === 0);
}

function sorted(list: readonly unknown[]): unknown[] {
  const rank = (value: unknown): string =>
    isJsonObject(value) ? `${value.type} ${value.details}` : JSON.stringify(value);
  return [...list].sort((a, b) => rank(a).localeCompare(rank(b)));
}

function keysOf(value: unknown): string {
  return isJsonObject(value) ? Object.keys(value).sort().join(' ') : typeof value;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
