import { version } from '@star-graph/api/version';
import { finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import { locateProgram } from '../../launcher/services/systemPrograms.ts';
import { listSearchDirs } from '../../launcher/services/tools.ts';

/** Node itself is checked before anything is run: see `infra/cli/bootstrap.mjs`. */
export const programsCheck = (path: string | undefined): Check => ({
  name: 'programs',
  limitMs: 5_000,
  async run() {
    const hasFfmpeg = locateProgram('ffmpeg', listSearchDirs(path)) !== undefined;
    return {
      summary: `Star-Graph ${version}, Node ${process.versions.node}${hasFfmpeg ? ', ffmpeg' : ''}`,
      findings: hasFfmpeg
        ? []
        : [
            finding(
              'ffmpeg-missing',
              'There is no ffmpeg on this machine: dispatchers here make no pictures of videos, and cannot check them.',
              'Install the package ffmpeg where dispatchers and API processes run, if you offer videos.',
            ),
          ],
    };
  },
});
