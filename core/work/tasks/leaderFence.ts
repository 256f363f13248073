import type { Transaction } from '../../ground/db/connect.ts';
import { Leader } from '../../ground/db/models/backend.ts';

/** Under what a dispatcher claims to lead. */
export interface LeaderFence {
  /** The dispatcher. */
  owner: string;
  epoch: number;
}

/**
 * Whether this dispatcher still leads. The row stays share-locked until the transaction ends, so all assignments of
 * one plan are made by one leader.
 */
export const leads = async (trx: Transaction, leader: LeaderFence): Promise<boolean> =>
  (await selectLeader(trx, leader)).length > 0;

/** The same as a statement to send with others. */
export const selectLeader = (trx: Transaction, { owner, epoch }: LeaderFence) =>
  trx(Leader.tableName).select('id', 'pausedAt').where({ id: 1, owner, epoch }).forShare();
