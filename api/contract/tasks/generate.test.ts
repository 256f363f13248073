import type * as builtinParams from '@star-graph/workflows/params/builtinParams';
import { expectTypeOf, test } from 'vitest';
import type { BuiltinWorkflowName, GenerateBodyOf } from './generate.ts';

type ParamsSchemaName = Extract<keyof typeof builtinParams, `${string}Params`>;

test('types the body of every workflow whose schema browsers get', () => {
  expectTypeOf<`${BuiltinWorkflowName}Params`>().toEqualTypeOf<ParamsSchemaName>();
  expectTypeOf<GenerateBodyOf<'pose'>['control']>().toEqualTypeOf<'openpose' | 'canny' | 'depth'>();
  expectTypeOf<GenerateBodyOf<'img2video'>['fps']>().toEqualTypeOf<number | undefined>();
});

test('leaves every other workflow’s body to the catalogue', () => {
  expectTypeOf<GenerateBodyOf<'watercolour'>['strokes']>().toEqualTypeOf<unknown>();
});
