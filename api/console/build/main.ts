import { buildConsole } from './buildConsole.ts';

console.log((await buildConsole()) ? 'The console is built.' : 'The console is built already.');
