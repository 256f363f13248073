import { pictureWork } from './pictureWork.ts';
import { serveWork } from './serveWork.ts';

serveWork(pictureWork);
