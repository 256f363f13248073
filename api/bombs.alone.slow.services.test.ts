import { test } from 'vitest';
import { bombRange, doors, throwAtAssistants, throwAtDoor, throwAtOperations } from './testing/bombWalk.ts';

const range = bombRange('whole');

test('none of all bodies costs a process more than some ordinary requests, at any operation', () =>
  throwAtOperations(range));

test.each(doors)('none of all bodies costs a process more than some ordinary requests, at %s', (door) =>
  throwAtDoor(range, door),
);

test('none of all messages costs a process more than some ordinary requests, of assistants', () =>
  throwAtAssistants(range));
