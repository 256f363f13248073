import { BackupFault } from '@star-graph/core/desk/backup/format';
import { LaunchFailure } from '../failure.ts';
import { runMain } from '../processes/stopSignals.ts';

/** Runs a command's main function. What is wrong with a backup is a sentence for the operator too. */
export const runBackupMain = (main: () => Promise<number>): Promise<never> =>
  runMain(() =>
    main().catch((error: unknown) => {
      throw error instanceof BackupFault ? new LaunchFailure(error.message, { cause: error }) : error;
    }),
  );
