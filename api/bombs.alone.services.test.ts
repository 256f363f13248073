import { walkWithBombs } from './testing/bombWalk.ts';

walkWithBombs('part');
