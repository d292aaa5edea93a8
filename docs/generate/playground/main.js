// The page: it hands texts to Python in a worker, shows what comes back, and ends a worker that takes too long.
const at = (id) => document.getElementById(id);
const titles = { marks: "Marks", note: "Note with marks", picture: "Picture of the graph", player: "Player" };
const notes = ["md", "tex", "ipynb"];
let worker;
let isReady = false;
let jobs = 0;
let running = null; // what the worker has to do: the job, and the timer that ends it
let page = null; // what was marked last: its text and kind, and the views of it that have been made

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const say = (text) => { at("status").textContent = text; };
const complain = (text) => { at("said").textContent = text; };
const [files, examples] = await Promise.all([list("files.json"), list("examples.json")]).catch((problem) => {
  say(`This page could not be loaded: ${problem.message}. Load it again.`);
  throw problem;
});

async function list(name) {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response.json();
}

/** A worker under this page's policy, as only those are that start from an address of the page's own making. */
function start() {
  isReady = false;
  loading("Python", 0);
  const script = `import ${JSON.stringify(new URL("worker.js", location.href).href)};\n` +
    "postMessage({ about: 'there' });";
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  worker = new Worker(address, { type: "module" });
  worker.onmessage = ({ data }) => heard[data.about](data);
  worker.onerror = () => heard.failed({ message: "Python could not be started in this browser." });
}

const heard = {
  there: () => worker.postMessage({ files }),
  loading: ({ file, loaded }) => loading(file.split("/").at(-1).replace(/-.*/, ""), loaded),
  ready: () => {
    isReady = true;
    rest("Ready.");
    if (running) worker.postMessage(running.job);
    keepOffline();
  },
  working: () => rest("Working …"),
  done: (result) => {
    if (result.id !== running?.job.id) return;
    finish();
    page.kind = result.kind;
    page.views[result.view] = result;
    show(result);
  },
  failed: ({ message }) => {
    finish();
    rest("That did not work.");
    if (isReady) restart(); // what could not start would fail again, for ever
    complain(message.trim().split("\n").at(-1));
  },
};

function loading(name, loaded) {
  const all = Math.max(loaded, total(running?.job.kind ?? "toml"));
  say(`Loading ${name}: ${megabytes(loaded)} of ${megabytes(all)}`);
  at("progress").hidden = false;
  at("progress").value = loaded / all;
}

/** Bytes to come, about, until a page of a kind is marked. */
function total(kind) {
  const groups = { toml: ["start"], calc: ["start", "numbers"] }[kind] ?? ["start", "numbers", "notes"];
  return Object.values(files).reduce((sum, file) => sum + (groups.includes(file.wanted_for) ? file.size : 0), 0);
}

/** Nothing is being loaded now. */
function rest(text) {
  at("progress").hidden = true;
  say(text);
}

function restart() {
  worker.terminate();
  start();
}

/** Ask for a view of the page; at once if it has been made before. */
function ask(view) {
  if (!page) return;
  if (running) stop("");
  complain("");
  if (page.views[view]) {
    show(page.views[view]);
    return;
  }
  const seconds = Number(at("limit").value);
  const end = () => stop(`Stopped after ${seconds} s. A shorter page, or a longer limit, may do.`);
  running = { job: { id: ++jobs, view, kind: page.kind, text: page.text }, timer: setTimeout(end, seconds * 1000) };
  at("stop").disabled = false;
  if (isReady) worker.postMessage(running.job);
}

function finish() {
  if (running) clearTimeout(running.timer);
  running = null;
  at("stop").disabled = true;
}

function stop(message) {
  finish();
  if (isReady) restart();
  complain(message);
}

