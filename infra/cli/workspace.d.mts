/** @param version of the Node of this machine; undefined where it is new enough */
export function adviseOnNode(version: string): string | undefined;
