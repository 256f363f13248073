import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { styles } from '@star-graph/workflows/shared/styles';
import { expect, test } from 'vitest';
import { findStyle, withStyle, writeStyle } from './applyStyle.ts';
import { createForm } from './createForm.ts';
import { emptyDraft, writeValue } from './formDraft.ts';

const [first, second] = styles;
if (!first || !second) throw new Error('there are no styles');

test('a style stands behind the words, and another one takes its place', () => {
  const once = withStyle(styles, 'a pier', 'words', first);
  expect(once).toBe(`a pier, ${first.words}`);
  expect(withStyle(styles, once, 'words', second)).toBe(`a pier, ${second.words}`);
  expect(withStyle(styles, once, 'words', undefined)).toBe('a pier');
  expect(withStyle(styles, '', 'avoid', first)).toBe(first.avoid);
});

test('words around a style stay when it goes', () => {
  const text = `a pier, ${first.words}, at night`;
  expect(withStyle(styles, text, 'words', undefined)).toBe('a pier, at night');
  expect(withStyle(styles, 'a pier, in mist', 'words', undefined)).toBe('a pier, in mist');
});

test('every style is found by its own words and by no other’s', () => {
  for (const style of styles)
    expect(findStyle(styles, withStyle(styles, 'a pier', 'words', style))?.name).toBe(style.name);
  expect(findStyle(styles, 'a pier')).toBeUndefined();
});

test('a form takes of a style what it has a place for, and all else stays', () => {
  const formOf = (...names: string[]) => {
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    const workflow = { name: 'draw', params: { properties } } as unknown as WorkflowView;
    return createForm({ listed: [workflow], workflow }, undefined, 'en');
  };
  const both = formOf('prompt', 'negativePrompt', 'other');
  const draft = writeValue(both, writeValue(both, emptyDraft, 'prompt', 'a pier'), 'other', 'kept');
  const styled = writeStyle(both, draft, styles, first);
  expect(styled.values).toEqual({
    prompt: `a pier, ${first.words}`,
    negativePrompt: first.avoid,
    other: 'kept',
  });
  expect(writeStyle(both, styled, styles, undefined)).toEqual(draft);
  expect(writeStyle(formOf('prompt'), emptyDraft, styles, first).values).toEqual({ prompt: first.words });
  expect(writeStyle(formOf('other'), draft, styles, first)).toEqual(draft);
});