/** Text and pictures stay what they are: reports stand in frames without scripts, the player in an origin of its own. */
function show({ view, kind, status, content, said, command }) {
  if (view === "marks") page.outcome = status === 0 ? "No slip." : outcome(content);
  rest(status === 2 ? "This page cannot be used as it stands." : page.outcome ?? "Done.");
  complain(said);
  at("command").textContent = `$ ${command}`;
  choice("note").disabled = !notes.includes(kind);
  const isPicture = view === "picture";
  const address = URL.createObjectURL(new Blob([content], { type: isPicture ? "image/svg+xml" : "text/html" }));
  at("save").hidden = !content;
  URL.revokeObjectURL(at("save").href);
  at("save").href = address;
  at("save").download = `${view}.${isPicture ? "svg" : "html"}`;
  at("shown").replaceChildren(...(content ? [isPicture ? picture(address) : frame(view, content)] : []));
  if (matchMedia("(max-width: 60rem)").matches) at("status").scrollIntoView(); // the result stands below the page
}

/** What the report calls a slip or a misprint, by name. */
function outcome(content) {
  const report = new DOMParser().parseFromString(content, "text/html");
  const names = { SLIP: [], MISPRINT: [] };
  for (const row of report.querySelectorAll("tbody tr")) {
    const heads = [...row.closest("table").querySelectorAll("th")].map((head) => head.textContent);
    names[row.lastElementChild.textContent]?.push(row.cells[heads.indexOf("number")].textContent);
  }
  const told = Object.entries(names).filter(([, found]) => found.length).map(([kind, found]) =>
    `${found.length} ${kind.toLowerCase()}${found.length > 1 ? "s" : ""}: ${found.slice(0, 5).join(", ")}${found.length > 5 ? ", …" : ""}`);
  return told.join("; ") || "Something is wrong: see the report.";
}

function picture(address) {
  const image = Object.assign(new Image(), { src: address, alt: titles.picture });
  const scroller = Object.assign(document.createElement("div"), { className: "picture", tabIndex: 0 });
  scroller.append(image);
  return scroller;
}

function frame(view, content) {
  const made = Object.assign(document.createElement("iframe"), { title: titles[view] });
  if (view === "player") {
    made.sandbox = "allow-scripts";
    made.src = "frame.html";
    made.addEventListener("load", () => made.contentWindow.postMessage(content, "*"), { once: true });
  } else {
    made.sandbox = "";
    made.srcdoc = content;
  }
  return made;
}

/** After the page works: keep its files for the next time, with or without a network. */
async function keepOffline() {
  if (!("serviceWorker" in navigator) || at("page").dataset.kept) return;
  at("page").dataset.kept = "soon";
  await navigator.serviceWorker.register("service.js");
  await navigator.serviceWorker.ready;
  at("page").dataset.kept = "now";
  if (at("status").textContent === "Ready.") say("Ready, also without a network.");
}

function choice(view) {
  return document.querySelector(`input[name=view][value=${view}]`);
}

function choose(kind, text) {
  at("kind").value = kind;
  at("text").value = text;
}

for (const [index, { title }] of examples.entries()) at("example").append(new Option(title, String(index)));
at("example").addEventListener("change", ({ target }) => {
  if (target.value) choose(examples[target.value].kind, examples[target.value].text);
});
at("text").addEventListener("input", () => {
  at("example").value = "";
  at("kind").value = "";
});
at("file").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  at("example").value = "";
  const ending = file.name.split(".").at(-1).toLowerCase();
  choose({ markdown: "md", txt: "md" }[ending] ?? ending, await file.text());
});
at("page").addEventListener("submit", (event) => {
  event.preventDefault();
  page = { text: at("text").value, kind: at("kind").value, views: {} };
  if (choice("note").checked) choice("marks").checked = true; // not every kind of page has the other
  ask(document.querySelector("input[name=view]:checked").value);
});
at("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("page").requestSubmit();
});
at("views").addEventListener("change", ({ target }) => ask(target.value));
at("stop").addEventListener("click", () => stop("Stopped."));
if (!at("text").value) { // nobody was quicker
  choose(examples[0].kind, examples[0].text);
  at("example").value = "0";
}
at("mark").disabled = false;
start();
