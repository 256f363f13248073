/**
 * All that a span may say. The list is closed, so that no prompt, name, address or secret gets into one: a new
 * attribute has to be added here, where somebody asks what it may hold.
 */
export interface SpanAttributes {
  'http.request.method'?: string;
  'http.response.status_code'?: number;
  /** The template, never the path. */
  'http.route'?: string;
  /** Of a failure: a problem's code, or the class of an error; never its message. */
  'error.type'?: string;
  'db.system.name'?: 'mysql';
  'messaging.operation.name'?: string;
  'messaging.message.id'?: string;
  'gen_ai.operation.name'?: 'generate_content';
  'gen_ai.provider.name'?: 'comfyui';
  'gen_ai.output.type'?: 'image' | 'video';
  'star_graph.request.id'?: string;
  'star_graph.task.id'?: string;
  'star_graph.task.workflow'?: string;
  'star_graph.task.lane'?: string;
  'star_graph.task.attempt'?: number;
  'star_graph.attempt.end'?: string;
  /** An earlier owner of the backend began it. */
  'star_graph.attempt.taken_over'?: boolean;
  'star_graph.backend.id'?: string;
  'star_graph.prompt.id'?: string;
  'star_graph.run.end'?: string;
  /** Classes of ComfyUI's nodes. */
  'star_graph.node.types'?: string[];
  'star_graph.steps'?: number;
  /** A command's name, or `button`, `modal`, `autocomplete`. */
  'star_graph.interaction.kind'?: string;
}
