import { v7 } from 'uuid';

/** A UUIDv7: unique everywhere, and sorting by it sorts by creation. */
export const newId = (): string => v7();

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a string can be an id at all; anything else is not looked up. */
export const isId = (value: string): boolean => uuidPattern.test(value);

/** The smallest UUIDv7 of a moment: its first 48 bits are milliseconds. */
export function firstIdAt(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
