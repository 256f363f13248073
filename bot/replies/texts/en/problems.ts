/** A sentence for each problem of the API, in English. */
export const problemsEn = {
  'invalid-params': 'Some of these values cannot be used.',
  unauthenticated: 'The bot is not signed in to the picture service. Tell the people who run this bot.',
  'refresh-reused': 'The bot is not signed in to the picture service. Tell the people who run this bot.',
  'second-factor-needed':
    'The bot is not signed in to the picture service. Tell the people who run this bot.',
  'presence-required':
    'This needs you yourself: open the console of the platform, and show there that it is you.',
  forbidden: 'You are not allowed to do this. Ask the people who run this bot if you should be.',
  'account-disabled':
    'You are blocked on Star-Graph, in every server. If this is a mistake, ask the people who run this bot to unblock you.',
  'not-found': 'I cannot find that among your tasks and pictures.',
  'insufficient-credits':
    'You do not have enough credits. /daily gives you some every day, and others can /gift you some.',
  'credits-locked':
    'You can spend free credits right away, but give them away only after a while. /balance shows how many you can give now.',
  'idempotency-conflict': 'You asked for this before with other values. Try again.',
  'changed-meanwhile': 'Somebody changed this meanwhile. Look at it again.',
  'task-finished': 'This task has already finished.',
  'too-large': 'The file is too large, or the video too long.',
  'unsupported-media':
    'This file cannot be used: it is damaged, or of another kind. Attach a PNG, JPEG or WebP picture, or an MP4 or WebM video.',
  'rate-limited': 'You are going too fast.',
  'quota-exceeded': 'You have too many unfinished tasks. Wait until one is done, or cancel one.',
  'daily-limit': 'You have used up what you may have today. More comes at midnight UTC.',
  'queue-full': 'The queue is full.',
  'no-backend': 'No GPU server can do this right now.',
  'workflow-unavailable': 'This workflow is not available right now.',
  'model-unusable':
    'This model does not run on the GPU servers, or does not go with the others you chose. You got your credits back; choose another model.',
  unavailable: 'The picture service is not available right now.',
  internal:
    'Something went wrong on our side. Try again. If it keeps happening, tell the people who run this bot.',
  'generation-failed': 'This could not be made. You got your credits back; change something and try again.',
  'out-of-memory':
    'The GPU servers do not have enough memory for this. You got your credits back; try smaller: a smaller size, or fewer pictures or frames.',
  'backend-lost': 'The GPU servers failed several times. You got your credits back; try again.',
  'timed-out': 'This took too long. You got your credits back; try something smaller.',
  'graph-failed':
    'The graph broke off by itself, and would again. The time until then is paid; mend the graph and send it again.',
  'out-of-time':
    'The graph ran as long as a graph may run here and was stopped. The time it used is paid; make it smaller, or ask the people who run this bot for more seconds.',
  'content-refused': 'The picture or the result broke the content rules. You got your credits back.',
};
