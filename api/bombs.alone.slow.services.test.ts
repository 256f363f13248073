import { walkWithBombs } from './testing/bombWalk.ts';

walkWithBombs('whole');
