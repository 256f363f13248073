import { isList, readStored, writeStored } from './storedJson.ts';

const most = 50;
const keyOf = (userId: string): string => `create-prompts:${userId}`;
const isText = (value: unknown): value is string => typeof value === 'string';

/** The prompts of an account in this browser, the last one first. */
export const readPrompts = (userId: string): readonly string[] =>
  readStored(localStorage, keyOf(userId), isList(isText)) ?? [];

/** A prompt that was used before moves to the front. It is read anew, since other tabs write too. */
export function rememberPrompt(userId: string, prompt: unknown): void {
  const text = typeof prompt === 'string' ? prompt.trim() : '';
  if (text === '') return;
  const others = readPrompts(userId).filter((one) => one !== text);
  writeStored(localStorage, keyOf(userId), [text, ...others].slice(0, most));
}

export const forgetPrompts = (userId: string): void => localStorage.removeItem(keyOf(userId));
