export * from './browser.ts';
export { builtinWorkflows, findBuiltin } from './builtin.ts';
