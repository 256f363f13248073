export * from './browser.ts';
export { builtinWorkflows, currentBuiltins, findBuiltin } from './builtin.ts';
