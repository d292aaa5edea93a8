// Python, apart from the page: it can be ended at any time without the page noticing more than a silence.
let files;
let python;
let loaded = 0;
const unpacked = new Set();
const here = new URL("./", import.meta.url);
const plainFetch = self.fetch.bind(self);

/** Every file comes through here: known to the list, unchanged since it was listed, and counted as it comes. */
self.fetch = async (address, options) => {
  const path = new URL(address, here).href.replace(here.href, "");
  const { integrity } = files[path] ?? {};
  const response = await plainFetch(address, integrity ? { ...options, integrity } : options);
  if (!response.ok) throw new Error(`${path} could not be loaded: ${response.status} ${response.statusText}`);
  const counter = new TransformStream({
    transform(chunk, out) {
      loaded += chunk.length;
      self.postMessage({ about: "loading", file: path, loaded });
      out.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter), { headers: response.headers });
};

async function start(list) {
  files = list;
  const { loadPyodide } = await import(new URL("pyodide/pyodide.js", here));
  python = await loadPyodide({ indexURL: new URL("pyodide/", here).href });
  await load("start");
  const session = await (await fetch(new URL("session.py", here))).text();
  python.globals.set("__name__", "session");
  python.runPython(session);
  self.postMessage({ about: "ready" });
}

/** Put the wheels that are wanted for `group` where Python finds them. */
async function load(group) {
  for (const [path, { wanted_for }] of Object.entries(files)) {
    if (!path.endsWith(".whl") || wanted_for !== group || unpacked.has(path)) continue;
    python.unpackArchive(await (await fetch(new URL(path, here))).arrayBuffer(), "wheel");
    unpacked.add(path);
  }
}

async function work({ id, view, kind, text }) {
  const found = python.globals.get("kind_of")(text);
  const named = kind || found;
  for (const group of JSON.parse(python.globals.get("groups_for")(named))) await load(group);
  self.postMessage({ about: "working", id });
  const result = JSON.parse(python.globals.get("shown")(view, named, text));
  self.postMessage({ about: "done", id, view, ...result });
}

self.onmessage = async ({ data }) => {
  try {
    await (data.files ? start(data.files) : work(data));
  } catch (problem) {
    self.postMessage({ about: "failed", id: data.id, message: String(problem.message ?? problem) });
  }
};
