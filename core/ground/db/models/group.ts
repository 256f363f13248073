import { Model } from 'objection';

/** People whom an administrator put together under a name. It goes with the last of them. */
export class PeopleGroup extends Model {
  static override tableName = 'people_groups';
  declare id: string;
  declare name: string;
}

export class GroupMember extends Model {
  static override tableName = 'group_members';
  static override idColumn = ['groupId', 'userId'];
  declare groupId: string;
  declare userId: string;
}
