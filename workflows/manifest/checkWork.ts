import { megapixels } from '../params/sizes.ts';
import { type PointedFault, toPointer } from '../shared/pointer.ts';
import type { ManifestDocument } from './manifestSchema.ts';

/** For a task with every parameter at its maximum; above any real work, and far below the largest exact number. */
const workLimits = { units: 1_000_000_000, credits: 1_000_000, seconds: 86_400 } as const;

/** Work units of a request whose parameters have these values. */
export function countUnits(
  { base, megapixels: sides, times }: ManifestDocument['work'],
  read: (param: string) => number,
): number {
  const area = sides ? megapixels({ width: read(sides[0]), height: read(sides[1]) }) : 1;
  const product = times.reduce((units, param) => units * read(param), base * area);
  return Math.max(Number.MIN_VALUE, product);
}

/**
 * Faults of the work formula and the rates. Work never shrinks when a parameter grows, so the maxima show whether any
 * request could cost or take too much.
 */
export function checkWork(document: ManifestDocument): PointedFault[] {
  const { work } = document;
  const faults = [
    ...work.times.flatMap((name, index) => findFactorFault(document, name, ['times', index])),
    ...(work.megapixels ?? []).flatMap((name, index) =>
      findFactorFault(document, name, ['megapixels', index]),
    ),
  ];
  return faults.length > 0 ? faults : checkGreatest(document);
}

function findFactorFault(
  { work, params }: ManifestDocument,
  name: string,
  [key, index]: ['times' | 'megapixels', number],
): PointedFault[] {
  const fault = (message: string) => [{ pointer: toPointer('work', key, index), message }];
  const param = Object.hasOwn(params.properties, name) ? params.properties[name] : undefined;
  if (param?.type !== 'integer' && param?.type !== 'number')
    return fault('Work grows with parameters that are numbers.');
  if (key === 'times' && work.times.indexOf(name) < index) return fault('Name each parameter once.');
  const lowest = param.enum ? Math.min(...param.enum) : param.minimum;
  if (lowest === undefined || lowest < 0)
    return fault('Work never shrinks below nothing: the minimum is at least 0.');
  const isAlwaysGiven = param.default !== undefined || params.required.includes(name);
  return isAlwaysGiven ? [] : fault('Give the parameter a default, or require it.');
}

function checkGreatest({ work, rates, params }: ManifestDocument): PointedFault[] {
  const units = countUnits(work, (name) => {
    const param = params.properties[name];
    if (param?.type !== 'integer' && param?.type !== 'number') return 0;
    return Math.max(...(param.enum ?? [param.maximum ?? 0]));
  });
  const limit = (pointer: string, value: number, most: number, of: string): PointedFault[] => {
    if (value <= most) return [];
    const message = `With its parameters at their greatest a task would be ${presentNumber(value)} ${of}, and ${presentNumber(most)} is the most. Lower this, or the maximum of a parameter that work grows with.`;
    return [{ pointer, message }];
  };
  const seconds = rates.overheadSeconds + units * rates.secondsPerUnit;
  const tooMuch = limit('/work', units, workLimits.units, 'units of work');
  return tooMuch.length > 0
    ? tooMuch
    : [
        ...limit('/rates/creditsPerUnit', units * rates.creditsPerUnit, workLimits.credits, 'credits'),
        ...limit('/rates/secondsPerUnit', seconds, workLimits.seconds, 'seconds'),
      ];
}

const presentNumber = (value: number): string =>
  new Intl.NumberFormat('en', { maximumSignificantDigits: 4 }).format(value);
