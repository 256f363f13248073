/**
 * The threads that wait for a lock, by the answer to SHOW ENGINE INNODB STATUS. It shows a wait and a grant at once. The
 * tables of the information schema show an old picture, which is renewed only when nobody has read it for a tenth of a
 * second: those who ask side by side keep it old for each other.
 */
export const readWaitingThreads = (status: string): Set<number> =>
  new Set(
    status
      .split('---TRANSACTION')
      .slice(1)
      .filter((part) => part.includes('LOCK WAIT'))
      .map((part) => Number(/MariaDB thread id (\d+)/.exec(part)?.[1])),
  );
