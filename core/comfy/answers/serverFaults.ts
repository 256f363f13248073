/**
 * Exceptions that only a server's machine, drivers or packages give: the same graph may run on another server. All
 * others come of the graph, and come again wherever it runs.
 */
export function isServerFault(type: string | undefined, message: string): boolean {
  // A failure without an exception says nothing about the graph.
  if (type === undefined) return true;
  if (serverTypes.has(type) || serverModules.test(type)) return true;
  if (type === 'AttributeError' && unfitPackages.test(message)) return true;
  return serverWords.test(withoutQuotes(message));
}

/** Files, sockets, processes and imports. Pictures that cannot be read have a type of their own. */
const serverTypes: ReadonlySet<string> = new Set([
  ...['OSError', 'FileNotFoundError', 'FileExistsError', 'PermissionError', 'NotADirectoryError'],
  ...['IsADirectoryError', 'BlockingIOError', 'InterruptedError', 'ChildProcessError', 'ProcessLookupError'],
  ...['BrokenPipeError', 'ConnectionError', 'ConnectionAbortedError', 'ConnectionRefusedError'],
  ...['ConnectionResetError', 'TimeoutError', 'ImportError', 'ModuleNotFoundError', 'SystemError'],
  ...['SyntaxError', 'IndentationError', 'torch.AcceleratorError'],
]);

const serverModules =
  /^(torch\._(dynamo|inductor)|torch\.distributed|triton|requests|urllib3?|aiohttp|httpx|http|ssl|huggingface_hub|subprocess|sqlite3|asyncio|concurrent)\./;

/** Of a module, or of a class of compiled code, whose name has dots: its version is not the one that the node needs. */
const unfitPackages =
  /^(?:partially initialized )?module '[\w.]+' has no attribute|^'\w+(?:\.\w+)+' object has no attribute/;

const serverWords = new RegExp(
  [
    'CUDA (driver )?error|cudaError|cuDNN|CUDNN_STATUS|CUBLAS|CUSPARSE|CUSOLVER|NCCL|NVML|nvrtc|NVIDIA driver',
    'HIP error|hipError|HSA_STATUS|MIOpen|rocBLAS|MPS backend|XPU|DirectML|No (CUDA|HIP) GPUs',
    'device-side assert|unspecified launch failure|no kernel image|not compiled with|same device',
    'not (currently )?implemented for|Triton|DLL load failed|undefined symbol|cannot open shared object',
    '\\[(Errno|WinError) \\d+\\]|No space left on device|Input/output error|Too many open files',
  ].join('|'),
  'i',
);

/** Without what nodes repeat of a graph's own texts: people could write there what they like. */
export const withoutQuotes = (message: string): string =>
  // Not the apostrophes within words.
  message.slice(0, 4_096).replace(/(?<!\w)(['"])(?:\\.|(?!\1)[^\\])*\1(?!\w)/g, "''");
